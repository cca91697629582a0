/* far.h -- what the program of the far side answers, framed so that nothing a host prints beside it is taken for it.
 *
 *   odsf1 begin VERB            lines before it (login banners, shell start files) are dropped
 *   =key value                  a fact; the key is [a-z0-9._-]+, the value the rest of the line
 *   @name                       opens a section; its payload lines follow, each with '|' in front
 *   |payload
 *   .status                     closes the section: 0, or the exit status of what made it
 *   !sentence                   what went wrong, for the operator
 *   odsf1 end VERB STATUS       a frame without it was cut short: outcome unknown
 *
 * Sections may repeat under one name ("signconf example.org"). Any other line in the frame is an error of the frame. */
#ifndef ODSF_CORE_PAIR_FAR_H
#define ODSF_CORE_PAIR_FAR_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/err.h"

/* Status of a verb, and exit status of the far side. */
enum far_status {
	FAR_OK = 0,
	FAR_FAILED = 1,  /* tried, did not work; the sentence says why */
	FAR_BLOCKED = 2, /* not tried: something else must come first, or somebody else holds it */
	FAR_UNKNOWN = 3, /* could not be observed */
	FAR_USAGE = 64,  /* a verb or argument that this far side does not know */
};

struct far_fact {
	const char *key, *value;
};
struct far_section {
	const char *name; /* all after '@' */
	const char *text; /* payload lines without '|', joined by '\n', each ended by '\n' */
	size_t len;
	int status; /* as closed; -1 when it was not */
};

struct far_answer { /* strings live in the arena */
	struct arena arena;
	int status;                   /* enum far_status, or -1 when the frame was cut short */
	int64_t sent_ms, received_ms; /* out of a recording: the wall clock of who asked. 0: it came just now */
	const char *sentence;         /* of the last '!' line, escaped and bounded; "" when none */
	struct far_fact *facts;
	size_t fact_count;
	struct far_section *sections;
	size_t section_count;
	/* clock_mono_ms() when it was started there, and when its answer was whole; 0 where that is not known.
	 * Connecting, logging in and waiting for another call are not between them. */
	int64_t started_mono_ms, ended_mono_ms;
};

/* Parses @text (what came on stdout of VERB). RC_PARSE when there is no frame of @verb or it is malformed;
 * RC_UNKNOWN when it was cut short, with what was read so far in @a. Free with far_answer_clear() whatever came. */
MUST_CHECK enum rc far_parse(struct far_answer *a, const char *verb, const char *text, size_t len, struct err *e);
void far_answer_clear(struct far_answer *a);

const char *far_fact(const struct far_answer *a, const char *key);                   /* NULL when absent */
const struct far_section *far_section(const struct far_answer *a, const char *name); /* first; NULL when absent */

#endif
