#include "tui/view/zone_row.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "tui/view/studied_line.h"
#include "tui/widget/mark.h"
#include "tui/widget/table.h"

bool zone_is_absent(const struct board *b, const struct board_zone *z, int index)
{
	return b->obs[index]->reachable && z->on[index] == NULL;
}

void zone_row_key(const void *rows, size_t i, char *out, size_t cap)
{
	str_copy(out, cap, ((const struct zone_rows *)rows)->board->zones[i].name);
}

void zone_row_text(const void *rows, size_t i, struct buf *out)
{
	const struct board_zone *z = &((const struct zone_rows *)rows)->board->zones[i];

	buf_addf(out, "%s %s %s", z->name, z->policy != NULL ? z->policy : "", word_of(z->worst));
}

void public_text(const struct board *b, const struct board_zone *z, char *out, size_t cap, enum style *style)
{
	struct num signed_serial = z->serial.signed_at[b->active], published = z->serial.published;
	int32_t away;

	if (!published.ok || !signed_serial.ok) {
		str_copy(out, cap, "?");
		*style = STYLE_UNKNOWN;
		return;
	}
	/* RFC 1982: the shorter way round. */
	away = (int32_t)((uint32_t)published.v - (uint32_t)signed_serial.v);
	*style = away == 0 ? STYLE_GOOD : away < 0 ? STYLE_WARN : STYLE_STOP;
	if (away == 0)
		str_copy(out, cap, "=");
	else if (away > -10000 && away < 10000)
		snprintf(out, cap, "%s%" PRId32 "%s", away < 0 ? "−" : "+", away < 0 ? -away : away,
		         away < 0 ? "" : "!");
	else
		snprintf(out, cap, "%s!", away < 0 ? "behind" : "ahead");
}

enum {
	Z_MARK,
	Z_WORD,
	Z_NAME,
	Z_SERIAL,
	Z_PUBLIC,
	Z_EXPIRY,
	Z_SLACK,
	Z_KEYS,
	Z_POLICY,
	Z_NEXT,
	Z_DIFF,
	Z_STANDBY,
	Z_UNSIGNED,
	Z_RRSET
};

static const struct column columns[] = {
	[Z_MARK] = { "", 2, 2, true, 0 },
	[Z_WORD] = { "", 7, 7, false, 7 },
	[Z_NAME] = { "zone", 20, 40, false, 0 },
	[Z_SERIAL] = { "serial", 10, 10, true, 1 },
	[Z_PUBLIC] = { "public", 7, 7, true, 1 },
	[Z_EXPIRY] = { "first expiry", 13, 13, true, 3 },
	[Z_SLACK] = { "slack", 8, 9, true, 0 },
	[Z_KEYS] = { "keys", 8, 10, false, 2 },
	[Z_POLICY] = { "policy", 12, 18, false, 4 },
	[Z_NEXT] = { "next there", 11, 11, true, 5 },
	[Z_DIFF] = { "diff", 11, 14, false, 6 },
	[Z_STANDBY] = { "standby", 10, 10, true, 8 },
	[Z_UNSIGNED] = { "unsigned", 10, 10, true, 9 },
	[Z_RRSET] = { "expires first", 20, 40, false, 10 },
};

static enum style keys_style(const char *word)
{
	return strcmp(word, "ok") == 0            ? STYLE_GOOD
	       : word[0] == '?'                   ? STYLE_UNKNOWN
	       : word[0] >= 'A' && word[0] <= 'Z' ? STYLE_STOP
	                                          : STYLE_WARN;
}

static void slack_cell(const struct model *m, const struct board_zone *z, struct cell_text *out)
{
	char text[DURATION_TEXT];
	int64_t seconds = z->slack.v - (m->now - m->facts->at);

	if (!z->slack.ok) {
		str_copy(out->text, sizeof out->text, "?");
		out->style = STYLE_UNKNOWN;
		return;
	}
	duration_text(text, seconds);
	str_copy(out->text, sizeof out->text, text);
	out->style = seconds <= 0 ? STYLE_STOP : seconds < m->facts->slack.margin ? STYLE_WARN : STYLE_TEXT;
}

static void num_cell(struct num n, struct cell_text *out)
{
	char text[FIGURE];

	num_text(text, n);
	str_copy(out->text, sizeof out->text, text);
	if (!n.ok)
		out->style = STYLE_UNKNOWN;
}

static void serial_cell(const struct zone_rows *rows, const struct board_zone *z, size_t column, struct cell_text *out)
{
	switch (column) {
	case Z_SERIAL:
		num_cell(z->serial.signed_at[rows->board->active], out);
		break;
	case Z_PUBLIC:
		public_text(rows->board, z, out->text, sizeof out->text, &out->style);
		break;
	case Z_NEXT:
		if (z->serial.refuses) {
			str_copy(out->text, sizeof out->text, "refuses");
			out->style = STYLE_WARN;
			break;
		}
		num_cell(z->serial.predicted, out);
		if (z->serial.predicted.ok && z->serial.published.ok && z->serial.predicted_order != SERIAL_GREATER)
			out->style = z->serial.repairable ? STYLE_WARN : STYLE_STOP;
		if (out->style == STYLE_WARN || out->style == STYLE_STOP)
			strncat(out->text, "!", sizeof out->text - strlen(out->text) - 1);
		break;
	case Z_STANDBY:
		if (zone_is_absent(rows->board, z, rows->board->standby))
			str_copy(out->text, sizeof out->text, "none");
		else
			num_cell(z->serial.signed_at[rows->board->standby], out);
		break;
	case Z_UNSIGNED:
		num_cell(z->serial.unsigned_active, out);
		break;
	default:
		break;
	}
}

static void cell(const void *ctx, size_t row, size_t column, struct cell_text *out)
{
	const struct zone_rows *rows = ctx;
	const struct board_zone *z = &rows->board->zones[row];
	char text[FIGURE];

	switch (column) {
	case Z_MARK:
		str_copy(out->text, sizeof out->text, mark_of(z->worst));
		out->style = style_of(z->worst);
		break;
	case Z_WORD:
		str_copy(out->text, sizeof out->text, word_of(z->worst));
		out->style = style_of(z->worst);
		break;
	case Z_NAME:
		str_copy(out->text, sizeof out->text, z->name);
		break;
	case Z_EXPIRY:
		if (z->first_expiry.ok && z->first_expiry.v > 0) {
			when_text(text, rows->m->now, z->first_expiry.v);
			str_copy(out->text, sizeof out->text, text);
		} else {
			str_copy(out->text, sizeof out->text, "?");
			out->style = STYLE_UNKNOWN;
		}
		break;
	case Z_SLACK:
		slack_cell(rows->m, z, out);
		break;
	case Z_KEYS:
		str_copy(out->text, sizeof out->text, z->keys_word != NULL ? z->keys_word : "?");
		out->style = keys_style(out->text);
		break;
	case Z_POLICY:
		str_copy(out->text, sizeof out->text, z->policy != NULL ? z->policy : "?");
		break;
	case Z_DIFF:
		studied_cell(rows->m, z, out->text, sizeof out->text, &out->style);
		break;
	case Z_RRSET:
		str_copy(out->text, sizeof out->text, z->first_rrset != NULL ? z->first_rrset : "");
		break;
	default:
		serial_cell(rows, z, column, out);
		break;
	}
	if (model_stale(rows->m) && column > Z_NAME && column != Z_DIFF) /* a comparison has an age of its own */
		out->style = STYLE_STALE;
}

void zone_table(struct surface *s, struct rect r, struct list *l, const struct zone_rows *rows, bool focus)
{
	table_draw(s, r, columns, sizeof columns / sizeof *columns, l, cell, rows, true, focus);
}

static void line(struct buf *out, const char *label, struct num n, const char *source)
{
	char text[FIGURE];

	num_text(text, n);
	buf_addf(out, "%-16s %-11s %s\n", label, text, source);
}

void zone_explain(const struct board_zone *z, const struct model *m, struct buf *out)
{
	const struct board *b = m->facts;
	const char *active = m->pair->instance[b->active].name, *standby = m->pair->instance[b->standby].name;
	char source[160], age[FIGURE], at[TIME_TEXT];
	enum style ignored;

	age_text(age, m->now - b->at);
	buf_addf(out, "%s, seen %s\n", z->name, age);
	snprintf(source, sizeof source, "SOA of the signed file on %s", active);
	line(out, "serial", z->serial.signed_at[b->active], source);
	line(out, "public", z->serial.published, "the greatest SOA (RFC 1982) of the public name servers");
	snprintf(source, sizeof source, "what %s would publish first after a switchover, before any repair", standby);
	line(out, "next there", z->serial.predicted, source);
	if (z->serial.refuses)
		buf_adds(out, "policy keep: it would not sign before the unsigned serial is raised\n");
	if (z->first_expiry.ok && z->first_expiry.v > 0) {
		time_text(at, z->first_expiry.v);
		buf_addf(out, "first expiry     %s, %s: the first RRSIG to expire, in the signed file or in public\n",
		         at, z->first_rrset != NULL ? z->first_rrset : "?");
	}
	buf_addf(out, "keys             %s\n", z->keys_word != NULL ? z->keys_word : "?");
	studied_line(m, z, source, sizeof source, &ignored);
	buf_addf(out, "diff             %s\n", source);
}
