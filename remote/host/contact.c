#include "remote/host/contact.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "remote/host/frame.h"
#include "remote/replay/recording.h"
#include "remote/ssh/exec.h"

enum { HELLO_S = 20, HELLO_MAX = 256 * 1024, SHOWN_MAX = 100, DEFAULT_MAX = 64 * 1024 * 1024 };

/* ---- one execution ---- */

struct execution {
	struct frame frame;
	struct exec exec;
	const void *parts[2]; /* program, input */
	size_t lens[2];
	size_t part;
	struct ring *ring;
	int64_t began_ms, ended_ms; /* clock_mono_ms() */
};

static bool take_output(void *ctx, const void *p, size_t len)
{
	struct execution *x = ctx;
	bool more = frame_take(&x->frame, p, len);

	if (x->frame.ended && x->ended_ms == 0)
		x->ended_ms = clock_mono_ms();
	return more;
}

static bool have_enough(void *ctx)
{
	return ((struct execution *)ctx)->frame.ended;
}

static enum exec_more give_input(void *ctx, size_t room, const void **p, size_t *len)
{
	struct execution *x = ctx;

	while (x->part < 2 && x->lens[x->part] == 0)
		x->part++;
	if (x->part < 2) {
		const char *from = x->parts[x->part];
		size_t n = x->lens[x->part] < room ? x->lens[x->part] : room;

		*p = from;
		*len = n;
		x->parts[x->part] = from + n;
		x->lens[x->part] -= n;
		return EXEC_MORE;
	}
	if (x->ring == NULL)
		return EXEC_END;
	switch (ring_get(x->ring, room, p, len)) {
	case RING_DATA:
		return EXEC_MORE;
	case RING_EMPTY:
		return EXEC_LATER;
	case RING_ENDED:
		return EXEC_END;
	default:
		return EXEC_BROKEN;
	}
}

static void execution_clear(struct execution *x)
{
	frame_clear(&x->frame);
	buf_free(&x->exec.errors);
}

static enum rc execute(struct contact *c, enum far_way way, const struct transfer *t, struct execution *x,
                       const struct wait *w, struct err *e)
{
	struct buf command = { 0 };
	int seconds = wait_left(w, t->q->timeout_s * 1000) / 1000 + 1;
	enum rc rc;

	*x = (struct execution){ 0 };
	x->frame = (struct frame){ .verb = t->q->verb, .max = t->max, .sink = t->sink, .ctx = t->ctx };
	if (way != FAR_WAY_INSTALLED) {
		x->parts[0] = c->program->text;
		x->lens[0] = c->program->len;
	}
	x->parts[1] = t->q->input;
	x->lens[1] = t->q->input_len;
	x->ring = t->input;
	far_program_command(&command, way, c->program, c->conf, t->q, seconds);
	x->exec = (struct exec){ .command = buf_str(&command),
		                 .output = take_output,
		                 .enough = t->sink == NULL ? have_enough : NULL,
		                 .input = give_input,
		                 .input_fd = t->input != NULL ? ring_fd(t->input) : -1,
		                 .ctx = x };
	x->began_ms = clock_mono_ms();
	rc = exec_run(c->session, &x->exec, w, e);
	x->exec.command = NULL;
	buf_free(&command);
	return rc;
}

/* ---- what a host says when it does not run the far side ---- */

enum obstacle { OBSTACLE_NONE, OBSTACLE_SUDO, OBSTACLE_ABSENT };

static bool line_has(const char *line, size_t len, const char *text)
{
	return memmem(line, len, text, strlen(text)) != NULL;
}

/* Not every line of sudo is a refusal: it warns when it cannot resolve the host's name, and goes on. */
static enum obstacle obstacle_of_line(const char *line, size_t len)
{
	static const char sudo[] = "sudo: ";

	if (line_has(line, len, "unable to resolve host"))
		return OBSTACLE_NONE;
	if (line_has(line, len, "command not found") || line_has(line, len, "No such file or directory") ||
	    line_has(line, len, ": not found"))
		return OBSTACLE_ABSENT;
	if (len > sizeof sudo - 1 && memcmp(line, sudo, sizeof sudo - 1) == 0)
		return OBSTACLE_SUDO;
	/* These come without the prefix. */
	if (line_has(line, len, "is not in the sudoers file") || line_has(line, len, "is not allowed to execute") ||
	    line_has(line, len, "may not run sudo"))
		return OBSTACLE_SUDO;
	return OBSTACLE_NONE;
}

/* The line of standard error that says why; the last one when none does. Escaped into @line. */
static enum obstacle obstacle_of(const struct exec *x, struct buf *line)
{
	const char *p = buf_str(&x->errors), *last = "";
	size_t last_len = 0;
	enum obstacle found = OBSTACLE_NONE;

	while (*p != '\0' && found == OBSTACLE_NONE) {
		size_t len = strcspn(p, "\r\n");

		if (len > 0) {
			last = p;
			last_len = len;
			found = obstacle_of_line(p, len);
		}
		p += len + (p[len] != '\0' ? 1 : 0);
	}
	str_escape(line, last, last_len, SHOWN_MAX);
	if (found == OBSTACLE_NONE && (x->status == 126 || x->status == 127))
		found = OBSTACLE_ABSENT;
	return found;
}

static enum rc sudo_refused(const struct contact *c, const char *line, struct err *e)
{
	err_set(e, RC_AUTH, "sudo on %s refuses %s: %s", c->instance, c->user, line);
	err_hint(e, "ods-failover doctor prints the sudoers line that is needed, and tries it.");
	return RC_AUTH;
}

/* What no shell takes for anything else. */
#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_"

static void add_option(struct buf *out, const char *option, const char *value)
{
	if (value == NULL)
		return;
	buf_addf(out, " %s", option);
	if (value[0] != '\0' && value[strspn(value, PLAIN)] == '\0')
		buf_adds(out, value);
	else
		sh_quote(out, value);
}

/* The command that comes here as we do, to be typed: the host as failover.xml names it, which ~/.ssh/config may know,
 * and what failover.xml says in that file's place. Where it is too long for a hint it is left out: half of it is none.
 */
static void try_by_hand(const struct contact *c, struct err *e)
{
	static const char question[] = "Does its login shell run commands? Try: ";
	const struct instance_config *i = c->config;
	struct buf command = { 0 };

	buf_adds(&command, "ssh");
	if (i->port != 0)
		buf_addf(&command, " -p %d", i->port);
	add_option(&command, "-i ", i->identity);
	add_option(&command, "-o CertificateFile=", i->certificate);
	add_option(&command, "-o UserKnownHostsFile=", i->known_hosts);
	add_option(&command, "-l ", c->user);
	add_option(&command, "", i->host);
	buf_adds(&command, " true");
	if (command.len + sizeof question > sizeof e->hint)
		err_hint(e, "Does the login shell of %s run commands there?", c->user);
	else
		err_hint(e, "%s%s", question, buf_str(&command));
	buf_free(&command);
}

static enum rc no_frame(const struct contact *c, const struct transfer *t, const struct execution *x, struct err *e)
{
	const char *verb = t->q->verb;
	struct buf line = { 0 }, noise = { 0 };
	enum obstacle obstacle = obstacle_of(&x->exec, &line);
	enum rc rc;

	str_escape(&noise, buf_str(&x->frame.noise), strcspn(buf_str(&x->frame.noise), "\r\n"), SHOWN_MAX);
	if (obstacle == OBSTACLE_SUDO) {
		rc = sudo_refused(c, buf_str(&line), e);
	} else if (obstacle == OBSTACLE_ABSENT) {
		rc = err_set(e, RC_BLOCKED, "%s cannot run %s: %s", c->instance, verb,
		             line.len > 0 ? buf_str(&line) : "a program is not there");
		err_hint(e, "ods-failover doctor says what the host lacks.");
	} else if (x->exec.status == 124 || x->exec.status == 137) {
		rc = err_set(e, RC_TIMEOUT, "%s on %s took longer than allowed and was ended there", verb, c->instance);
	} else if (x->exec.signal[0] != '\0') {
		rc = err_set(e, RC_PARSE, "%s on %s was killed by signal %s", verb, c->instance, x->exec.signal);
	} else {
		rc = err_set(e, RC_PARSE, "%s gave no answer to %s (exit status %d)%s%s", c->instance, verb,
		             x->exec.status, line.len + noise.len > 0 ? ": " : ", it printed nothing",
		             line.len > 0 ? buf_str(&line) : buf_str(&noise));
		try_by_hand(c, e);
	}
	buf_free(&line);
	buf_free(&noise);
	return rc;
}

static enum rc printed_too_much(const struct contact *c, const struct transfer *t, const struct execution *x,
                                struct err *e)
{
	if (x->frame.begun)
		return err_set(e, RC_PARSE, "%s answered %s with more than %llu octets", c->instance, t->q->verb,
		               (unsigned long long)t->max);
	err_set(e, RC_PARSE, "%s printed over %d octets before any answer to %s", c->instance, FRAME_NOISE_MAX,
	        t->q->verb);
	err_hint(e, "Look at what the start files of the login shell print there.");
	return RC_PARSE;
}

/* ---- what an execution came to ---- */

static enum rc broken_off(const struct contact *c, struct transfer *t, const struct execution *x, enum rc rc,
                          struct err *e)
{
	const char *verb = t->q->verb;
	char why[200];

	(void)str_copy(why, sizeof why, e != NULL ? e->text : "");
	switch (rc) {
	case RC_CONNECT:
		t->lost = true;
		if (!x->exec.started)
			return err_in(e, "%s", c->instance);
		err_set(e, RC_UNKNOWN, "%s: %s while %s ran: its outcome is unknown", c->instance, why, verb);
		err_hint(e, "It may have taken effect, or still run: look again before anything else.");
		return RC_UNKNOWN;
	case RC_TIMEOUT:
		err_set(e, rc, "%s did not finish %s within %d s", c->instance, verb, t->q->timeout_s);
		if (x->exec.started)
			err_hint(e, "It may still be running there: look again before anything else.");
		return rc;
	case RC_CANCELLED:
		if (x->frame.too_long)
			return printed_too_much(c, t, x, e);
		err_set(e, rc, "%s on %s was cancelled", verb, c->instance);
		if (x->exec.started)
			err_hint(e, "It may still be running there: look again before anything else.");
		return rc;
	default:
		return err_in(e, "%s", c->instance);
	}
}

static enum rc frame_answer(const struct contact *c, const struct transfer *t, const struct execution *x, struct err *e)
{
	enum rc rc = far_parse(t->a, t->q->verb, x->frame.text.p, x->frame.text.len, e);

	if (rc == RC_OK) {
		recording_keep(c->instance, t->q, clock_mono_ms() - x->began_ms, x->frame.text.p, x->frame.text.len);
		return rc;
	}
	if (rc == RC_UNKNOWN && (x->exec.status == 124 || x->exec.status == 137 || x->exec.status == 143)) {
		err_set(e, RC_TIMEOUT, "%s on %s took longer than allowed and was ended there", t->q->verb,
		        c->instance);
		err_hint(e, "It may have taken effect in part: look again before anything else.");
		return RC_TIMEOUT;
	}
	return err_in(e, "%s", c->instance);
}

/* A raw verb ends by its exit status, and says why on standard error as "!sentence". */
static enum rc raw_answer(const struct contact *c, const struct transfer *t, const struct execution *x, struct err *e)
{
	const char *p = buf_str(&x->exec.errors), *sentence = *p == '!' ? p : strstr(p, "\n!");
	struct buf safe = { 0 };
	enum rc rc = RC_REMOTE;

	if (x->exec.status == FAR_OK)
		return RC_OK;
	if (sentence != NULL)
		sentence = strchr(sentence, '!') + 1;
	else
		sentence = "it gave no reason";
	str_escape(&safe, sentence, strcspn(sentence, "\r\n"), SHOWN_MAX);
	if (x->exec.status == FAR_BLOCKED)
		rc = RC_BLOCKED;
	else if (x->exec.status == FAR_UNKNOWN)
		rc = RC_UNKNOWN;
	else if (x->exec.status == 124 || x->exec.status == 137 || x->exec.status == 143)
		rc = RC_TIMEOUT;
	err_set(e, rc, "%s on %s failed (status %d): %s", t->q->verb, c->instance, x->exec.status, buf_str(&safe));
	buf_free(&safe);
	return rc;
}

static enum rc attempt(struct contact *c, enum far_way way, struct transfer *t, const struct wait *w,
                       enum obstacle *obstacle, struct err *e)
{
	struct buf line = { 0 };
	struct execution x;
	enum rc rc = execute(c, way, t, &x, w, e);

	*obstacle = OBSTACLE_NONE;
	t->sent = t->sent || x.exec.started;
	if (rc != RC_OK && x.frame.ended) { /* whole all the same: only its exit status is missing */
		t->lost = rc == RC_CONNECT;
		rc = RC_OK;
	}
	if (rc != RC_OK) {
		rc = broken_off(c, t, &x, rc, e);
	} else if (!x.frame.begun) {
		*obstacle = obstacle_of(&x.exec, &line);
		rc = no_frame(c, t, &x, e);
	} else {
		rc = t->sink == NULL ? frame_answer(c, t, &x, e) : raw_answer(c, t, &x, e);
		if (t->a != NULL) {
			t->a->started_mono_ms = x.began_ms;
			t->a->ended_mono_ms = x.ended_ms;
		}
	}
	execution_clear(&x);
	buf_free(&line);
	return rc;
}

/* ---- the way ---- */

static enum rc hello(struct contact *c, enum far_way way, struct far_answer *a, const struct wait *w, bool *lost,
                     enum obstacle *obstacle, struct err *e)
{
	const struct far_call q = { .verb = "hello", .timeout_s = HELLO_S };
	struct transfer t = { .q = &q, .a = a, .max = HELLO_MAX };
	struct wait brief = *w;
	int64_t most = clock_mono_ms() + (int64_t)HELLO_S * 1000;
	enum rc rc;

	if (brief.until_ms == 0 || brief.until_ms > most)
		brief.until_ms = most;
	rc = attempt(c, way, &t, &brief, obstacle, e);
	*lost = *lost || t.lost;
	/* Nothing that changes anything was sent: a loss is a loss of the connection, no more. */
	if (rc == RC_UNKNOWN && t.lost) {
		rc = err_set(e, RC_CONNECT, "%s: the connection was lost at the first contact", c->instance);
		err_hint(e, "Its sshd or its login shell ended it.");
	}
	return rc;
}

static enum rc not_installed(const struct contact *c, bool differs, const struct err *why, struct err *e)
{
	if (differs) {
		err_set(e, RC_BLOCKED, "the far side installed on %s is of another version than this console",
		        c->instance);
		err_hint(e, "Root puts this one in place there: ods-failover doctor prints the command.");
	} else {
		err_set(e, RC_BLOCKED, "the far side is not installed on %s, and sudo allows no other way: %.100s",
		        c->instance, why->text);
		err_hint(e, "Root installs it there: ods-failover doctor prints the command, and the sudoers line.");
	}
	return RC_BLOCKED;
}

static enum rc find_way(struct contact *c, const struct wait *w, bool *lost, struct err *e)
{
	struct far_answer a = { 0 };
	enum obstacle first = OBSTACLE_NONE, second = OBSTACLE_NONE;
	struct err why = { 0 };
	const char *sha256;
	bool differs = false;
	enum rc rc;

	if (strcmp(c->user, "root") == 0) {
		c->way = FAR_WAY_ROOT;
		return RC_OK;
	}
	rc = hello(c, FAR_WAY_INSTALLED, &a, w, lost, &first, &why);
	if (rc == RC_OK) {
		sha256 = far_fact(&a, "far");
		differs = sha256 == NULL || strcmp(sha256, c->program->sha256) != 0;
	}
	far_answer_clear(&a);
	if (rc == RC_OK && !differs) {
		c->way = FAR_WAY_INSTALLED;
		return RC_OK;
	}
	if (rc != RC_OK && first == OBSTACLE_NONE)
		goto failed;
	rc = hello(c, FAR_WAY_SUDO, &a, w, lost, &second, &why);
	far_answer_clear(&a);
	if (rc == RC_OK) {
		c->way = FAR_WAY_SUDO;
		return RC_OK;
	}
	if (second == OBSTACLE_SUDO && (differs || first == OBSTACLE_ABSENT))
		return not_installed(c, differs, &why, e);
failed:
	if (e != NULL)
		*e = why;
	return rc;
}

enum rc contact_call(struct contact *c, struct transfer *t, const struct wait *w, struct err *e)
{
	enum obstacle ignored;
	enum rc rc = RC_OK;

	t->sent = t->lost = false;
	if (t->a != NULL)
		*t->a = (struct far_answer){ .status = -1, .sentence = "" };
	if (t->max == 0)
		t->max = DEFAULT_MAX;
	if (c->way == FAR_WAY_UNKNOWN)
		rc = find_way(c, w, &t->lost, e);
	if (rc != RC_OK)
		return rc;
	return attempt(c, c->way, t, w, &ignored, e);
}
