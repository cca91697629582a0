#include "tui/view/view.h"

struct view *view_new(enum screen screen, const char *text)
{
	switch (screen) {
	case SCREEN_OVERVIEW:
		return view_overview();
	case SCREEN_ZONE:
		return view_zone(text);
	case SCREEN_DIFFERENCE:
		return view_difference(text);
	case SCREEN_KEYS:
		return view_keys(text);
	case SCREEN_FINDINGS:
		return view_findings(text);
	case SCREEN_CHECKLIST:
		return view_checklist();
	case SCREEN_JOURNAL:
		return view_journal();
	case SCREEN_LOG:
		return view_log();
	case SCREEN_NAME:
		return view_name(text);
	case SCREEN_PAGER:
	case SCREEN_COUNT:
		break;
	}
	return view_pager("", text);
}

void view_free(struct view **v)
{
	if (*v != NULL)
		(*v)->ops->free(*v);
	*v = NULL;
}
