/* signer_layout.c -- lays a signed zone out as OpenDNSSEC's signer does: each NSEC3 record, and its signature, behind
 * the name that it belongs to; those of empty non-terminals last. bench-signer-layout SALT ITERATIONS: standard input,
 * one record a line as libldns writes it and in canonical order, to standard output. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/vec.h"
#include "core/zone/name_text.h"
#include "core/zone/nsec3_hash.h"

struct hashed { /* the lines of a hashed owner */
	char label[NSEC3_LABEL];
	size_t from, to;
	bool told;
};

struct layout {
	char *text;
	size_t *lines; /* where each begins, and the end */
	size_t count, cap;
	struct hashed *chain;
	size_t chain_count, chain_cap;
	uint8_t salt[255];
	size_t salt_len;
	unsigned iterations;
};

static void read_all(struct layout *l)
{
	static char part[65536];
	struct buf all = { 0 };
	size_t len, n;

	while ((n = fread(part, 1, sizeof part, stdin)) > 0)
		buf_add(&all, part, n);
	l->text = all.p;
	len = all.len;
	for (size_t at = 0; at < len;) {
		const char *nl = memchr(l->text + at, '\n', len - at);

		l->lines = vec_grow(l->lines, l->count + 1, &l->cap, sizeof *l->lines);
		l->lines[l->count++] = at;
		at = nl != NULL ? (size_t)(nl - l->text) + 1 : len;
	}
	l->lines = vec_grow(l->lines, l->count + 1, &l->cap, sizeof *l->lines);
	l->lines[l->count] = len;
}

static size_t owner_len(const struct layout *l, size_t line)
{
	return (size_t)((const char *)memchr(l->text + l->lines[line], '\t', l->lines[line + 1] - l->lines[line]) -
	                (l->text + l->lines[line]));
}

static bool same_owner(const struct layout *l, size_t a, size_t b)
{
	size_t n = owner_len(l, a);

	return n == owner_len(l, b) && memcmp(l->text + l->lines[a], l->text + l->lines[b], n) == 0;
}

/* A name whose first record is an NSEC3, or the signature of one. */
static bool is_hashed(const struct layout *l, size_t line)
{
	const char *p = l->text + l->lines[line], *end = l->text + l->lines[line + 1];

	return memmem(p, (size_t)(end - p), "\tIN\tNSEC3\t", 10) != NULL ||
	       memmem(p, (size_t)(end - p), "\tIN\tRRSIG\tNSEC3 ", 16) != NULL;
}

static int by_label(const void *a, const void *b)
{
	return memcmp(((const struct hashed *)a)->label, ((const struct hashed *)b)->label, NSEC3_LABEL);
}

static size_t group_end(const struct layout *l, size_t from)
{
	size_t to = from + 1;

	while (to < l->count && same_owner(l, from, to))
		to++;
	return to;
}

static void put(const struct layout *l, size_t from, size_t to)
{
	(void)fwrite(l->text + l->lines[from], 1, l->lines[to] - l->lines[from], stdout);
}

static void put_hashed(struct layout *l, size_t line)
{
	struct wire_name name;
	struct hashed key = { .from = 0 }, *found;
	uint8_t hash[NSEC3_HASH];

	if (!name_from_text(&name, l->text + l->lines[line], owner_len(l, line), NULL))
		return;
	nsec3_hash(hash, name.wire, name.len, l->salt, l->salt_len, l->iterations);
	nsec3_label(key.label, hash);
	found = bsearch(&key, l->chain, l->chain_count, sizeof key, by_label);
	if (found == NULL || found->told)
		return;
	found->told = true;
	put(l, found->from, found->to);
}

int main(int argc, char **argv)
{
	struct layout l = { .text = NULL };

	if (argc != 3 || strlen(argv[1]) / 2 > sizeof l.salt) {
		fprintf(stderr, "usage: bench-signer-layout SALT ITERATIONS <ZONE\n");
		return 64;
	}
	for (const char *p = argv[1]; p[0] != '\0' && p[1] != '\0'; p += 2) {
		const char octet[3] = { p[0], p[1], '\0' };

		l.salt[l.salt_len++] = (uint8_t)strtoul(octet, NULL, 16);
	}
	l.iterations = (unsigned)strtoul(argv[2], NULL, 10);
	read_all(&l);
	for (size_t from = 0, to; from < l.count; from = to) {
		to = group_end(&l, from);
		if (!is_hashed(&l, from))
			continue;
		l.chain = vec_grow(l.chain, l.chain_count, &l.chain_cap, sizeof *l.chain);
		l.chain[l.chain_count] = (struct hashed){ .from = from, .to = to };
		memcpy(l.chain[l.chain_count++].label, l.text + l.lines[from], NSEC3_LABEL);
	}
	if (l.chain_count > 0)
		qsort(l.chain, l.chain_count, sizeof *l.chain, by_label);
	for (size_t from = 0, to; from < l.count; from = to) {
		to = group_end(&l, from);
		if (is_hashed(&l, from))
			continue;
		put(&l, from, to);
		if (l.chain_count > 0)
			put_hashed(&l, from);
	}
	for (size_t i = 0; i < l.chain_count; i++)
		if (!l.chain[i].told)
			put(&l, l.chain[i].from, l.chain[i].to);
	free(l.text);
	free(l.lines);
	free(l.chain);
	return fflush(stdout) == 0 ? 0 : 1;
}
