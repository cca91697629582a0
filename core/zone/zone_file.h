/* zone_file.h -- a zone file by its path, ready to be scanned. */
#ifndef ODSF_CORE_ZONE_ZONE_FILE_H
#define ODSF_CORE_ZONE_ZONE_FILE_H

#include "core/zone/scan.h"

/* @s is started under @origin (or NULL). What is no regular file is copied to an unlinked temporary one as it is read,
 * for a second look. RC_PARSE when it cannot be opened. Close it with zone_file_close() whatever is returned. @path
 * must outlive @s. */
MUST_CHECK enum rc zone_file_open(struct zscan *s, const char *path, const char *origin, struct cancel *c,
                                  struct err *e);
void zone_file_close(struct zscan *s);

#endif
