/* file.h -- a file of the operator's, whole. */
#ifndef ODSF_TUI_COMMAND_FILE_H
#define ODSF_TUI_COMMAND_FILE_H

#include "core/base/buf.h"
#include "core/base/err.h"

/* Adds the octets of @path to @b, the caller's to free. RC_PARSE with the reason of the system when it can't be read.
 */
MUST_CHECK enum rc file_whole(const char *path, struct buf *b, struct err *e);

#endif
