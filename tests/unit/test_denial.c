/* The chain of a zone judged in one reading and, where memory is bounded, in many: the same faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/zone/denial_zone.h"
#include "core/zone/nsec3_hash.h"
#include "tests/support/zone_text.h"

enum { NAMES = 40, FAULTS = 200, TEXT = 200 };

struct name {
	char text[40], hash[NSEC3_LABEL + 1];
	bool insecure; /* a delegation without DS */
};

static void hash_name(struct name *n)
{
	struct wire_name wire;
	uint8_t hash[NSEC3_HASH];

	assert_true(name_from_text(&wire, n->text, strlen(n->text), NULL));
	nsec3_hash(hash, wire.wire, wire.len, (const uint8_t *)"\xab\xcd", 2, 1);
	nsec3_label(n->hash, hash);
}

static int by_hash(const void *a, const void *b)
{
	return strcmp(((const struct name *)a)->hash, ((const struct name *)b)->hash);
}

/* What is wrong with the chain. */
struct wrong {
	int gone, types, next;   /* of the record of that place in the chain; -1: of none */
	bool opt_out, uncovered; /* insecure delegations have no record */
};

static void make_zone(struct buf *zone, const struct wrong *wrong)
{
	struct name names[NAMES + 1] = { { .text = "t." } };
	const struct name *chain[NAMES + 1];
	size_t count = 0;

	buf_adds(zone, "t. 60 IN SOA a.t. b.t. 1 1 1 1 1\nt. 60 IN NS a.t.\nt. 0 IN NSEC3PARAM 1 0 1 abcd\n");
	for (int i = 1; i <= NAMES; i++) {
		names[i].insecure = i % 4 == 0;
		(void)snprintf(names[i].text, sizeof names[i].text, "n%02d.t.", i);
		buf_addf(zone, names[i].insecure ? "%s 60 IN NS a.t.\n" : "%s 60 IN A 192.0.2.1\n", names[i].text);
	}
	for (int i = 0; i <= NAMES; i++)
		hash_name(&names[i]);
	qsort(names, NAMES + 1, sizeof *names, by_hash);
	for (int i = 0; i <= NAMES; i++)
		if (!wrong->uncovered || !names[i].insecure)
			chain[count++] = &names[i];
	for (size_t i = 0; i < count; i++) {
		const struct name *n = chain[i], *next = chain[(i + 1 + ((int)i == wrong->next)) % count];
		const char *types = strcmp(n->text, "t.") == 0 ? "NS SOA NSEC3PARAM" : n->insecure ? "NS" : "A";

		if ((int)i != wrong->gone)
			buf_addf(zone, "%s.t. 60 IN NSEC3 1 %d 1 abcd %s %s\n", n->hash, wrong->opt_out, next->hash,
			         (int)i == wrong->types ? "MX" : types);
	}
}

struct told {
	char text[FAULTS][TEXT];
	size_t count;
	int64_t total;
};

static void note(void *ctx, const struct zname *name, uint16_t type, const char *text)
{
	struct told *t = ctx;
	char owner[256];

	assert_true(t->count < FAULTS);
	name_to_text(owner, sizeof owner, name->wire, name->wire_len);
	(void)snprintf(t->text[t->count++], TEXT, "%.60s %u %.100s", owner, type, text);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void judge(struct told *t, const struct buf *zone, size_t octets)
{
	FILE *f = tmpfile();
	struct err e = { 0 };
	struct zscan scan = { 0 };
	struct wire_name none = { 0 };

	memset(t, 0, sizeof *t);
	assert_non_null(f);
	assert_int_equal(fwrite(zone->p, 1, zone->len, f), zone->len);
	assert_int_equal(fflush(f), 0);
	if (source_fd(&scan.source, fileno(f), "zone", NULL, &e) != RC_OK ||
	    denial_of_zone(&scan, &none, octets, note, t, &t->total, &e) != RC_OK)
		fail_msg("%s", e.text);
	scan_clear(&scan);
	assert_int_equal(fclose(f), 0);
	qsort(t->text, t->count, sizeof *t->text, by_text);
}

static void the_same_faults(void **state)
{
	static const size_t bounds[] = { 1, 100, 300, 1000, 100000 };
	struct told *whole = xcalloc(1, sizeof *whole), *parts = xcalloc(1, sizeof *parts);

	(void)state;
	for (int kind = 0; kind < 3 * (NAMES + 2); kind++) {
		int at = kind / 3 - 1;
		struct wrong wrong = { -1, -1, -1, kind % 2 != 0, (kind / 2) % 2 != 0 };
		struct buf zone = { 0 };

		*(kind % 3 == 0 ? &wrong.gone : kind % 3 == 1 ? &wrong.types : &wrong.next) = at;
		make_zone(&zone, &wrong);
		judge(whole, &zone, 0);
		if (at < 0 && (wrong.opt_out || !wrong.uncovered))
			assert_int_equal(whole->total, 0);
		if (at >= 0 && at < NAMES * 3 / 4)
			assert_true(whole->total > 0);
		for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
			judge(parts, &zone, bounds[i]);
			assert_int_equal(parts->total, whole->total);
			assert_int_equal(parts->count, whole->count);
			for (size_t k = 0; k < whole->count; k++)
				assert_string_equal(parts->text[k], whole->text[k]);
		}
		buf_free(&zone);
	}
	free(whole);
	free(parts);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_same_faults) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
