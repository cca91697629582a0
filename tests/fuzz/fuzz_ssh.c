/* The operator's ~/.ssh/config: refused by file and line, or read into where and how to connect. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "core/base/mem.h"
#include "remote/ssh/client_config.h"
#include "tests/fuzz/scratch.h"

static char name[] = "alpha", host[] = "alpha.example", configuration[] = "/etc/opendnssec/conf.xml";
static const struct instance_config alpha = { .name = name, .host = host, .configuration = configuration };
static char *home;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char more[] = "Host *.example\n  Port 2222\n";
	char *ssh;

	(void)argc;
	(void)argv;
	home = scratch_dir();
	ssh = xasprintf("%s/.ssh", home);
	if (mkdir(ssh, 0700) != 0 || setenv("HOME", home, 1) != 0)
		abort();
	free(ssh);
	scratch_write(home, ".ssh/more", more, sizeof more - 1);
	return 0;
}

/* A file of this machine that the input would include has no place in a test. */
static bool leaves_home(const char *text)
{
	for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
		size_t len;
		char *one;
		bool leaves;

		line += *line == '\n';
		len = strcspn(line, "\n");
		one = xstrndup(line, len);
		leaves = strcasestr(one, "include") != NULL && strchr(one, '/') != NULL;
		free(one);
		if (leaves)
			return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	struct client_config *c = NULL;
	struct err e = { 0 };
	enum rc rc;

	if (!leaves_home(text)) {
		scratch_write(home, ".ssh/config", data, size);
		rc = client_config_load(&c, &alpha, &e);
		if (rc != RC_OK && (rc != RC_CONFIG || e.text[0] == '\0'))
			abort();
		if (rc == RC_OK && (!c->host || !c->user || c->port < 1 || c->port > 65535))
			abort();
		client_config_free(&c);
	}
	free(text);
	return 0;
}
