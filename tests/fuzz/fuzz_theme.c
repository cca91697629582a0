/* Any theme: refused with a sentence, or looks that a terminal has. */
#include <stdlib.h>

#include "tests/fuzz/scratch.h"
#include "tui/console/theme.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return setenv("ODSF_DATA", BUILD_DIR "/share/ods-failover", 1);
}

static void check_colour(short colour)
{
	if (colour < COLOUR_DEFAULT || colour > 255)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct theme theme;
	struct err e = { 0 };
	enum rc rc = theme_load(&theme, scratch_file(data, size), &e);

	if (rc != RC_OK && (rc != RC_CONFIG || e.text[0] == '\0'))
		abort();
	for (int i = 0; rc == RC_OK && i < STYLE_COUNT; i++) {
		check_colour(theme.look[i].fg);
		check_colour(theme.look[i].bg);
	}
	return 0;
}
