/* help.c -- the text of `?`: what the screen answers, the figure under the cursor, and its keys, out of the one table.
 */
#include "tui/view/view.h"

char *view_help(const struct view *v, const struct model *m)
{
	struct buf out = { 0 };
	size_t before;

	buf_addf(&out, "%s\n\n", v->ops->purpose);
	if (v->ops->explain != NULL) {
		buf_adds(&out, "UNDER THE CURSOR\n");
		before = out.len;
		v->ops->explain(v, m, &out);
		if (out.len == before)
			buf_adds(&out, "nothing\n");
		buf_adds(&out, "\n");
	}
	buf_adds(&out, "KEYS HERE\n");
	for (const enum action *a = v->ops->actions; *a != ACT_NONE; a++) {
		const struct action_row *row = action_row(*a);

		buf_addf(&out, "%-12s %s\n", row->keys, row->help);
	}
	buf_adds(
	    &out,
	    "\nMARKS\n"
	    "✓ ok           ! warn: note it; it keeps no run from beginning\n"
	    "✗ stop: a run is refused\n"
	    "? unknown: could not be observed; never taken for good\n"
	    "STALE, and figures dim and underlined: true when they were seen; the age stands beside.\n"
	    "\nWHAT CHANGES ANYTHING\n"
	    "Nothing, while READ-ONLY stands in the first line. A arms the console, S on the checklist begins a run; "
	    "each of its steps waits for a, and what has no undo for a name typed in full.\n");
	return buf_take(&out);
}
