#include "tui/console/action.h"

#include <string.h>

#include "core/base/str.h"

static const struct action_row rows[ACT_COUNT] = { [ACT_NONE] = { "", "", "", "" },
#define X(id, name, keys, label, help) [id] = { name, keys, label, help },
	                                           ODSF_ACTION_LIST(X)
#undef X
};

static const struct {
	const char *name;
	uint32_t key;
} named[] = {
	{ "Enter", KEYCODE_ENTER }, { "Esc", KEYCODE_ESC },      { "Tab", KEYCODE_TAB },
	{ "Up", KEYCODE_UP },       { "Down", KEYCODE_DOWN },    { "Left", KEYCODE_LEFT },
	{ "Right", KEYCODE_RIGHT }, { "PgUp", KEYCODE_PAGE_UP }, { "PgDn", KEYCODE_PAGE_DOWN },
	{ "Home", KEYCODE_HOME },   { "End", KEYCODE_END },      { "F1", KEYCODE_F1 },
	{ "Space", ' ' },
};

const struct action_row *action_row(enum action a)
{
	return &rows[a];
}

static uint32_t key_named(const char *name, size_t len)
{
	if (len == 1)
		return (unsigned char)name[0];
	for (size_t i = 0; i < sizeof named / sizeof *named; i++)
		if (strlen(named[i].name) == len && strncmp(named[i].name, name, len) == 0)
			return named[i].key;
	return KEYCODE_NONE;
}

bool action_has_key(enum action a, uint32_t key)
{
	for (const char *p = rows[a].keys; *p != '\0' && key != KEYCODE_NONE;) {
		size_t len = strcspn(p, " ");

		if (key_named(p, len) == key)
			return true;
		p += len;
		p += strspn(p, " ");
	}
	return false;
}

enum action action_of_key(const enum action *actions, uint32_t key)
{
	for (; *actions != ACT_NONE; actions++)
		if (action_has_key(*actions, key))
			return *actions;
	return ACT_NONE;
}

void action_key(enum action a, char out[16])
{
	size_t len = strcspn(rows[a].keys, " ");

	memcpy(out, rows[a].keys, len < 15 ? len : 15);
	out[len < 15 ? len : 15] = '\0';
}

void actions_manual(struct buf *out)
{
	buf_adds(out, ".Bl -tag -width Ds\n");
	for (int a = ACT_NONE + 1; a < ACT_COUNT; a++) {
		buf_adds(out, ".It");
		for (const char *p = rows[a].keys; *p != '\0';) {
			size_t len = strcspn(p, " ");

			/* Quoted by an escape of width nothing: '/' and '?' are no macros, but stay plain. */
			buf_adds(out, p == rows[a].keys ? " Ic \\&" : " , Ic \\&");
			buf_add(out, p, len);
			p += len;
			p += strspn(p, " ");
		}
		buf_addf(out, "\n%s.\n", rows[a].help);
	}
	buf_adds(out, ".El\n");
}
