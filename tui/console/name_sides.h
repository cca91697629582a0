/* name_sides.h -- all records of one name, as the signed files of both sides have them: out of the copies that a
 * comparison keeps on this machine, so that no host is asked. */
#ifndef ODSF_TUI_CONSOLE_NAME_SIDES_H
#define ODSF_TUI_CONSOLE_NAME_SIDES_H

#include "core/base/arena.h"
#include "core/base/cancel.h"
#include "core/pair/config.h"
#include "core/zone/source.h"

enum name_match {
	NAME_SAME,   /* both sides have it; it stands once */
	NAME_TIMING, /* the other side has it with other times or another serial, as two healthy signers always do */
	NAME_ALONE,  /* the other side has none like it */
};

struct name_record {    /* strings live in the arena */
	uint16_t type;  /* of an RRSIG: the one that it covers */
	bool signature; /* it is an RRSIG */
	enum name_match match;
	int side;         /* instance index; of NAME_SAME 0 */
	const char *text; /* "3600 A 192.0.2.1" as the file has it, cut where it is very long; not escaped */
};

struct name_sides { /* free with name_sides_free() */
	struct arena arena;
	struct name_record *records; /* by type, each with its signatures behind it, then by side */
	size_t count;
	uint64_t left_out; /* records of the name that there was no room for */
	char why[300];     /* why there are no records; "" they were read */
};

struct name_args {
	const char *dir; /* of zone_keep_dir(); NULL: nothing is kept */
	const struct pair_config *pair;
	const char *zone, *owner; /* without the final dot */
	const uint32_t *serials;  /* of the files that were compared, by instance index: of others nothing is said */
	struct cancel *cancel;
	struct source_meter *meter; /* NULL: nobody is told */
};

/* Octets of both kept files; 0: one of them is not there. */
uint64_t name_sides_size(const struct name_args *args);
/* Always gives something. Reads both files to their end; blocks, any thread. */
struct name_sides *name_sides_read(const struct name_args *args);
void name_sides_free(struct name_sides **sides);

#endif
