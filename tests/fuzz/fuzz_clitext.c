/* What OpenDNSSEC's tools print. The first octet chooses the tool: 'k' the key list, that of the states behind a line
 * "--"; 'b' the backup list; 'q' a queue; 'z' the signer's zones; 'h' the HSM's keys; any other a version. */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/opendnssec/clitext.h"
#include "tests/fuzz/scratch.h"

static enum rc read_keys(struct arena *a, char *text, struct err *e)
{
	char *states = strstr(text, "\n--\n");
	struct cli_keys k;
	enum rc rc;

	if (states) {
		states[1] = '\0';
		states += 4;
	}
	rc = cli_key_list(&k, a, text, states, e);
	for (size_t i = 0; rc == RC_OK && i < k.count; i++)
		if (!k.keys[i].zone || !k.keys[i].cka_id || !k.keys[i].state)
			abort();
	return rc;
}

static enum rc read_text(char tool, struct arena *a, char *text, struct err *e)
{
	struct cli_backups b;
	struct cli_queue q;
	struct cli_names names;

	switch (tool) {
	case 'k':
		return read_keys(a, text, e);
	case 'b':
		return cli_backup_list(&b, a, text, e);
	case 'q':
		return cli_queue(&q, text, e);
	case 'z':
		return cli_signer_zones(&names, a, text, e);
	case 'h':
		return cli_hsm_list(&names, a, text, "SoftHSM", e);
	default:
		(void)cli_version(a, text);
		return RC_OK;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	char *text;
	enum rc rc;

	if (size == 0)
		return 0;
	text = xstrndup((const char *)data + 1, size - 1);
	rc = read_text((char)data[0], &a, text, &e);
	if (rc != RC_OK && (rc != RC_PARSE || e.text[0] == '\0'))
		abort();
	free(text);
	arena_free(&a);
	return 0;
}
