/* make_observed.h -- a board out of what two real instances answered (tests/fixtures/observe): alpha is active, bravo
 * its cold standby, the public name server has what alpha signed. A test changes the text of an answer, then makes the
 * board, so that the readers and the checks are tried as one. */
#ifndef ODSF_TESTS_SUPPORT_MAKE_OBSERVED_H
#define ODSF_TESTS_SUPPORT_MAKE_OBSERVED_H

#include "core/base/buf.h"
#include "core/pair/board.h"

enum { OBSERVED_ALPHA, OBSERVED_BRAVO };
#define OBSERVED_NOW INT64_C(1795538318) /* soon after both answers */

struct observed_pair {
	struct pair_config pair;
	struct buf text[2]; /* the answers, to change */
	struct public_zone *pub;
	size_t pub_count;
	enum run_kind kind;
	int64_t now;
	struct arena arena;
	struct board *board; /* of observed_board(); NULL before */
};

struct observed_pair *observed_new(void);
void observed_free(struct observed_pair **p);

/* The first @from of that side's answer becomes @to; ends the program when there is none. */
void observed_replace(struct observed_pair *p, int side, const char *from, const char *to);
/* The fact away, or with another value; one that is not there is put at the end of the answer. NULL: away. */
void observed_fact(struct observed_pair *p, int side, const char *key, const char *value);
/* The section with another payload (lines with '|' in front) and status; NULL: it is not in the answer. One that is not
 * there is put at the end. */
void observed_section(struct observed_pair *p, int side, const char *name, const char *payload, int status);
/* The payload of a section, lines with '|' in front, on the heap; ends the program when there is no such section. */
char *observed_payload(const struct observed_pair *p, int side, const char *name);

/* The board of what @p holds now; @p's to free. */
struct board *observed_board(struct observed_pair *p);

#endif
