#include "remote/host/frame.h"

#include <string.h>

enum { LINE_KEPT = 512, NOISE_KEPT = 512 };

static const char begin_mark[] = "odsf1 begin ";
static const char end_mark[] = "odsf1 end ";

/* A banner without a newline at its end may stand before the mark on the same line, hence from behind. */
static bool is_begin(const struct frame *f)
{
	size_t mark = sizeof begin_mark - 1, verb = strlen(f->verb), len = f->line.len;

	return len >= mark + verb && memcmp(f->line.p + len - verb, f->verb, verb) == 0 &&
	       memcmp(f->line.p + len - verb - mark, begin_mark, mark) == 0;
}

/* Keeps the end of a line, however long it is. */
static void add_to_line(struct frame *f, const char *p, size_t len)
{
	if (len >= LINE_KEPT) {
		buf_reset(&f->line);
		p += len - LINE_KEPT;
		len = LINE_KEPT;
	} else if (f->line.len + len > (size_t)2 * LINE_KEPT) {
		memmove(f->line.p, f->line.p + f->line.len - LINE_KEPT, LINE_KEPT);
		f->line.len = LINE_KEPT;
	}
	buf_add(&f->line, p, len);
}

/* Drops what stands before the frame; how much of @p that was. */
static size_t skip_noise(struct frame *f, const char *p, size_t len)
{
	size_t at = 0;

	while (at < len && !f->begun) {
		const char *nl = memchr(p + at, '\n', len - at);
		size_t n = nl != NULL ? (size_t)(nl - p) - at : len - at;

		add_to_line(f, p + at, n);
		if (f->noise.len < NOISE_KEPT)
			buf_add(&f->noise, p + at, n < NOISE_KEPT - f->noise.len ? n : NOISE_KEPT - f->noise.len);
		at += n;
		if (nl == NULL)
			break;
		at++;
		f->begun = is_begin(f);
		buf_reset(&f->line);
		if (!f->begun && f->noise.len > 0 && f->noise.len < NOISE_KEPT)
			buf_addc(&f->noise, '\n');
	}
	f->noise_len += at;
	if (f->begun && f->sink == NULL)
		buf_addf(&f->text, "%s%s\n", begin_mark, f->verb);
	f->checked = f->text.len;
	return at;
}

/* Payload lines have '|' in front: a line that begins with the mark is the end. */
static void look_for_end(struct frame *f)
{
	const char *nl;

	while (!f->ended && f->checked < f->text.len &&
	       (nl = memchr(f->text.p + f->checked, '\n', f->text.len - f->checked)) != NULL) {
		const char *line = f->text.p + f->checked;
		size_t mark = sizeof end_mark - 1, verb = strlen(f->verb), n = (size_t)(nl - line);

		f->ended = n > mark + verb && memcmp(line, end_mark, mark) == 0 &&
		           memcmp(line + mark, f->verb, verb) == 0 && line[mark + verb] == ' ';
		f->checked += n + 1;
	}
}

bool frame_take(struct frame *f, const void *data, size_t len)
{
	const char *p = data;
	size_t skipped;

	if (!f->begun) {
		skipped = skip_noise(f, p, len);
		p += skipped;
		len -= skipped;
		if (!f->begun && f->noise_len > FRAME_NOISE_MAX) {
			f->too_long = true;
			return false;
		}
	}
	if (!f->begun || f->ended || len == 0)
		return true;
	if (len > f->max - f->len) {
		f->too_long = true;
		return false;
	}
	f->len += len;
	if (f->sink != NULL)
		return f->sink(f->ctx, p, len);
	buf_add(&f->text, p, len);
	look_for_end(f);
	return true;
}

void frame_clear(struct frame *f)
{
	buf_free(&f->text);
	buf_free(&f->line);
	buf_free(&f->noise);
}
