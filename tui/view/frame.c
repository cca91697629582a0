#include "tui/view/frame.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/base/clock.h"
#include "tui/view/instance_row.h"
#include "tui/widget/mark.h"
#include "tui/widget/text.h"

enum { CLOCK_COLS = 11 }; /* " 03:12:45Z " */

/* That it is one, and of when, before anything else that there is room for. */
static int draw_recording(const struct model *m, struct surface *s, struct rect r, int col)
{
	static const char *const more[] = { ": no host is asked, nothing can be changed ", ": nothing can be changed ",
		                            " " };
	char text[120], when[TIME_TEXT], head[60] = " RECORDING";

	if (m->recorded_at != 0) {
		time_text(when, m->recorded_at);
		snprintf(head, sizeof head, " RECORDING of %.10s %.5sZ", when, when + 11);
	}
	for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
		snprintf(text, sizeof text, "%s%s", head, more[i]);
		if (col + text_columns(text) + CLOCK_COLS <= r.cols)
			break;
	}
	return surface_text(s, r, 0, col, STYLE_RECORDING, text);
}

/* The way of the run, shorter where there is less room: the mode and the time behind it never go. */
static void run_text(const struct model *m, int room, char *out, size_t cap)
{
	const char *waits = m->run.asking ? " WAITS" : "", *what = m->run.undoing ? "TAKING BACK" : "RUN";

	snprintf(out, cap, " %s %s %s → %s%s ", what, run_kind_name(m->plan->kind), m->plan->from, m->plan->to, waits);
	if (text_columns(out) > room)
		snprintf(out, cap, " %s %s → %s%s ", what, m->plan->from, m->plan->to, waits);
	if (text_columns(out) > room)
		snprintf(out, cap, " %s%s ", what, waits);
}

/* READ-ONLY, ARMED with what is left, RUN with its way, RECORDING: the words that say what a key may change. */
static int draw_mode(const struct model *m, struct surface *s, struct rect r, int col)
{
	enum { BEHIND = 25 }; /* ARMED 10:00, the time */
	char text[200];
	int64_t left = m->armed_until - m->now;

	if (m->recording)
		return draw_recording(m, s, r, col);
	if (m->run.open && m->plan != NULL) {
		run_text(m, r.cols - col - BEHIND, text, sizeof text);
		col = surface_text(s, r, 0, col, STYLE_RUN, text) + 1;
	}
	if (!model_armed(m))
		return surface_text(s, r, 0, col, STYLE_TITLE, "READ-ONLY");
	snprintf(text, sizeof text, " ARMED %" PRId64 ":%02" PRId64 " ", left / 60, left % 60);
	return surface_text(s, r, 0, col, STYLE_ARMED, text);
}

static void draw_top(const struct model *m, struct surface *s, struct rect r)
{
	char clock[TIME_TEXT], text[FIGURE];
	int col, at;

	surface_line(s, r, 0, 0, STYLE_TITLE, " ");
	col = surface_text(s, r, 0, 1, STYLE_TITLE, "ods-failover  ");
	col = surface_field(s, r, 0, col, text_columns(m->pair->name) < 14 ? text_columns(m->pair->name) : 14, false,
	                    STYLE_TITLE, m->pair->name);
	col = draw_mode(m, s, r, col + 2);
	time_text(clock, m->now);
	/* The date goes first where there is little room, never the time. */
	snprintf(text, sizeof text, "%.10s %s", clock, clock + 11);
	at = r.cols - text_columns(text) - 1;
	if (at <= col)
		snprintf(text, sizeof text, "%s", clock + 11);
	at = r.cols - text_columns(text) - 1;
	if (at > col)
		surface_text(s, r, 0, at, STYLE_TITLE, text);
	slack_draw(m, s, r, 1);
}

/* What stands at the end of the rule, in ever fewer words. */
struct age {
	char text[3][FIGURE + 32];
	enum style style;
};

static void age_of(const struct model *m, enum view_age kind, struct age *out)
{
	const struct board *b = kind == AGE_FACTS ? m->facts : m->board;
	const char *looking = m->looking ? ", looking…" : "";
	char age[FIGURE];
	bool stale;

	*out = (struct age){ .style = STYLE_DIM };
	if (kind == AGE_RUN && m->run.open) {
		lasted_text(age, m->now - m->run.started);
		snprintf(out->text[0], sizeof out->text[0], "open for %s", age);
		snprintf(out->text[1], sizeof out->text[1], "%s", age);
	} else if (b != NULL) {
		age_text(age, m->now - b->at);
		stale = kind == AGE_FACTS ? model_stale(m) : model_look_is_old(m);
		out->style = stale ? STYLE_STALE : STYLE_DIM;
		snprintf(out->text[0], sizeof out->text[0], "%sseen %s%s", stale ? "STALE, " : "", age, looking);
		snprintf(out->text[1], sizeof out->text[1], "%sseen %s", stale ? "STALE, " : "", age);
		snprintf(out->text[2], sizeof out->text[2], "%s%s", stale ? "STALE, " : "", age);
	} else if (m->looking) {
		snprintf(out->text[0], sizeof out->text[0], "looking… %" PRId64 "s", m->now - m->looking_since);
	}
}

/* The title, and how old what is shown is: in fewer words where the title leaves less room, but always there. */
static void draw_rule(const struct model *m, struct view *v, struct surface *s, struct rect r)
{
	struct buf title = { 0 };
	struct rule_part parts[2] = { { STYLE_HEADING, v->ops->title } };
	struct age age;
	int i = 0;

	if (v->ops->heading != NULL)
		v->ops->heading(v, m, &title);
	parts[1] = (struct rule_part){ STYLE_TEXT, buf_str(&title) };
	age_of(m, v->ops->age, &age);
	while (i < 2 && !rule_draw(s, r, 2, parts, 2, age.text[i], STYLE_DIM))
		i++;
	(void)rule_draw(s, r, 2, parts, 2, age.text[i], age.style);
	buf_free(&title);
}

/* The run that is shown came to its end, whichever: nothing of it is left to do. */
static bool run_is_closed(const struct run_model *r)
{
	return r->ended && (r->outcome == OUTCOME_DONE || r->outcome == OUTCOME_ISSUES || r->outcome == OUTCOME_UNDONE);
}

/* There is a run that stopped half way: it comes before another one is begun. */
static bool run_is_left(const struct model *m)
{
	return !m->run.open && (m->run.ended ? m->run.outcome == OUTCOME_STOPPED : model_unfinished(m) != NULL);
}

/* Of a run, only what can be done now. */
static bool useful(const struct model *m, enum action a)
{
	switch (a) {
	case ACT_APPROVE: /* these four stand beside the question */
		return false;
	case ACT_STOP:
		return m->run.open && !m->run.asking && !m->run.stopping;
	case ACT_BREAK:
		return m->run.open && !m->run.asking;
	case ACT_PRINT:
		return m->plan != NULL && !m->run.asking && !run_is_closed(&m->run);
	case ACT_UNDO:
	case ACT_RESUME:
		return run_is_left(m);
	case ACT_NOTE:
		return m->run.open;
	case ACT_START:
		return !m->run.open && !m->run.ended && !m->recording && m->plan != NULL && !run_is_left(m);
	case ACT_CANCEL:
		return m->study.working || m->name.working;
	case ACT_ARM: /* in a run it is what the answers need, and nothing that is to be taken away */
		return !m->recording && !(m->run.open && model_armed(m));
	default:
		return true;
	}
}

/* Keys that mean something here: as many as fit, help and quit always. */
static void draw_hints(const struct model *m, const struct view *v, struct surface *s, struct rect r)
{
	static const enum action last[] = { ACT_HELP, ACT_QUIT };
	int row = r.rows - 1, col = 1, end;
	char key[16];

	end = r.cols - 15; /* "? help  q quit" */
	for (const enum action *a = v->ops->actions; *a != ACT_NONE; a++) {
		const struct action_row *action = action_row(*a);

		const char *label = *a == ACT_ARM && model_armed(m) ? "disarm" : action->label;

		action_key(*a, key);
		if (label[0] == '\0' || *a == ACT_HELP || *a == ACT_QUIT || !useful(m, *a))
			continue;
		if (col + text_columns(key) + text_columns(label) + 3 > end)
			break;
		col = surface_text(s, r, row, col, STYLE_KEY, key) + 1;
		col = surface_text(s, r, row, col, STYLE_TEXT, label) + 2;
	}
	col = end;
	for (int i = 0; i < 2; i++) {
		action_key(last[i], key);
		col = surface_text(s, r, row, col, STYLE_KEY, key) + 1;
		col = surface_text(s, r, row, col, STYLE_TEXT, action_row(last[i])->label) + 2;
	}
}

bool frame_fits(int rows, int cols)
{
	return rows >= LEAST_ROWS && cols >= LEAST_COLS;
}

void frame_draw(struct surface *s, const struct model *m, struct view *v, const struct prompt *prompt, const char *say)
{
	struct rect all = surface_all(s), body, foot;
	char text[120];

	surface_reset(s, all.rows, all.cols);
	if (!frame_fits(all.rows, all.cols)) {
		snprintf(text, sizeof text, "window too small (%dx%d; needs %dx%d): %s", all.cols, all.rows, LEAST_COLS,
		         LEAST_ROWS, m->run.open ? "no key acts here" : "only q acts here");
		surface_text(s, all, 0, 0, STYLE_TEXT, text);
		return;
	}
	v->ops->update(v, m);
	draw_top(m, s, all);
	draw_rule(m, v, s, all);
	/* Nothing is covered: a prompt has keys of its own, and stands in place of the last line. */
	foot = (struct rect){ 3, 0, all.rows - 3, all.cols };
	body = foot;
	body.rows -= prompt->kind != PROMPT_NONE ? prompt_rows(prompt, s, foot) : 1;
	if (say != NULL) {
		body.rows--;
		surface_line(s, all, body.row + body.rows, 0, STYLE_PROMPT, " ");
		surface_field(s, all, body.row + body.rows, 1, all.cols - 2, false, STYLE_PROMPT, say);
	}
	v->ops->draw(v, m, s, body);
	if (prompt->kind != PROMPT_NONE)
		prompt_draw(prompt, s, foot);
	else
		draw_hints(m, v, s, all);
}
