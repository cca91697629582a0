/* What there is of each kind of file, and the room on the file systems that a run writes to. */
#include <stdlib.h>
#include <string.h>

#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/pair/obs_answer.h"

/* "WHAT TAB OCTETS TAB DIRECTORY" */
static bool read_size(struct obs_size *s, char *line)
{
	char *f[3];
	struct num octets;

	if (str_split(line, '\t', f, 3) != 3 || !*f[2])
		return false;
	octets = obs_number(f[1]);
	*s = (struct obs_size){ .what = f[0], .dir = f[2], .octets = octets.v };
	return octets.ok;
}

/* "FREE DEVICE DIRECTORY" */
static bool read_room(struct obs_room *s, char *line)
{
	char *f[2];
	struct num n[2];

	for (size_t i = 0; i < 2; i++) {
		f[i] = strsep(&line, " ");
		n[i] = obs_number(f[i]);
		if (!n[i].ok || line == NULL)
			return false;
	}
	*s = (struct obs_room){ .path = line, .free = n[0].v, .device = n[1].v };
	return *line == '/';
}

static void read_sizes(struct obs_answer *r)
{
	struct observation *o = r->o;
	const char *why = NULL;
	char *lines = obs_section(r, "sizes", &why), *line;
	struct obs_size *rows = NULL;
	size_t cap = 0;

	if (lines == NULL) {
		obs_unknown(r, &o->sizes_know, "du", "%s", why);
		return;
	}
	obs_known(&o->sizes_know, "du");
	while ((line = obs_line(&lines)) != NULL) {
		rows = vec_grow(rows, o->size_count, &cap, sizeof *rows);
		if (read_size(&rows[o->size_count], line))
			o->size_count++;
	}
	o->sizes = arena_dup(&o->arena, rows, o->size_count, sizeof *rows);
	free(rows);
}

void obs_read_room(struct obs_answer *r)
{
	struct observation *o = r->o;
	const char *why = NULL;
	char *lines = obs_section(r, "room", &why), *line;
	struct obs_room *rows = NULL;
	size_t cap = 0;

	read_sizes(r);
	if (lines == NULL) {
		obs_unknown(r, &o->rooms_know, "df", "%s", why);
		return;
	}
	obs_known(&o->rooms_know, "df");
	while ((line = obs_line(&lines)) != NULL) {
		rows = vec_grow(rows, o->room_count, &cap, sizeof *rows);
		if (read_room(&rows[o->room_count], line))
			o->room_count++;
	}
	o->rooms = arena_dup(&o->arena, rows, o->room_count, sizeof *rows);
	free(rows);
}
