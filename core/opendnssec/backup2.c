#include "core/opendnssec/backup2.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"

static const char magic[] = ";OpenDNSSEC-backup-v3";

enum { MAX_WORDS = 64, MAX_KEYS = 4096 };

struct reader {
	char *p, *end; /* a copy that is cut into lines */
	int line;
	bool whole; /* the last line that was read ended in '\n' */
};

/* The next line, ended in place; NULL behind the last one. */
static char *next_line(struct reader *r)
{
	char *line = r->p, *nl;

	if (r->p >= r->end)
		return NULL;
	nl = memchr(r->p, '\n', (size_t)(r->end - r->p));
	if (nl)
		*nl = '\0';
	r->p = nl ? nl + 1 : r->end;
	r->whole = nl != NULL;
	r->line++;
	return line;
}

/* Words of "name example.com class 1 …" as pairs. */
struct pairs {
	char *words[MAX_WORDS];
	size_t count;
};

/* False: the line does not begin with @tag. */
static bool read_pairs(struct pairs *p, char *line, const char *tag)
{
	size_t n = strlen(tag);
	char *save = NULL;

	if (!line || strncmp(line, tag, n) != 0)
		return false;
	p->count = 0;
	for (char *w = strtok_r(line + n, " ", &save); w && p->count < MAX_WORDS; w = strtok_r(NULL, " ", &save))
		p->words[p->count++] = w;
	return true;
}

static const char *pair(const struct pairs *p, const char *key)
{
	for (size_t i = 0; i + 1 < p->count; i += 2) {
		if (strcmp(p->words[i], key) == 0)
			return p->words[i + 1];
	}
	return NULL;
}

static bool pair_number(const struct pairs *p, const char *key, uint64_t max, uint64_t *out)
{
	const char *s = pair(p, key);

	return s && str_u64(s, max, out);
}

static bool read_time(struct backup2 *b, char *line)
{
	struct pairs p;
	uint64_t t;

	if (!read_pairs(&p, line, ";;Time:") || p.count != 1 || !str_u64(p.words[0], INT64_MAX, &t))
		return false;
	b->next_resign = (int64_t)t;
	return true;
}

static bool read_zone(struct backup2 *b, struct arena *a, char *line)
{
	struct pairs p;
	uint64_t in, internal, out;

	if (!read_pairs(&p, line, ";;Zone:") || !pair(&p, "name") || !pair_number(&p, "inbound", UINT32_MAX, &in) ||
	    !pair_number(&p, "internal", UINT32_MAX, &internal) || !pair_number(&p, "outbound", UINT32_MAX, &out))
		return false;
	b->zone = arena_strdup(a, pair(&p, "name"));
	b->inbound = (uint32_t)in;
	b->internal = (uint32_t)internal;
	b->outbound = (uint32_t)out;
	return true;
}

static bool read_signconf(struct backup2 *b, struct arena *a, char *line)
{
	struct pairs p;
	uint64_t t;

	if (!read_pairs(&p, line, ";;Signconf:") || !pair_number(&p, "lastmod", INT64_MAX, &t) || !pair(&p, "serial"))
		return false;
	b->lastmod = (int64_t)t;
	b->serial_mode = arena_strdup(a, pair(&p, "serial"));
	return true;
}

static bool read_key(struct backup2_key *k, struct arena *a, char *line)
{
	struct pairs p;
	uint64_t algorithm, flags, publish, ksk, zsk, tag = 0;

	if (!read_pairs(&p, line, ";;Key:") || !pair(&p, "locator") || !pair_number(&p, "algorithm", 255, &algorithm) ||
	    !pair_number(&p, "flags", 65535, &flags) || !pair_number(&p, "publish", 1, &publish) ||
	    !pair_number(&p, "ksk", 1, &ksk) || !pair_number(&p, "zsk", 1, &zsk))
		return false;
	if (pair(&p, "keytag") && !pair_number(&p, "keytag", 65535, &tag))
		return false;
	k->locator = arena_strdup(a, pair(&p, "locator"));
	k->algorithm = (int)algorithm;
	k->flags = (int)flags;
	k->key_tag = (int)tag;
	k->publish = publish != 0;
	k->ksk = ksk != 0;
	k->zsk = zsk != 0;
	return true;
}

static enum rc bad_line(const struct reader *r, const char *file, const char *what, struct err *e)
{
	return err_set(e, RC_PARSE, "%s: line %d: %s", file, r->line, what);
}

static enum rc read_head(struct backup2 *b, struct arena *a, const char *file, struct reader *r, struct err *e)
{
	struct backup2_key *keys = NULL;
	size_t cap = 0;
	char *line = next_line(r);
	enum rc rc = RC_OK;

	if (!line || strcmp(line, magic) != 0)
		return err_set(e, RC_PARSE, "%s: line 1: not a signer's state file of form v3", file);
	if (!read_time(b, next_line(r)))
		return bad_line(r, file, "no time of the next signing", e);
	if (!read_zone(b, a, next_line(r)))
		return bad_line(r, file, "no zone with its three serials", e);
	if (!read_signconf(b, a, next_line(r)))
		return bad_line(r, file, "no signer configuration", e);
	while (rc == RC_OK && (line = next_line(r)) != NULL && strcmp(line, ";;") != 0) {
		if (strncmp(line, ";;Nsec3parameters:", 18) == 0 && r->whole)
			continue;
		keys = vec_grow(keys, b->key_count, &cap, sizeof *keys);
		if (b->key_count >= MAX_KEYS || !read_key(&keys[b->key_count], a, line))
			rc = bad_line(r, file, "neither a key nor the end of the head", e);
		else
			b->key_count++;
	}
	if (rc == RC_OK && (!line || !r->whole)) /* ";;" may be the beginning of ";;Key:" */
		rc = bad_line(r, file, "the file ends within its head", e);
	if (rc == RC_OK)
		b->keys = arena_dup(a, keys, b->key_count, sizeof *keys);
	free(keys);
	return rc;
}

enum rc backup2_parse(struct backup2 *b, struct arena *a, const char *file, const char *text, size_t len, struct err *e)
{
	char *copy = xstrndup(text, len);
	struct reader r = { .p = copy, .end = copy + strlen(copy) };
	char *line, *last = NULL;
	enum rc rc;

	memset(b, 0, sizeof *b);
	rc = strlen(copy) == len
	         ? read_head(b, a, file, &r, e)
	         : err_set(e, RC_PARSE, "%s: an octet 0 in it: damaged, or no signer's state file", file);
	if (rc != RC_OK) {
		b->keys = NULL;
		b->key_count = 0;
	} else {
		while ((line = next_line(&r)) != NULL)
			last = line;
		b->complete = last && r.whole && strcmp(last, magic) == 0;
	}
	free(copy);
	return rc;
}
