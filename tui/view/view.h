/* view.h -- a screenful: draws the model on a surface, turns actions into intents. No I/O, no curses, main thread. */
#ifndef ODSF_TUI_VIEW_VIEW_H
#define ODSF_TUI_VIEW_VIEW_H

#include <stdbool.h>

#include "core/base/buf.h"
#include "tui/console/action.h"
#include "tui/console/intent.h"
#include "tui/console/model.h"
#include "tui/console/surface.h"
#include "tui/widget/list.h"

struct view;

/* Whose age stands behind the title: that of the newest look, of what zones and keys were seen by (older, where a link
 * was lost), or of the run, while one is open. */
enum view_age { AGE_LOOK, AGE_FACTS, AGE_RUN };

struct view_ops {
	enum screen screen;
	enum view_age age;
	const char *title;          /* in the rule above the screen */
	const char *purpose;        /* first in its help: what it answers */
	const enum action *actions; /* those that mean something here, most important first; ends in ACT_NONE */
	/* Takes over a changed model: before each draw. */
	void (*update)(struct view *v, const struct model *m);
	/* Draws into @r, as much as fits, what matters most first. */
	void (*draw)(struct view *v, const struct model *m, struct surface *s, struct rect r);
	/* False: not mine. */
	bool (*act)(struct view *v, const struct model *m, enum action a, struct intents *out);
	/* Where the figure under the cursor comes from, what its limit is, which rule decides. Appends text. May be
	 * NULL. */
	void (*explain)(const struct view *v, const struct model *m, struct buf *out);
	/* What stands behind the title: "12 of 14 done". May be NULL. */
	void (*heading)(const struct view *v, const struct model *m, struct buf *out);
	void (*free)(struct view *v);
};

struct view {
	const struct view_ops *ops;
	struct list *list; /* the one that is searched and moved in; NULL: none */
};

/* @text by the screen: a zone's name (zone; keys and findings, or "" for all), a finding's key behind a "=" (findings),
 * "ZONE OWNER" (name), "" else. */
struct view *view_new(enum screen screen, const char *text);
struct view *view_overview(void);
struct view *view_zone(const char *zone);
struct view *view_difference(const char *zone);
struct view *view_keys(const char *zone);
struct view *view_findings(const char *zone_or_key);
struct view *view_checklist(void);
struct view *view_journal(void);
struct view *view_log(void);
struct view *view_name(const char *zone_and_owner);
struct view *view_pager(const char *title, const char *text);
void view_free(struct view **v);

/* The text of `?` on @v. Caller frees. */
char *view_help(const struct view *v, const struct model *m);

#endif
