/* What earlier runs put aside on the instance. */
#include <stdlib.h>

#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/pair/obs_answer.h"

/* "RUN TIME STATE OCTETS" */
static bool read_row(struct obs_aside *s, char *line)
{
	char *f[4];
	struct num at;

	if (str_split(line, ' ', f, 4) != 4 || !*f[0])
		return false;
	at = obs_number(f[1]);
	*s = (struct obs_aside){ .run = f[0], .at = at.v, .state = f[2], .octets = obs_number(f[3]) };
	return at.ok;
}

void obs_read_aside(struct obs_answer *r)
{
	static const char source[] = "/var/lib/ods-failover/aside";
	struct observation *o = r->o;
	const char *why = NULL;
	char *lines = obs_section(r, "aside", &why), *line;
	struct obs_aside *rows = NULL;
	size_t cap = 0;

	if (lines == NULL) {
		obs_unknown(r, &o->asides_know, source, "%s: %s", source, why);
		return;
	}
	obs_known(&o->asides_know, source);
	while ((line = obs_line(&lines)) != NULL) {
		rows = vec_grow(rows, o->aside_count, &cap, sizeof *rows);
		if (read_row(&rows[o->aside_count], line))
			o->aside_count++;
	}
	o->asides = arena_dup(&o->arena, rows, o->aside_count, sizeof *rows);
	free(rows);
}
