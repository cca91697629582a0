/* golden.h -- compares text with a file that a person has reviewed; ODSF_UPDATE=1 writes the file instead. */
#ifndef ODSF_TESTS_SUPPORT_GOLDEN_H
#define ODSF_TESTS_SUPPORT_GOLDEN_H

#include <stdbool.h>

/* DIR/NAME.screen; prints what is different. */
bool golden(const char *dir, const char *name, const char *text);

#endif
