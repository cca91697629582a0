/* room.h -- how much room a run takes on a host, in one place: the board's check and the rehearsal of a plan ask for
 * the same. */
#ifndef ODSF_CORE_PAIR_ROOM_H
#define ODSF_CORE_PAIR_ROOM_H

#include "core/pair/board.h"

/* Where /var/lib/ods-failover lies, times what a snapshot takes: the copy set, what is being received or laid out
 * beside it, and the state that was put aside. The losing side keeps its snapshots; it is the standby of the next run.
 */
enum { ROOM_COPIES = 3 };

struct room_need {            /* of one file system of a host */
	const char *path;     /* a directory on it that a run writes to */
	int64_t free, needed; /* octets */
};

/* What a run that makes the standby of @b its active needs on each file system of the instance @side; @needs has room
 * for one a directory of its observation's `rooms`. Returns how many. Nothing is known unless the active's `sizes_know`
 * and that side's `rooms_know` are ok. */
size_t room_needs(struct board *b, int side, struct room_need *needs);

#endif
