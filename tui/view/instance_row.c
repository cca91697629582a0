#include "tui/view/instance_row.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "tui/widget/mark.h"
#include "tui/widget/table.h"
#include "tui/widget/text.h"

int instance_of_role(const struct model *m, enum role role)
{
	if (m->board != NULL)
		return role == ROLE_ACTIVE ? m->board->active : m->board->standby;
	return m->pair->instance[0].role == role ? 0 : 1;
}

static const char *const observed_names[] = { "active", "standby", "none" };
static const char *const observed_as[] = { "active", "standby", "neither: its daemons fit no role" };

/* What is drawn of one instance. */
struct line {
	const struct model *m;
	int index;
	enum role role;
	const struct observation *o; /* NULL: not observed yet */
};

enum { I_MARK, I_ROLE, I_NAME, I_HOST, I_ENFORCER, I_SIGNER, I_VERSION, I_CLOCK, I_SEEN, I_QUEUE, I_DISK, I_OS };

static const struct column columns[] = {
	[I_MARK] = { "", 2, 2, true, 0 },        [I_ROLE] = { "", 8, 8, false, 0 },
	[I_NAME] = { "", 6, 16, false, 0 },      [I_HOST] = { "", 11, 24, false, 2 },
	[I_ENFORCER] = { "", 13, 13, false, 0 }, [I_SIGNER] = { "", 11, 11, false, 0 },
	[I_VERSION] = { "", 7, 7, false, 1 },    [I_CLOCK] = { "", 11, 12, false, 3 },
	[I_SEEN] = { "", 15, 15, false, 4 },     [I_QUEUE] = { "", 16, 16, false, 5 },
	[I_DISK] = { "", 15, 15, false, 6 },     [I_OS] = { "", 20, 34, false, 7 },
};

/* On a cold standby no daemon runs; on an active both do. Anything else is not what the role says. */
static void daemon_cell(const struct line *l, const char *name, const struct obs_daemon *d, struct cell_text *out)
{
	bool wanted = l->role == ROLE_ACTIVE || l->m->pair->mode != MODE_COLD;
	const char *word = "?";

	out->style = STYLE_UNKNOWN;
	if (d->know.ok && d->running != TRI_UNKNOWN) {
		bool runs = d->running == TRI_YES;

		word = runs ? "run" : "off";
		out->style = runs == wanted ? STYLE_GOOD : l->role == ROLE_ACTIVE ? STYLE_STOP : STYLE_WARN;
		if (runs && d->answers == TRI_NO) {
			word = "HUNG";
			out->style = STYLE_STOP;
		}
		if (d->process_count > 1) {
			word = "TWO!";
			out->style = STYLE_STOP;
		}
	}
	snprintf(out->text, sizeof out->text, "%s %s", name, word);
}

static void facts_cell(const struct line *l, size_t column, struct cell_text *out)
{
	const struct observation *o = l->o;
	char figure[FIGURE];

	switch (column) {
	case I_ENFORCER:
		daemon_cell(l, "enforcer", &o->enforcer, out);
		break;
	case I_SIGNER:
		daemon_cell(l, "signer", &o->signer, out);
		break;
	case I_VERSION:
		snprintf(out->text, sizeof out->text, "%s", o->version != NULL ? o->version : "?");
		break;
	case I_CLOCK:
		if (o->clock_offset.ok && o->clock_uncertainty >= 50 &&
		    (o->clock_offset.v < 0 ? -o->clock_offset.v : o->clock_offset.v) <= o->clock_uncertainty)
			/* What is measured is less than what the round trip hides. */
			snprintf(out->text, sizeof out->text, "clock ±%.1fs", (double)o->clock_uncertainty / 1000);
		else if (o->clock_offset.ok)
			snprintf(out->text, sizeof out->text, "clock %+.1fs", (double)o->clock_offset.v / 1000);
		else
			str_copy(out->text, sizeof out->text, "clock ?");
		break;
	case I_SEEN:
		if (l->m->board != NULL && l->m->board->observed_role[l->index] >= 0)
			snprintf(out->text, sizeof out->text, "seen as %s",
			         observed_names[l->m->board->observed_role[l->index]]);
		else
			str_copy(out->text, sizeof out->text, "seen as ?");
		break;
	case I_QUEUE:
		if (o->queue.know.ok)
			snprintf(out->text, sizeof out->text, "%s, %d tasks", o->queue.idle ? "idle" : "busy",
			         o->queue.tasks);
		break;
	case I_DISK:
		if (o->disk_free.ok) {
			size_text(figure, (uint64_t)o->disk_free.v);
			snprintf(out->text, sizeof out->text, "%s free", figure);
		}
		break;
	case I_OS:
		str_copy(out->text, sizeof out->text, o->os_name != NULL ? o->os_name : "");
		break;
	default:
		break;
	}
}

static void cell(const void *ctx, size_t row, size_t column, struct cell_text *out)
{
	const struct line *l = ctx;
	const struct instance_config *config = &l->m->pair->instance[l->index];

	(void)row;
	switch (column) {
	case I_MARK:
		str_copy(out->text, sizeof out->text, l->role == ROLE_ACTIVE ? "●" : "○");
		break;
	case I_ROLE:
		str_copy(out->text, sizeof out->text, l->role == ROLE_ACTIVE ? "ACTIVE" : "STANDBY");
		out->style = STYLE_HEADING;
		break;
	case I_NAME:
		str_copy(out->text, sizeof out->text, config->name);
		out->style = STYLE_HEADING;
		break;
	case I_HOST:
		str_copy(out->text, sizeof out->text, config->host);
		break;
	default:
		if (l->o != NULL && l->o->reachable)
			facts_cell(l, column, out);
		break;
	}
}

static const char *link_word(const struct model *m, int index)
{
	switch (m->link[index].link) {
	case LINK_CONNECTING:
		return "connecting…";
	case LINK_UP:
		return "connected, being asked…";
	case LINK_DOWN:
		break;
	}
	return m->link[index].error[0] != '\0' ? m->link[index].error : "not connected yet";
}

/* What the operator did not want to answer, and how to be asked again; "" nothing. */
static const char *refused_text(const struct line *l)
{
	switch (l->m->refused[l->index]) {
	case REFUSED_KEY:
		return ", you refused its key (r asks again)";
	case REFUSED_SECRET:
		return ", you gave no answer (r asks again)";
	case REFUSED_NOTHING:
		break;
	}
	return "";
}

/* In place of the facts when there are none; the reason is never cut short. Returns the rows used. */
static int draw_unreachable(const struct line *l, struct surface *s, struct rect r, int row, int col)
{
	enum { REASON_ROWS = 4 };
	enum style style = l->o == NULL ? STYLE_UNKNOWN : STYLE_STOP;
	char text[480], wait[FIGURE] = "";
	int64_t left = l->m->link[l->index].retry_at - l->m->now;

	if (left > 0)
		snprintf(wait, sizeof wait, " (next try in %" PRId64 "s)", left);
	if (l->o == NULL)
		snprintf(text, sizeof text, "? %s%s%s", link_word(l->m, l->index), refused_text(l), wait);
	else
		snprintf(text, sizeof text, "✗ NOT REACHED%s%s: %s", refused_text(l), wait,
		         l->o->why != NULL ? l->o->why : "");
	return text_wrap(s, r, row, col, 3, REASON_ROWS, style, text);
}

/* A host that was asked and keeps silent while the link looks well: it is what the look waits for. Returns the rows
 * used. */
static int draw_silent(const struct line *l, struct surface *s, struct rect r, int row)
{
	enum { PATIENCE = 5, INDENT = 3 };
	int64_t since = l->m->link[l->index].asked_at, silent = l->m->now - since;
	char text[160];

	if (!l->m->looking || l->m->run.open || since == 0 || silent < PATIENCE)
		return 0;
	snprintf(text, sizeof text, "? no answer for %" PRId64 "s; given up within a minute", silent);
	surface_field(s, r, row, INDENT, r.cols - INDENT, false, STYLE_UNKNOWN, text);
	return 1;
}

/* A link that was lost behind the last observation: what stands above is as of then. Returns the rows used. */
static int draw_lost(const struct line *l, struct surface *s, struct rect r, int row)
{
	enum { LOST_ROWS = 2, INDENT = 3 };
	const struct host_state *link = &l->m->link[l->index];
	char text[480], wait[FIGURE] = "";
	int64_t left = link->retry_at - l->m->now;

	if (link->link == LINK_UP)
		return draw_silent(l, s, r, row);
	if (link->link == LINK_DOWN && link->error[0] == '\0')
		return 0;
	if (left > 0)
		snprintf(wait, sizeof wait, " (next try in %" PRId64 "s)", left);
	if (link->link == LINK_DOWN)
		snprintf(text, sizeof text, "? link lost%s: %s%s; what stands here was seen before", refused_text(l),
		         link->error, wait);
	else
		snprintf(text, sizeof text, "? link lost, connecting again…; what stands here was seen before");
	return text_wrap(s, r, row, INDENT, INDENT + 2, LOST_ROWS, STYLE_UNKNOWN, text);
}

static int draw_instance(const struct model *m, struct surface *s, struct rect r, int row, enum role role)
{
	int index = instance_of_role(m, role), widths[COLUMNS_MAX], col = 0;
	size_t n = sizeof columns / sizeof *columns;
	struct line l = { .m = m, .index = index, .role = role, .o = m->board != NULL ? m->board->obs[index] : NULL };
	bool known = l.o != NULL && l.o->reachable;
	struct column fit[sizeof columns / sizeof *columns];
	int name, other;

	for (size_t i = 0; i < n; i++)
		fit[i] = columns[i];
	name = text_columns(m->pair->instance[0].name);
	other = text_columns(m->pair->instance[1].name);
	fit[I_NAME].min = (name > other ? name : other) < 16 ? (name > other ? name : other) : 16;
	fit[I_NAME].max = fit[I_NAME].min;
	table_layout(fit, n, r.cols, widths);
	for (size_t i = 0; i < n; i++) {
		struct cell_text c = { .text = "", .style = STYLE_TEXT };

		if (widths[i] == 0)
			continue;
		if (!known && i > I_HOST)
			break;
		cell(&l, 0, i, &c);
		if (i > I_HOST && model_look_is_old(m))
			c.style = STYLE_STALE;
		col = surface_field(s, r, row, col, widths[i], fit[i].right, c.style, c.text) + 1;
	}
	if (!known)
		return row + draw_unreachable(&l, s, r, row, col);
	return row + 1 + draw_lost(&l, s, r, row + 1);
}

/* Claimed and observed differ: said where it can't be missed. */
static int draw_mismatch(const struct model *m, struct surface *s, struct rect r, int row)
{
	const struct board *b = m->board;
	struct buf text = { 0 };

	for (int i = 0; b != NULL && i < 2; i++)
		if (b->observed_role[i] >= 0 && b->observed_role[i] != (i == b->active ? ROLE_ACTIVE : ROLE_STANDBY))
			buf_addf(&text, "%s %s is %s by its record, seen as %s", text.len > 0 ? ";" : "✗",
			         m->pair->instance[i].name, i == b->active ? "active" : "standby",
			         observed_as[b->observed_role[i]]);
	if (text.len > 0) {
		surface_field(s, r, row, 1, r.cols - 1, false, STYLE_STOP, buf_str(&text));
		row++;
	}
	buf_free(&text);
	return row;
}

/* Somebody holds the lease: a run is open, here or on another machine. */
static int draw_lease(const struct model *m, struct surface *s, struct rect r, int row)
{
	char text[400];

	for (int i = 0; m->board != NULL && i < 2; i++) {
		const struct observation *o = m->board->obs[i];

		if (o->lease_owner == NULL || o->lease_expires <= m->now)
			continue;
		snprintf(text, sizeof text, "! lease held by %s, run %s: %s", o->lease_owner,
		         o->lease_run != NULL ? o->lease_run : "?",
		         o->lease_reason != NULL ? o->lease_reason : "no reason given");
		surface_field(s, r, row, 1, r.cols - 1, false, STYLE_WARN, text);
		return row + 1;
	}
	return row;
}

int instances_draw(const struct model *m, struct surface *s, struct rect r, int row)
{
	row = draw_instance(m, s, r, row, ROLE_ACTIVE);
	row = draw_instance(m, s, r, row, ROLE_STANDBY);
	row = draw_mismatch(m, s, r, row);
	return draw_lease(m, s, r, row);
}

int copy_draw(const struct model *m, struct surface *s, struct rect r, int row)
{
	const struct observation *o = m->facts->obs[m->facts->standby];
	char text[300], age[FIGURE];
	enum style style = STYLE_TEXT;

	if (!o->reachable || !o->copy.know.ok) {
		snprintf(text, sizeof text, "copy      ? not known: %s%s", o->reachable ? "" : o->config->name,
		         !o->reachable              ? " was not reached"
		         : o->copy.know.why != NULL ? o->copy.know.why
		                                    : "not observed");
		style = STYLE_UNKNOWN;
	} else if (!o->copy.present) {
		snprintf(text, sizeof text, "copy      ! none on %s: a failover would have nothing to restore",
		         o->config->name);
		style = STYLE_WARN;
	} else {
		age_text(age, m->now - o->copy.at);
		snprintf(text, sizeof text, "copy      taken %s, on %s  %s", age, o->config->name,
		         o->copy.id != NULL ? o->copy.id : "");
	}
	surface_field(s, r, row, 1, r.cols - 1, false, model_stale(m) ? STYLE_STALE : style, text);
	return row + 1;
}

/* One name server: how many of the zones that it was asked for it has as the active signed them. */
static void server_text(const struct board *b, const char *server, struct buf *out, bool *bad)
{
	size_t asked = 0, current = 0, silent = 0, alone = 0;

	for (size_t i = 0; i < b->public_count; i++) {
		const struct public_zone *p = &b->public_zones[i];
		const struct board_zone *z;

		if (!name_equal(p->server, server))
			continue;
		asked++;
		z = board_zone(b, p->zone);
		if (!p->know.ok || !p->serial.ok)
			silent++;
		else if (z == NULL || !z->serial.signed_at[b->active].ok)
			alone++;
		else if (z->serial.signed_at[b->active].v == p->serial.v)
			current++;
	}
	if (asked == 0) {
		buf_addf(out, "? %s not asked", server);
		*bad = true;
		return;
	}
	if (alone + silent == asked)
		buf_addf(out, "? %s", server);
	else
		buf_addf(out, "%s%s %zu/%zu zones current", current < asked ? "! " : "", server, current, asked);
	if (alone > 0)
		buf_addf(out, "%s %zu zone%s answered, nothing on %s to compare", alone + silent == asked ? "" : ", ?",
		         alone, alone == 1 ? "" : "s", b->pair->instance[b->active].name);
	if (silent > 0)
		buf_addf(out, ", ? %zu no answer", silent);
	*bad = *bad || current < asked;
}

int public_draw(const struct model *m, struct surface *s, struct rect r, int row)
{
	struct buf text = { 0 };
	bool bad = false;

	buf_adds(&text, "public    ");
	for (size_t i = 0; i < m->pair->name_server_count; i++) {
		if (i > 0)
			buf_adds(&text, "   ");
		server_text(m->facts, m->pair->name_servers[i], &text, &bad);
	}
	if (m->pair->name_server_count == 0)
		buf_adds(&text, "? no name server is configured: what is published is not known");
	surface_field(s, r, row, 1, r.cols - 1, false,
	              m->pair->name_server_count == 0 ? STYLE_UNKNOWN
	              : model_stale(m)                ? STYLE_STALE
	              : bad                           ? STYLE_WARN
	                                              : STYLE_TEXT,
	              buf_str(&text));
	buf_free(&text);
	return row + 1;
}

/* The first expiry in @room columns: the time is never cut, the name is; "" where not even the time fits. */
static void expiry_text(const struct model *m, int room, char *out, size_t cap)
{
	enum { SOME_OF_A_NAME = 10 };
	const char *rrset = m->facts->slack.rrset != NULL ? m->facts->slack.rrset : "?";
	bool past = m->facts->slack.first_expiry <= m->now;
	char when[FIGURE];

	when_text(when, m->now, m->facts->slack.first_expiry);
	snprintf(out, cap, "%s %s, %s", past ? "EXPIRED" : "first expiry", when, rrset);
	if (text_columns(out) <= room)
		return;
	snprintf(out, cap, "%s %s", past ? "EXPIRED" : "expiry", when);
	if (text_columns(out) > room)
		out[0] = '\0';
	else if (text_columns(out) + SOME_OF_A_NAME <= room)
		snprintf(out, cap, "%s %s, %s", past ? "EXPIRED" : "expiry", when, rrset);
}

void slack_draw(const struct model *m, struct surface *s, struct rect r, int row)
{
	enum { EXPIRY = 19 }; /* "  expiry Thu 17:46Z" */
	enum style old = model_stale(m) ? STYLE_STALE : STYLE_TEXT;
	char text[DURATION_TEXT], when[FIGURE], more[300];
	bool late, low, partial;
	int64_t seconds;
	int col;

	if (!model_slack(m, &seconds)) {
		surface_field(s, r, row, 1, r.cols - 1, false, STYLE_UNKNOWN,
		              m->facts == NULL
		                  ? "SLACK ?  not known yet: the instances are being asked"
		                  : "SLACK ?  not known: no signature could be read; see the findings (f)");
		return;
	}
	late = seconds <= 0;
	low = !late && seconds < m->facts->slack.margin;
	duration_text(text, seconds);
	when_text(when, m->now, m->facts->slack.last_safe_start);
	partial = m->facts->slack.at_most;
	snprintf(more, sizeof more, "SLACK %s%s%s%s", partial ? "? at most " : "", text,
	         late  ? " TOO LATE since "
	         : low ? " LOW"
	               : "",
	         late ? when : "");
	col = surface_text(s, r, row, 1,
	                   late      ? STYLE_STOP
	                   : low     ? STYLE_WARN
	                   : partial ? STYLE_UNKNOWN
	                             : STYLE_GOOD,
	                   more) +
	      2;
	if (!late) {
		snprintf(more, sizeof more, "last safe start %s", when);
		if (col + text_columns(more) + EXPIRY > r.cols)
			snprintf(more, sizeof more, "safe start %s", when);
		col = surface_text(s, r, row, col, old, more) + 2;
	}
	expiry_text(m, r.cols - col, more, sizeof more);
	surface_field(s, r, row, col, r.cols - col, false, old, more);
}

void slack_explain(const struct model *m, struct buf *out)
{
	const struct slack *k;
	char at[TIME_TEXT], text[DURATION_TEXT];
	int64_t seconds;

	if (!model_slack(m, &seconds)) {
		buf_adds(out, "? not known: no first expiry could be read.\n");
		return;
	}
	k = &m->facts->slack;
	time_text(at, k->first_expiry);
	buf_addf(out, "first expiry     %s, %s\n", at, k->rrset != NULL ? k->rrset : "?");
	duration_text(text, k->failover_time);
	if (k->measured)
		buf_addf(out, "failover takes   %s, measured in %d run%s\n", text, k->runs, k->runs == 1 ? "" : "s");
	else
		buf_addf(out, "failover takes   %s, as configured (FailoverTime): not measured yet\n", text);
	duration_text(text, k->margin);
	buf_addf(out, "margin           %s (Margin)\n", text);
	time_text(at, k->last_safe_start);
	duration_text(text, seconds);
	buf_addf(out, "last safe start  %s, in %s: the first expiry less the other two\n", at, text);
	buf_adds(
	    out,
	    "source           every RRSIG of the active's signed zones, and those over SOA, DNSKEY and NS that the "
	    "public name servers gave\n");
	if (!m->facts->obs[m->facts->active]->reachable)
		buf_addf(
		    out,
		    "                 ? %s was not reached: its own are not among them, and one of those may expire "
		    "before\n",
		    m->pair->instance[m->facts->active].name);
}
