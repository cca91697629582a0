#include "core/zone/scan.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/zone/rrtype.h"
#include "core/zone/scan_line.h"
#include "core/zone/special.h"

static const char backup2_mark[] = ";OpenDNSSEC-backup-v3";

enum rc scan_start(struct zscan *s, const char *origin, struct err *e)
{
	if (origin == NULL)
		return RC_OK;
	if (name_from_text(&s->origin, origin, strlen(origin), &(struct wire_name){ .len = 1 }))
		return RC_OK;
	return err_set(e, RC_USAGE, "the origin is no domain name: \"%.60s\"", origin);
}

void scan_clear(struct zscan *s)
{
	source_clear(&s->source);
	buf_free(&s->joined);
	buf_free(&s->last_line);
}

/* The end of the line at p + @from, read in when needed. *nl NULL: the file ends at p. */
static enum rc line_end(struct zscan *s, size_t from, const char **nl, struct err *e)
{
	struct zsource *in = &s->source;
	enum rc rc;

	for (;;) {
		size_t have = (size_t)(in->end - in->p);

		*nl = have > from ? memchr(in->p + from, '\n', have - from) : NULL;
		if (*nl != NULL)
			return RC_OK;
		if (in->eof && have == 0)
			return RC_OK;
		if (in->eof)
			return source_fault(in, e, in->line, in->p + (have > from ? from : 0),
			                    have > from ? have - from : have,
			                    have > from ? "the file is cut short: its last line has no end"
			                                : "the file is cut short: a parenthesis is still open");
		rc = source_more(in, e);
		if (rc != RC_OK)
			return rc;
	}
}

static enum rc fault(const struct zscan *s, const struct zentry *entry, struct err *e, const char *what)
{
	return source_fault(&s->source, e, entry->line, entry->text, entry->text_len, "%s", what);
}

/* What one octet of a line does to the reading of a record over several lines. */
struct joining {
	int depth;
	bool quoted;
};

/* Adds the line [p, nl) to the entry: comment left out, parentheses to blanks. NULL, or what is wrong. */
static const char *join(struct joining *j, struct buf *out, const char *p, const char *nl)
{
	const char *run = p;

	for (; p < nl; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '\\') {
			if (++p == nl || ((unsigned char)*p < ' ' && *p != '\t'))
				return "a backslash at the end of a line: expected the character that it escapes";
		} else if (c == '"') {
			j->quoted = !j->quoted;
		} else if (c < ' ' && c != '\t' && !(c == '\r' && p + 1 == nl)) {
			return "a control character: a zone file is text";
		} else if (!j->quoted && (c == ';' || c == '(' || c == ')' || c == '\r')) {
			buf_add(out, run, (size_t)(p - run));
			run = p + 1;
			if (c == ';')
				run = nl;
			if (c == ';' || c == '\r')
				break;
			j->depth += c == '(' ? 1 : -1;
			if (j->depth < 0)
				return "a closing parenthesis too many";
			buf_addc(out, ' ');
		}
	}
	if (run < nl)
		buf_add(out, run, (size_t)(nl - run));
	return j->quoted ? "a quote that is not closed on its line" : NULL;
}

/* Puts the lines of the next entry together; s->source.p stays at its first. */
static enum rc gather(struct zscan *s, struct zentry *entry, bool *more, struct err *e)
{
	struct zsource *in = &s->source;
	struct joining j = { 0 };
	size_t from = 0;
	const char *nl;
	enum rc rc;

	buf_reset(&s->joined);
	entry->line = in->line;
	do {
		const char *wrong;

		rc = line_end(s, from, &nl, e);
		if (rc != RC_OK)
			return rc;
		if (nl == NULL) {
			*more = false;
			return RC_OK;
		}
		if (from > 0)
			buf_addc(&s->joined, ' ');
		wrong = join(&j, &s->joined, in->p + from, nl);
		if (wrong != NULL)
			return source_fault(in, e, in->line, in->p + from, (size_t)(nl - in->p) - from, "%s", wrong);
		from = (size_t)(nl - in->p) + 1;
		in->line++;
	} while (j.depth > 0);
	entry->text = in->p;
	entry->text_len = from - 1;
	entry->offset = source_offset(in);
	*more = true;
	return RC_OK;
}

struct words {
	const char *p, *end;
};

static const char *word(struct words *w, size_t *len)
{
	const char *start;
	bool quoted = false;

	while (w->p < w->end && is_blank(*w->p))
		w->p++;
	start = w->p;
	while (w->p < w->end && (quoted || !is_blank(*w->p))) {
		if (*w->p == '\\' && w->p + 1 < w->end)
			w->p++;
		else if (*w->p == '"')
			quoted = !quoted;
		w->p++;
	}
	*len = (size_t)(w->p - start);
	return start;
}

/* "3600", or "1h30m" as BIND has it. */
static bool ttl_from_text(const char *text, size_t len, uint32_t *ttl)
{
	static const char units[] = "smhdw";
	static const uint32_t seconds[] = { 1, 60, 3600, 86400, 604800 };
	uint64_t total = 0, v = 0;
	bool number = false, unit = false;

	if (len == 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		const char *u;

		if (text[i] >= '0' && text[i] <= '9') {
			v = v * 10 + (uint64_t)(text[i] - '0');
			number = true;
			if (v > UINT32_MAX)
				return false;
			continue;
		}
		u = memchr(units, text[i] | 0x20, sizeof units - 1);
		if (!number || u == NULL)
			return false;
		total += v * seconds[u - units];
		v = 0;
		number = false;
		unit = true;
	}
	if (number && unit)
		return false;
	total += v;
	*ttl = (uint32_t)total;
	return total <= UINT32_MAX;
}

static bool is_word(const char *text, size_t len, const char *word_text)
{
	return len == strlen(word_text) && strncasecmp(text, word_text, len) == 0;
}

static const char *const directives[] = { "$ORIGIN", "$TTL", "$INCLUDE", "$GENERATE" };

/* Whether the joined entry is a directive. A name may begin with a dollar too: libldns, and so the signer, writes it
 * without a backslash. */
static bool is_directive(const struct zscan *s)
{
	struct words w = { s->joined.p, s->joined.p + s->joined.len };
	size_t len;
	const char *name = word(&w, &len);

	if (s->joined.p[0] != '$')
		return false;
	for (size_t i = 0; i < sizeof directives / sizeof *directives; i++)
		if (is_word(name, len, directives[i]))
			return true;
	return false;
}

static enum rc directive(struct zscan *s, const struct zentry *entry, struct err *e)
{
	struct words w = { s->joined.p, s->joined.p + s->joined.len };
	size_t len, arg_len, over;
	const char *name = word(&w, &len), *arg = word(&w, &arg_len);
	struct wire_name origin;

	(void)word(&w, &over);
	if (is_word(name, len, "$INCLUDE"))
		return fault(s, entry, e, "$INCLUDE is not followed: a signed zone is one file");
	if (is_word(name, len, "$GENERATE"))
		return fault(s, entry, e, "$GENERATE is BIND's own: expected the records themselves");
	s->contextual = true;
	if (is_word(name, len, "$ORIGIN")) {
		if (over > 0 || !name_from_text(&origin, arg, arg_len, &s->origin))
			return fault(s, entry, e, "$ORIGIN: expected one absolute domain name");
		s->origin = origin;
		return RC_OK;
	}
	if (over > 0 || !ttl_from_text(arg, arg_len, &s->default_ttl))
		return fault(s, entry, e, "$TTL: expected a number of seconds");
	s->have_ttl = true;
	return RC_OK;
}

/* 1 IN, 0 no class at all, -1 another class. */
static int class_of(const char *text, size_t len)
{
	static const char *const others[] = { "CH", "CS", "HS", "NONE", "ANY" };

	if (is_word(text, len, "IN") || is_word(text, len, "CLASS1"))
		return 1;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (is_word(text, len, others[i]))
			return -1;
	return len > 5 && strncasecmp(text, "CLASS", 5) == 0 ? -1 : 0;
}

/* The TTL of a record that names none (RFC 2308 section 4). An SOA record that has nothing else takes its own minimum,
 * as BIND does, and what comes without one takes it too. */
static enum rc implied_ttl(struct zscan *s, struct zentry *entry, struct err *e)
{
	const char *end = entry->rdata + entry->rdata_len, *p = end;

	s->contextual = true;
	if (s->have_ttl || s->have_last_ttl) {
		entry->ttl = s->have_ttl ? s->default_ttl : s->last_ttl;
		return RC_OK;
	}
	while (p > entry->rdata && !is_blank(p[-1]))
		p--;
	if (entry->type == RRTYPE_SOA && ttl_from_text(p, (size_t)(end - p), &entry->ttl)) {
		s->have_ttl = true;
		s->default_ttl = entry->ttl;
		return RC_OK;
	}
	return fault(s, entry, e, "no TTL: expected one here, in a record before, or by $TTL");
}

/* Takes the joined entry apart. */
static enum rc head(struct zscan *s, struct zentry *entry, struct err *e)
{
	struct words w = { s->joined.p, s->joined.p + s->joined.len };
	bool have_ttl = false, have_class = false;
	const char *text;
	size_t len;

	entry->plain = false;
	if (!is_blank(*entry->text)) { /* as it stands: a parenthesis is no blank */
		text = word(&w, &len);
		if (!name_from_text(&s->owner_name, text, len, &s->origin))
			return fault(s, entry, e,
			             s->origin.len == 0 && (len == 0 || text[len - 1] != '.')
			                 ? "expected an absolute domain name, for there is no $ORIGIN"
			                 : "expected a domain name");
	} else if (s->owner_name.len == 0) {
		return fault(s, entry, e, "a record without a name, and none before it");
	} else {
		s->contextual = true;
	}
	for (;;) {
		int class;

		text = word(&w, &len);
		if (!have_ttl && len > 0 && *text >= '0' && *text <= '9') {
			if (!ttl_from_text(text, len, &entry->ttl))
				return fault(s, entry, e, "expected a TTL in seconds behind the name");
			have_ttl = true;
			continue;
		}
		class = have_class ? 0 : class_of(text, len);
		if (class < 0)
			return fault(s, entry, e, "a record of another class than IN");
		if (class == 0)
			break;
		have_class = true;
	}
	if (len == 0)
		return fault(s, entry, e, "expected a record: name, TTL, class, type, data");
	entry->type = rrtype_number(text, len);
	if (entry->type == 0)
		return fault(s, entry, e, "expected a record type, such as A or TYPE65280");
	while (w.p < w.end && is_blank(*w.p))
		w.p++;
	while (w.end > w.p && is_blank(w.end[-1]))
		w.end--;
	if (w.end < s->joined.p + s->joined.len && text_is_escaped(w.p, w.end))
		w.end++;
	entry->rdata = w.p;
	entry->rdata_len = (size_t)(w.end - w.p);
	if (!have_ttl)
		return implied_ttl(s, entry, e);
	s->have_last_ttl = true;
	s->last_ttl = entry->ttl;
	return RC_OK;
}

/* The comments of a .backup2 that matter: its first line, and its last. */
static void note_comment(struct zscan *s, const struct zentry *entry)
{
	if (entry->line == 1 && entry->text_len == sizeof backup2_mark - 1 &&
	    memcmp(entry->text, backup2_mark, entry->text_len) == 0) {
		s->backup2 = true;
	} else if (s->backup2) {
		buf_reset(&s->last_line);
		buf_add(&s->last_line, entry->text, entry->text_len < 64 ? entry->text_len : 64);
	}
}

static bool all_blank(const struct buf *b)
{
	for (size_t i = 0; i < b->len; i++)
		if (!is_blank(b->p[i]))
			return false;
	return true;
}

static enum rc next_slowly(struct zscan *s, struct zentry *entry, bool *more, struct err *e)
{
	for (;;) {
		bool blank;
		enum rc rc = gather(s, entry, more, e);

		if (rc != RC_OK)
			return rc;
		if (!*more) {
			if (s->backup2 && strcmp(buf_str(&s->last_line), backup2_mark) != 0)
				return source_fault(&s->source, e, s->source.line, NULL, 0,
				                    "the file is cut short: the trailer of a .backup2 is missing");
			return RC_OK;
		}
		blank = all_blank(&s->joined);
		if (blank)
			note_comment(s, entry);
		else
			buf_reset(&s->last_line);
		if (!blank && !is_directive(s)) {
			rc = head(s, entry, e);
			if (rc != RC_OK && s->joined.p[0] == '$')
				rc = fault(s, entry, e, "neither a record nor a directive: expected $ORIGIN or $TTL");
			return rc;
		}
		if (!blank)
			rc = directive(s, entry, e);
		if (rc != RC_OK)
			return rc;
		s->source.p += entry->text_len + 1;
	}
}

/* Where the record of the line ends, and its head; NULL: it is not of the plain form. Quotes may stand in the data. */
static const char *plain_end(struct zline *l, const char *p, const char *nl)
{
	const char *end = line_record_end(p, nl), *special = end;

	if (end == NULL) {
		special = special_find(p, nl);
		end = *special == '"' && line_end_find(special, nl + 1) == nl ? nl : NULL;
	}
	return end != NULL && line_head(l, p, end) && l->rdata <= special ? end : NULL;
}

/* A line of the plain form, complete in the window. */
static bool next_plainly(struct zscan *s, struct zentry *entry, struct zline *l)
{
	const struct zsource *in = &s->source;
	const char *nl = memchr(in->p, '\n', (size_t)(in->end - in->p)), *end;

	end = nl != NULL ? plain_end(l, in->p, nl) : NULL;
	if (end == NULL)
		return false;
	entry->type = rrtype_number_at(l->type_text, l->type_len);
	if (entry->type == 0)
		return false;
	while (end > l->rdata && is_blank(end[-1]))
		end--;
	entry->plain = true;
	entry->ttl = l->ttl;
	entry->rdata = l->rdata;
	entry->rdata_len = (size_t)(end - l->rdata);
	entry->text = in->p;
	entry->text_len = (size_t)(nl - in->p);
	entry->offset = source_offset(in);
	entry->line = in->line;
	return true;
}

/* The owner that stands at @text; the next line may leave it out. */
static bool take_owner(struct zscan *s, const char *text, size_t len)
{
	struct owner_memo *m = &s->owner_memo;

	if (len == m->len && memcmp(text, m->text, len) == 0) {
		s->owner_name.len = m->name.len;
		memcpy(s->owner_name.wire, m->name.wire, m->name.len);
		return true;
	}
	if (!name_from_text(&s->owner_name, text, len, NULL))
		return false;
	if (len <= sizeof m->text) {
		m->len = (uint8_t)len;
		memcpy(m->text, text, len);
		m->name = s->owner_name;
	}
	return true;
}

enum rc scan_next(struct zscan *s, struct zentry *entry, bool *more, struct err *e)
{
	enum rc rc = RC_OK;
	struct zline l;

	*more = next_plainly(s, entry, &l);
	if (*more) {
		s->source.line++;
		s->last_ttl = entry->ttl;
		s->have_last_ttl = true;
		if (!take_owner(s, l.owner, l.owner_len))
			rc = fault(s, entry, e, "expected a domain name");
		if (s->backup2)
			buf_reset(&s->last_line);
	} else {
		rc = next_slowly(s, entry, more, e);
	}
	if (rc != RC_OK || !*more)
		return rc;
	entry->owner = &s->owner_name;
	s->source.p += entry->text_len + 1;
	s->records++;
	s->soa |= entry->type == RRTYPE_SOA;
	return RC_OK;
}

void scan_unread(struct zscan *s, const struct zentry *entry, const struct wire_name *owner)
{
	s->source.p = entry->text;
	s->source.line = entry->line;
	s->owner_name = *owner;
	s->records--;
}

void scan_skipped(struct zscan *s, const char *p, uint64_t lines, uint32_t ttl)
{
	s->last_ttl = ttl;
	s->have_last_ttl = true;
	buf_reset(&s->last_line);
	s->records += lines;
	s->source.line += lines;
	s->source.p = p;
}

enum rc scan_whole(const struct zscan *s, struct err *e)
{
	if (s->records == 0)
		return source_fault(&s->source, e, 0, NULL, 0, "the zone file is empty: it holds no record");
	if (!s->soa)
		return source_fault(&s->source, e, 0, NULL, 0, "the zone file has no SOA record");
	return RC_OK;
}

enum rc scan_rdata(const struct zscan *s, const struct zentry *entry, uint8_t *out, size_t *len, struct err *e)
{
	char type[RRTYPE_TEXT];
	const char *why = "";

	if (rdata_from_text(entry->type, entry->rdata, entry->rdata_len, &s->origin, out, len, &why))
		return RC_OK;
	rrtype_name(type, entry->type);
	return source_fault(&s->source, e, entry->line, entry->text, entry->text_len, "no data of a record %s (%s)",
	                    type, why);
}
