#include "tests/support/console_child.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/cancel.h"
#include "core/base/clock.h"
#include "core/pair/host.h"
#include "tests/support/fixture.h"
#include "tests/support/make_zone_answer.h"
#include "tui/console/asker.h"
#include "tui/console/console.h"

static struct console_asker *asker;

static enum rc refuse(struct host *h, const struct far_call *q, struct far_answer *a, struct cancel *c, struct err *e)
{
	(void)q;
	(void)a;
	(void)c;
	return err_set(e, RC_CONNECT, "%s: connection refused", h->config->host);
}

static enum rc hang(struct host *h, const struct far_call *q, struct far_answer *a, struct cancel *c, struct err *e)
{
	struct pollfd p = { .fd = cancel_fd(c), .events = POLLIN };

	(void)q;
	(void)a;
	while (poll(&p, 1, -1) < 0 && errno == EINTR)
		;
	return err_set(e, RC_CANCELLED, "%s: cancelled", h->config->host);
}

/* A command that takes ten seconds before it says anything. */
static enum rc slow(struct host *h, const struct far_call *q, struct far_answer *a, struct cancel *c, struct err *e)
{
	struct pollfd p = { .fd = cancel_fd(c), .events = POLLIN };

	(void)q;
	(void)a;
	(void)poll(&p, 1, 10000);
	return err_set(e, RC_TIMEOUT, "%s: nothing was said", h->config->host);
}

/* What was recorded on a real pair, but that the active's enforcer lives and does not answer. */
static enum rc hung_daemon(struct host *h, const struct far_call *q, struct far_answer *a, struct cancel *c,
                           struct err *e)
{
	static const char answers[] = "=enforcer.answers yes\n";
	struct buf text, out = { 0 };
	const char *at;
	enum rc rc;

	(void)c;
	if (strcmp(q->verb, "observe") != 0)
		return err_set(e, RC_TIMEOUT, "%s: nothing was recorded", h->config->host);
	text = fixture(h->config->role == ROLE_ACTIVE ? "observe/active.far" : "observe/standby.far");
	at = strstr(buf_str(&text), answers);
	if (at != NULL) {
		buf_add(&out, text.p, (size_t)(at - text.p));
		buf_adds(&out, "=enforcer.answers no\n");
		buf_adds(&out, at + strlen(answers));
		buf_free(&text);
		text = out;
	}
	rc = far_parse(a, q->verb, buf_str(&text), text.len, e);
	buf_free(&text);
	return rc;
}

/* Both sides as the active was recorded. */
static enum rc two_signers(struct host *h, const struct far_call *q, struct far_answer *a, struct cancel *c,
                           struct err *e)
{
	struct buf text;
	enum rc rc;

	(void)c;
	if (strcmp(q->verb, "observe") != 0)
		return err_set(e, RC_TIMEOUT, "%s: nothing was recorded", h->config->host);
	text = fixture("observe/active.far");
	rc = far_parse(a, q->verb, buf_str(&text), text.len, e);
	buf_free(&text);
	return rc;
}

enum { ENDLESS_CHUNK = 64 * 1024 };
#define ENDLESS_OCTETS ((uint64_t)4 << 30) /* more than the disk should take */

/* A signed zone that comes as fast as it is taken, and does not end. */
static enum rc endless_zone(struct host *h, const struct far_call *q, uint64_t max, host_sink_fn sink, void *ctx,
                            struct cancel *c, struct err *e)
{
	const char *zone = q->args[0];
	struct buf b = { 0 };
	bool wanted = true;

	(void)max;
	(void)c;
	buf_addf(&b, "=size %llu\n=identity 1\n=encoding plain\n\n", (unsigned long long)1 << 39);
	buf_addf(&b, "%s.\t3600\tIN\tSOA\tns.%s. hm.%s. 1 1 1 1 1\n", zone, zone, zone);
	for (uint64_t sent = 0, host = 0; wanted && sent < ENDLESS_OCTETS; sent += b.len) {
		while (b.len < ENDLESS_CHUNK)
			buf_addf(&b, "h%012llu.%s.\t3600\tIN\tA\t192.0.2.1\n", (unsigned long long)host++, zone);
		wanted = sink(ctx, b.p, b.len);
		b.len = 0;
	}
	buf_free(&b);
	return wanted ? err_set(e, RC_UNKNOWN, "%s: the connection was lost", h->config->host)
	              : err_set(e, RC_CANCELLED, "%s: stopped", h->config->host);
}

/* A signed zone of four records, of which one differs between the sides. */
static enum rc small_zone(struct host *h, const struct far_call *q, uint64_t max, host_sink_fn sink, void *ctx,
                          struct cancel *c, struct err *e)
{
	bool active = h->config->role == ROLE_ACTIVE;
	const char *zone = q->args[0];
	struct buf text = { 0 }, answer = { 0 };

	(void)max;
	(void)c;
	(void)e;
	buf_addf(&text, "%s.\t3600\tIN\tSOA\tns.%s. hm.%s. %d 1 1 1 1\n", zone, zone, zone, active ? 7 : 8);
	buf_addf(&text, "www.%s.\t3600\tIN\tA\t192.0.2.%d\n", zone, active ? 3 : 33);
	buf_addf(&text, "www.%s.\t3600\tIN\tMX\t10 mail.%s.\n", zone, zone);
	buf_addf(&text, "zzz.%s.\t3600\tIN\tA\t192.0.2.9\n", zone);
	make_zone_answer(&answer, buf_str(&text));
	(void)sink(ctx, answer.p, answer.len);
	buf_free(&text);
	buf_free(&answer);
	return RC_OK;
}

static enum rc deaf(struct host *h, const struct far_call *q, struct far_answer *a, struct cancel *c, struct err *e)
{
	(void)q;
	(void)a;
	(void)c;
	fprintf(stderr, "a library writes over the screen about %s\n", h->config->name);
	while (poll(NULL, 0, -1) < 0 && errno == EINTR)
		;
	return err_set(e, RC_TIMEOUT, "never");
}

/* Asks for trust in a host key until it is given, and for a passphrase; says what it was given, and the how manieth
 * call this was. */
static enum rc ask(struct host *h, const struct far_call *q, struct far_answer *a, struct cancel *c, struct err *e)
{
	static atomic_uint calls;
	static atomic_bool trusted;
	struct ask_port *port = console_ask_port(asker);
	char secret[64];
	unsigned n;

	(void)q;
	(void)a;
	if (h->config->role != ROLE_ACTIVE)
		return err_set(e, RC_CONNECT, "not asked");
	n = atomic_fetch_add(&calls, 1) + 1;
	if (!trusted && port->host_key(port->ctx, h->config->name, "ssh-ed25519", "SHA256:qWErTy", c) != RC_OK)
		return err_set(e, RC_HOSTKEY, "its key was refused (call %u)", n);
	trusted = true;
	if (port->secret(port->ctx, h->config->name, "passphrase of id_ed25519", false, secret, sizeof secret, c) !=
	    RC_OK)
		return err_set(e, RC_AUTH, "no passphrase was given (call %u)", n);
	return err_set(e, RC_AUTH, "the passphrase was %s (call %u)", strcmp(secret, "sesame") == 0 ? "right" : "wrong",
	               n);
}

static const int64_t *ahead; /* seconds; the test changes it */

static int64_t test_now(void)
{
	return clock_now() + __atomic_load_n(ahead, __ATOMIC_SEQ_CST);
}

/* What the test has mapped too; none: the clock of the machine. */
static bool map_clock(void)
{
	const char *fd = getenv("TEST_CLOCK");
	void *p = fd != NULL ? mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, atoi(fd), 0) : MAP_FAILED;

	ahead = p != MAP_FAILED ? p : NULL;
	return ahead != NULL;
}

static void state(struct host *h, struct host_state *out)
{
	(void)h;
	*out = (struct host_state){ .link = LINK_CONNECTING };
}

static const struct {
	const char *name;
	struct host_ops ops;
} kinds[] = {
	{ "refuse", { .call = refuse, .state = state } },
	{ "hang", { .call = hang, .state = state } },
	{ "slow", { .call = slow, .state = state } },
	{ "hung-daemon", { .call = hung_daemon, .state = state } },
	{ "deaf", { .call = deaf, .state = state } },
	{ "ask", { .call = ask, .state = state } },
	{ "two-files", { .call = two_signers, .read = small_zone, .state = state } },
	{ "endless-zone", { .call = two_signers, .read = endless_zone, .state = state } },
};

static char name[] = "main", alpha[] = "alpha", bravo[] = "bravo", at_alpha[] = "192.0.2.10", at_bravo[] = "192.0.2.20",
            conf[] = "/etc/opendnssec/conf.xml";

void console_child(int argc, char **argv)
{
	struct pair_config pair = {
		.name = name,
		.instance = { { .name = alpha, .role = ROLE_ACTIVE, .host = at_alpha, .configuration = conf },
		              { .name = bravo, .role = ROLE_STANDBY, .host = at_bravo, .configuration = conf } },
		.failover_time = 1800,
		.margin = 3600,
	};
	struct host hosts[2] = { { .config = &pair.instance[0] }, { .config = &pair.instance[1] } };
	struct console_args args = { .pair = &pair,
		                     .hosts = { &hosts[0], &hosts[1] },
		                     .journal_path = "/nonexistent/journal.db" };
	struct err e = { 0 };
	int status;

	if (argc < 3 || strcmp(argv[1], "console") != 0)
		return;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(argv[2], kinds[i].name) == 0)
			hosts[0].ops = hosts[1].ops = &kinds[i].ops;
	setlocale(LC_ALL, "");
	console_block_signals();
	asker = console_asker_new();
	args.asker = asker;
	if (getenv("TEST_JOURNAL") != NULL)
		args.journal_path = getenv("TEST_JOURNAL");
	args.now = map_clock() ? test_now : NULL;
	args.theme = argc > 3 ? argv[3] : NULL;
	status = console_run(&args, &e);
	console_asker_free(&asker);
	if (e.text[0] != '\0')
		fprintf(stderr, "ods-failover: %s; %s\n", e.text, e.hint);
	exit(status);
}
