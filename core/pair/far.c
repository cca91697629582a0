#include "core/pair/far.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"

enum {
	SENTENCE_MAX = 300,
	SHOWN_MAX = 60, /* octets of a malformed line in a message */
};

static const char begin_mark[] = "odsf1 begin ";
static const char end_mark[] = "odsf1 end ";

struct reader {
	struct far_answer *a;
	const char *verb;
	const char *p, *end;
	size_t line_number;
	size_t fact_cap, section_cap;
	struct far_fact *facts; /* on the heap while they grow */
	struct far_section *sections;
	struct buf payload; /* of the open section */
	bool open;
};

struct line {
	const char *p;
	size_t len;
};

/* The next whole line; false at the end, and for a rest without '\n': it may have been cut. */
static bool next_line(struct reader *r, struct line *l)
{
	const char *nl = r->p < r->end ? memchr(r->p, '\n', (size_t)(r->end - r->p)) : NULL;

	if (!nl)
		return false;
	l->p = r->p;
	l->len = (size_t)(nl - r->p);
	r->p = nl + 1;
	r->line_number++;
	return true;
}

static bool ends_with(const struct line *l, const char *s, size_t len)
{
	return l->len >= len && memcmp(l->p + l->len - len, s, len) == 0;
}

/* A banner without a final newline may stand before the mark on the same line, hence the comparison from behind. */
static bool find_begin(struct reader *r)
{
	struct buf mark = { 0 };
	struct line l;
	bool found = false;

	buf_adds(&mark, begin_mark);
	buf_adds(&mark, r->verb);
	while (!found && next_line(r, &l))
		found = ends_with(&l, buf_str(&mark), mark.len);
	buf_free(&mark);
	return found;
}

static bool number(const char *p, size_t len, uint64_t max, int *out)
{
	char text[16];
	uint64_t v;

	if (len == 0 || len >= sizeof text)
		return false;
	memcpy(text, p, len);
	text[len] = '\0';
	if (strlen(text) != len || !str_u64(text, max, &v))
		return false;
	*out = (int)v;
	return true;
}

static void close_section(struct reader *r, int status)
{
	struct far_section *s = &r->sections[r->a->section_count - 1];
	char *text = arena_alloc(&r->a->arena, r->payload.len + 1);

	if (r->payload.len)
		memcpy(text, r->payload.p, r->payload.len);
	s->text = text;
	s->len = r->payload.len;
	s->status = status;
	buf_reset(&r->payload);
	r->open = false;
}

static void open_section(struct reader *r, const struct line *l)
{
	if (r->open)
		close_section(r, -1);
	r->sections = vec_grow(r->sections, r->a->section_count, &r->section_cap, sizeof *r->sections);
	r->sections[r->a->section_count++].name = arena_strndup(&r->a->arena, l->p + 1, l->len - 1);
	r->open = true;
}

static bool key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

static bool add_fact(struct reader *r, const struct line *l)
{
	size_t n = 1;
	struct far_fact *f;

	while (n < l->len && key_char(l->p[n]))
		n++;
	if (n == 1 || (n < l->len && l->p[n] != ' ') || memchr(l->p, '\0', l->len))
		return false;
	r->facts = vec_grow(r->facts, r->a->fact_count, &r->fact_cap, sizeof *r->facts);
	f = &r->facts[r->a->fact_count++];
	f->key = arena_strndup(&r->a->arena, l->p + 1, n - 1);
	f->value = n < l->len ? arena_strndup(&r->a->arena, l->p + n + 1, l->len - n - 1) : "";
	return true;
}

static void set_sentence(struct reader *r, const struct line *l)
{
	struct buf b = { 0 };

	str_escape(&b, l->p + 1, l->len - 1, SENTENCE_MAX);
	r->a->sentence = arena_strdup(&r->a->arena, buf_str(&b));
	buf_free(&b);
}

/* "odsf1 end VERB STATUS" of our verb, nothing else. */
static bool read_end(struct reader *r, const struct line *l)
{
	size_t mark = sizeof end_mark - 1, verb = strlen(r->verb);
	const char *p = l->p + mark;
	size_t rest = l->len - mark;

	if (rest < verb + 2 || memcmp(p, r->verb, verb) != 0 || p[verb] != ' ')
		return false;
	return number(p + verb + 1, rest - verb - 1, 255, &r->a->status);
}

static enum rc malformed(struct reader *r, const struct line *l, struct err *e)
{
	struct buf b = { 0 };
	enum rc rc;

	str_escape(&b, l->p, l->len, SHOWN_MAX);
	rc = err_set(e, RC_PARSE, "the answer of %s is malformed at line %zu: \"%s\"", r->verb, r->line_number,
	             buf_str(&b));
	buf_free(&b);
	return rc;
}

/* One line inside the frame; *@end when it was the last. False: it belongs in no frame. */
static bool read_line(struct reader *r, const struct line *l, bool *end)
{
	int status;

	if (l->len >= sizeof end_mark - 1 && memcmp(l->p, end_mark, sizeof end_mark - 1) == 0) {
		*end = true;
		return read_end(r, l);
	}
	switch (l->len ? l->p[0] : '\0') {
	case '=':
		return add_fact(r, l);
	case '@':
		if (l->len == 1 || memchr(l->p, '\0', l->len))
			return false;
		open_section(r, l);
		return true;
	case '|':
		if (!r->open)
			return false;
		buf_add(&r->payload, l->p + 1, l->len - 1);
		buf_addc(&r->payload, '\n');
		return true;
	case '.':
		if (!r->open || !number(l->p + 1, l->len - 1, 255, &status))
			return false;
		close_section(r, status);
		return true;
	case '!':
		set_sentence(r, l);
		return true;
	default:
		return false;
	}
}

static void move_to_arena(struct reader *r)
{
	struct far_answer *a = r->a;

	a->facts = arena_dup(&a->arena, r->facts, a->fact_count, sizeof *r->facts);
	a->sections = arena_dup(&a->arena, r->sections, a->section_count, sizeof *r->sections);
	free(r->facts);
	free(r->sections);
	buf_free(&r->payload);
}

enum rc far_parse(struct far_answer *a, const char *verb, const char *text, size_t len, struct err *e)
{
	struct reader r = { .a = a, .verb = verb, .p = text, .end = text + len };
	struct line l;
	bool end = false;
	enum rc rc = RC_OK;

	memset(a, 0, sizeof *a);
	a->status = -1;
	a->sentence = "";
	if (len == 0)
		return err_set(e, RC_PARSE, "no answer to %s: the host printed nothing", verb);
	if (!find_begin(&r))
		return err_set(e, RC_PARSE, "no answer to %s in the %zu octets that the host printed", verb, len);
	while (!end && rc == RC_OK && next_line(&r, &l)) {
		if (!read_line(&r, &l, &end))
			rc = malformed(&r, &l, e);
	}
	if (r.open)
		close_section(&r, -1);
	if (rc == RC_OK && !end)
		rc = err_set(e, RC_UNKNOWN, "the answer of %s was cut short after line %zu", verb, r.line_number);
	if (rc != RC_OK)
		a->status = -1;
	move_to_arena(&r);
	return rc;
}

void far_answer_clear(struct far_answer *a)
{
	arena_free(&a->arena);
	memset(a, 0, sizeof *a);
	a->status = -1;
	a->sentence = "";
}

const char *far_fact(const struct far_answer *a, const char *key)
{
	for (size_t i = 0; i < a->fact_count; i++) {
		if (strcmp(a->facts[i].key, key) == 0)
			return a->facts[i].value;
	}
	return NULL;
}

const struct far_section *far_section(const struct far_answer *a, const char *name)
{
	for (size_t i = 0; i < a->section_count; i++) {
		if (strcmp(a->sections[i].name, name) == 0)
			return &a->sections[i];
	}
	return NULL;
}
