/* pair_zones.h -- what the commands share that read the signed zones of a pair: one observation, then zone after zone.
 */
#ifndef ODSF_TUI_COMMAND_PAIR_ZONES_H
#define ODSF_TUI_COMMAND_PAIR_ZONES_H

#include "core/pair/zone_study.h"
#include "tui/command/json.h"
#include "tui/command/sitting.h"

struct pair_zones {
	struct sitting sitting;
	struct board *board;
	char *dir; /* where files are kept; NULL: nowhere */
	const struct board_zone **zones;
	size_t count;  /* those that were named, or all by name; none where one of them is not there */
	bool progress; /* on stderr, where somebody sees it */
};

/* Observes. Returns 0, or the exit status after the sentence: 64 for a zone that there is not, 3 where no zone could be
 * seen. Close it with pair_zones_close() whatever came. */
int pair_zones_open(struct pair_zones *p, const struct args *args, const struct ports *ports);
void pair_zones_close(struct pair_zones *p);

/* What zone_study_make() needs of a pair; the rest is the caller's. */
struct study_args pair_zones_args(struct pair_zones *p, const struct board_zone *z);
bool pair_zones_interrupted(const struct pair_zones *p);
/* Takes a line of progress away. */
void pair_zones_quiet(const struct pair_zones *p);

/* The object that a command prints, with schema, pair, at. */
json_t *pair_zones_json(const struct pair_zones *p);
/* "? ZONE: why" */
void pair_zones_say(const char *zone, enum study_side_state state, const char *why);

#endif
