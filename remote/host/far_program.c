#include "remote/host/far_program.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"

enum { PROGRAM_MAX = 1024 * 1024, KILL_AFTER_S = 5 };

/* Exactly its octets, for the data of the verb comes behind it on the same pipe and must stay there. */
static const char hand_over[] =
    "FAR_TEXT=$(dd bs=%zu count=1 iflag=fullblock 2>/dev/null || dd bs=1 count=%zu 2>/dev/null); eval \"$FAR_TEXT\"";

static void digest(struct far_program *p)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (EVP_Digest(p->text, p->len, sum, &len, EVP_sha256(), NULL) != 1)
		len = 0;
	for (size_t i = 0; i < len && i < 32; i++)
		(void)snprintf(p->sha256 + 2 * i, 3, "%02x", sum[i]);
}

enum rc far_program_load(struct far_program *p, const char *path, struct err *e)
{
	struct buf text = { 0 };
	char chunk[8192];
	size_t n;
	FILE *in = fopen(path, "re");

	*p = (struct far_program){ 0 };
	if (in == NULL) {
		err_set(e, RC_CONFIG, "the program of the far side cannot be read: %s: %s", path,
		        strerrordesc_np(errno));
		err_hint(e, "It belongs to the installation of ods-failover: install it again.");
		return RC_CONFIG;
	}
	while (text.len < PROGRAM_MAX && (n = fread(chunk, 1, sizeof chunk, in)) > 0)
		buf_add(&text, chunk, n);
	(void)fclose(in);
	p->len = text.len;
	p->text = buf_take(&text);
	digest(p);
	return RC_OK;
}

void far_program_clear(struct far_program *p)
{
	free(p->text);
	*p = (struct far_program){ 0 };
}

static void add_words(struct buf *out, const char *const *words)
{
	for (; words != NULL && *words != NULL; words++) {
		buf_addc(out, ' ');
		sh_quote(out, *words);
	}
}

static void add_call(struct buf *out, const char *conf, const struct far_call *q)
{
	const char *const with_conf[] = { "--conf", conf, NULL }, *const verb[] = { q->verb, NULL };

	if (conf != NULL)
		add_words(out, with_conf);
	add_words(out, verb);
	add_words(out, q->args);
}

void far_program_command(struct buf *out, enum far_way way, const struct far_program *p, const char *conf,
                         const struct far_call *q, int seconds)
{
	/* env: the login shell may be one that knows no VAR=value words; its messages must be those we know. */
	static const char prefix[] = "env LC_ALL=C ";
	char *loader = xasprintf(hand_over, p->len, p->len);

	buf_adds(out, prefix);
	switch (way) {
	case FAR_WAY_ROOT:
		buf_addf(out, "timeout -k %d %d sh -c ", KILL_AFTER_S, seconds);
		sh_quote(out, loader);
		buf_adds(out, " far");
		break;
	case FAR_WAY_SUDO:
		/* timeout stands inside too: as the login it may not end what sudo has started. */
		buf_addf(out, "timeout -k %d %d sudo -n sh -c ", KILL_AFTER_S, seconds + KILL_AFTER_S);
		sh_quote(out, "l=$1; shift; exec timeout -k 5 \"$0\" sh -c \"$l\" far \"$@\"");
		buf_addf(out, " %d ", seconds);
		sh_quote(out, loader);
		break;
	default:
		/* The same here; but hello also finds out whether a far side of another version stands there. */
		buf_addf(out, "timeout -k %d %d sudo -n " FAR_INSTALLED, KILL_AFTER_S, seconds + KILL_AFTER_S);
		if (strcmp(q->verb, "hello") != 0)
			buf_addf(out, " --seconds %d", seconds);
	}
	add_call(out, conf, q);
	free(loader);
}
