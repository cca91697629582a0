/* zone_keep.h -- files of zones kept on this machine, each with what tells whether it is still as it is there. All
 * 0600. What nobody asked for in two weeks goes. */
#ifndef ODSF_CORE_PAIR_ZONE_KEEP_H
#define ODSF_CORE_PAIR_ZONE_KEEP_H

#include "core/pair/config.h"
#include "core/pair/zone_stream.h"

struct zone_kept {
	char identity[ZONE_IDENTITY]; /* "" none is kept */
	char digest[ZONE_DIGEST];
	uint64_t size;
	uint64_t rate; /* octets a second on the wire, when it came; 0 not measured */
};

/* The directory for them: "zones" beside the journal, made when it is not there. NULL when it cannot be; caller frees.
 */
char *zone_keep_dir(const char *journal_path);
/* The name of the file of @zone of @instance in @dir, without an ending; caller frees. */
char *zone_keep_path(const char *dir, const struct instance_config *instance, const char *zone);
/* What is kept at @path, opened in *@fd (the caller's to close); -1 and no identity when there is nothing whole. The
 * rate alone may be known. */
void zone_keep_open(const char *path, struct zone_kept *kept, int *fd);
/* A file of no name in the directory of @path. */
MUST_CHECK enum rc zone_keep_new(const char *path, int *fd, struct err *e);
/* Gives the whole file @fd, made by zone_keep_new(), its name. Failing costs another transfer, no more. */
void zone_keep_put(const char *path, int fd, const struct zone_kept *kept);

#endif
