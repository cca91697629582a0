#include "tui/view/finding_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "tui/widget/mark.h"
#include "tui/widget/table.h"

void finding_rows_fill(struct finding_rows *rows, const struct board *b, const char *zone, int64_t now)
{
	rows->now = now;
	rows->count = 0;
	rows->one_zone = zone[0] != '\0';
	for (size_t i = 0; b != NULL && i < b->finding_count; i++) {
		const struct finding *f = &b->findings[i];

		if (zone[0] != '\0' && (f->zone == NULL || !name_equal(f->zone, zone)))
			continue;
		rows->list = vec_grow(rows->list, rows->count, &rows->cap, sizeof *rows->list);
		rows->list[rows->count++] = f;
	}
}

void finding_rows_clear(struct finding_rows *rows)
{
	free(rows->list);
	*rows = (struct finding_rows){ 0 };
}

static const char *about(const struct finding *f)
{
	return f->zone != NULL ? f->zone : f->instance != NULL ? f->instance : "pair";
}

static const struct finding *row_of(const void *rows, size_t i)
{
	return ((const struct finding_rows *)rows)->list[i];
}

void finding_row_key(const void *rows, size_t i, char *out, size_t cap)
{
	const struct finding *f = row_of(rows, i);

	snprintf(out, cap, "%s %s %s", f->id, f->zone != NULL ? f->zone : "", f->instance != NULL ? f->instance : "");
}

void finding_row_text(const void *rows, size_t i, struct buf *out)
{
	const struct finding *f = row_of(rows, i);

	buf_addf(out, "%s %s %s %s %s", word_of(f->severity), f->id, about(f), f->instance != NULL ? f->instance : "",
	         f->text);
}

enum { F_MARK, F_WORD, F_ID, F_ABOUT, F_TEXT, F_VALUE, F_LIMIT, F_AGE };

static const struct column columns[] = {
	[F_MARK] = { "", 2, 2, true, 0 },          [F_WORD] = { "", 7, 7, false, 7 },
	[F_ID] = { "finding", 22, 26, false, 3 },  [F_ABOUT] = { "about", 16, 30, false, 2 },
	[F_TEXT] = { "what", 50, 100, false, 0 },  [F_VALUE] = { "value", 12, 24, false, 5 },
	[F_LIMIT] = { "limit", 12, 24, false, 6 }, [F_AGE] = { "seen", 11, 11, true, 4 },
};

static void cell(const void *ctx, size_t row, size_t column, struct cell_text *out)
{
	const struct finding_rows *rows = ctx;
	const struct finding *f = row_of(rows, row);
	char age[FIGURE];

	switch (column) {
	case F_MARK:
		str_copy(out->text, sizeof out->text, mark_of(f->severity));
		out->style = style_of(f->severity);
		break;
	case F_WORD:
		str_copy(out->text, sizeof out->text, word_of(f->severity));
		out->style = style_of(f->severity);
		break;
	case F_ID:
		str_copy(out->text, sizeof out->text, f->id);
		break;
	case F_ABOUT:
		str_copy(out->text, sizeof out->text, about(f));
		break;
	case F_TEXT:
		str_copy(out->text, sizeof out->text, f->text);
		break;
	case F_VALUE:
		str_copy(out->text, sizeof out->text, f->value != NULL ? f->value : "");
		break;
	case F_LIMIT:
		str_copy(out->text, sizeof out->text, f->limit != NULL ? f->limit : "");
		break;
	case F_AGE:
		age_text(age, rows->now - f->at);
		str_copy(out->text, sizeof out->text, age);
		out->style = rows->now - f->at > STALE_SECONDS ? STYLE_STALE : STYLE_DIM;
		break;
	default:
		break;
	}
}

void finding_table(struct surface *s, struct rect r, struct list *l, const struct finding_rows *rows, bool titles,
                   bool focus)
{
	enum { NARROW = 72, ROOMY = 100, MARK = 3 };
	struct column fit[sizeof columns / sizeof *columns];

	memcpy(fit, columns, sizeof fit);
	if (rows->one_zone)
		fit[F_ABOUT].max = 0;
	if (r.cols < NARROW) { /* a sentence that is cut, about something, before a whole one about nobody knows what */
		fit[F_ABOUT].min = 14;
		fit[F_TEXT].min = 40;
	}
	if (r.cols < ROOMY) { /* the mark says it, the sentence needs the room */
		fit[F_WORD].max = 0;
		if (rows->one_zone)
			fit[F_TEXT].min = fit[F_TEXT].max = r.cols - MARK;
	} else {
		fit[F_TEXT].min = r.cols * 3 / 5 < fit[F_TEXT].max ? r.cols * 3 / 5 : fit[F_TEXT].max;
	}
	table_draw(s, r, fit, sizeof fit / sizeof *fit, l, cell, rows, titles, focus);
}

void finding_explain(const struct finding *f, int64_t now, struct buf *out)
{
	const struct check *check = check_by_id(f->id);
	char age[FIGURE], at[TIME_TEXT];

	age_text(age, now - f->at);
	time_text(at, f->at);
	buf_addf(out, "%s %s: %s\n", mark_of(f->severity), word_of(f->severity), f->text);
	if (f->hint != NULL)
		buf_addf(out, "next      %s\n", f->hint);
	if (f->value != NULL)
		buf_addf(out, "value     %s%s%s\n", f->value, f->limit != NULL ? "     limit  " : "",
		         f->limit != NULL ? f->limit : "");
	else if (f->limit != NULL)
		buf_addf(out, "limit     %s\n", f->limit);
	if (f->source != NULL)
		buf_addf(out, "source    %s\n", f->source);
	buf_addf(out, "seen      %s, at %s\n", age, at);
	buf_addf(out, "finding   %s%s%s%s%s\n", f->id, f->zone != NULL ? ", zone " : "", f->zone != NULL ? f->zone : "",
	         f->instance != NULL ? ", on " : "", f->instance != NULL ? f->instance : "");
	if (check != NULL)
		buf_addf(out, "rule      %s\n", check->rule);
}
