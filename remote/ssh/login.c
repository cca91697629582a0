#include "remote/ssh/login.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "remote/ssh/agent.h"
#include "remote/ssh/key_file.h"

#define BLANKS " \t\r\n"

enum { SECRET_MAX = 512, PROMPT_MAX = 200, TRIES = 3, ROUNDS_MAX = 10, TRIED_MAX = 150 };

struct attempt {
	struct session *s;
	const struct session_peer *peer;
	struct credentials *credentials;
	struct wait *w;
	struct client_list keys; /* paths; the configuration's, unless @owns_keys */
	bool owns_keys;
	struct buf tried; /* for the sentence */
	enum rc asked;    /* what the last question came to */
	bool declined;    /* the server's question: another method would only ask it again */
	bool too_late;    /* the server had gone when the answer came */
};

/* ---- waiting and asking ---- */

/* @result of a call that says SSH_AUTH_AGAIN until it is over: true to call it again. */
static bool again(struct attempt *a, int result, enum rc *rc, struct err *e)
{
	if (result != SSH_AUTH_AGAIN)
		return false;
	*rc = session_wait(a->s, a->w, NULL, 0, -1, e);
	return *rc == RC_OK;
}

/* A server's text as one line, safe to show. Where it is long its end is kept: that is what is asked. */
static void add_prompt(struct buf *safe, const char *prompt)
{
	struct buf line = { 0 };
	const char *from;

	for (const char *p = prompt + strspn(prompt, BLANKS); *p != '\0'; p += strspn(p, BLANKS)) {
		size_t n = strcspn(p, BLANKS);

		if (line.len > 0)
			buf_addc(&line, ' ');
		buf_add(&line, p, n);
		p += n;
	}
	while (line.len > 0 && strchr(BLANKS ":", line.p[line.len - 1]) != NULL)
		line.len--;
	from = buf_str(&line);
	if (line.len > PROMPT_MAX) {
		size_t cut = line.len - PROMPT_MAX;

		while (cut < line.len && ((unsigned char)from[cut] & 0xc0) == 0x80) /* within a character */
			cut++;
		buf_adds(safe, "…");
		str_escape(safe, from + cut, line.len - cut, PROMPT_MAX);
	} else {
		str_escape(safe, from, line.len, PROMPT_MAX);
	}
	buf_free(&line);
}

static enum rc ask(struct attempt *a, const char *prompt, bool echo, char answer[SECRET_MAX])
{
	const struct ask_port *port = a->peer->ask;
	struct buf safe = { 0 };
	struct err ignored;
	int64_t since = clock_mono_ms();

	answer[0] = '\0';
	a->asked = RC_BLOCKED;
	if (port != NULL && port->secret != NULL) {
		add_prompt(&safe, prompt);
		a->asked = port->secret(port->ctx, a->peer->instance, buf_str(&safe), echo, answer, SECRET_MAX,
		                        a->peer->cancel);
		session_waited_for_operator(a->w, since);
		a->too_late = session_wait(a->s, a->w, NULL, 0, 0, &ignored) == RC_CONNECT;
	}
	buf_free(&safe);
	return a->asked;
}

static void note(struct attempt *a, const char *what)
{
	if (a->tried.len > 0)
		buf_adds(&a->tried, ", ");
	buf_adds(&a->tried, what);
}

static void note_key(struct attempt *a, const char *path, const char *outcome)
{
	const char *name = strrchr(path, '/');
	char *text = xasprintf("key %s%s", name != NULL ? name + 1 : path, outcome);

	note(a, text);
	free(text);
}

/* A server that is tired of attempts closes the connection: that is a refusal of what was tried. */
static int settle(int result, enum rc *rc)
{
	if (*rc == RC_CONNECT)
		*rc = RC_OK;
	if (*rc == RC_OK && result == SSH_AUTH_AGAIN)
		result = SSH_AUTH_ERROR;
	return result;
}

/* ---- keys ---- */

static void certificate_of(const struct attempt *a, const char *key_path, char **path)
{
	const struct client_list *named = &a->peer->config->certificates;

	*path = named->count > 0 ? xstrdup(named->items[0]) : xasprintf("%s-cert.pub", key_path);
	if (access(*path, R_OK) != 0) {
		free(*path);
		*path = NULL;
	}
}

/* @result: SSH_AUTH_*. */
static enum rc try_agent(struct attempt *a, int *result, struct err *e)
{
	const struct client_config *c = a->peer->config;
	struct agent_key *named = xcalloc(a->keys.count + 1, sizeof *named);
	struct agent *agent = NULL;
	struct err ignored;
	size_t i, n = 0;
	enum rc rc = RC_OK;
	int fd;

	*result = SSH_AUTH_DENIED;
	for (i = 0; i < a->keys.count; i++) {
		char *certificate;
		struct buf blob = { 0 };

		if (!key_file_public(a->keys.items[i], &named[n].key))
			continue;
		certificate_of(a, a->keys.items[i], &certificate);
		if (certificate != NULL && key_file_is_public(certificate) && key_file_public(certificate, &blob))
			named[n].certificate = blob;
		free(certificate);
		n++;
	}
	if (c->agent == NULL || (c->only_these && n == 0) ||
	    agent_start(&agent, &fd, c->agent, named, n, c->only_these, a->w, &ignored) != RC_OK)
		goto done;
	(void)ssh_set_agent_socket(a->s->ssh, fd);
	do
		*result = ssh_userauth_agent(a->s->ssh, NULL);
	while (again(a, *result, &rc, e));
	*result = settle(*result, &rc);
	if (agent_shown(agent) > 0) {
		char *text =
		    xasprintf("%zu key%s of the agent", agent_shown(agent), agent_shown(agent) == 1 ? "" : "s");

		note(a, text);
		free(text);
	}
	rc = rc == RC_OK ? wait_over(a->w) : rc;
done:
	agent_end(&agent);
	for (i = 0; i < n; i++) {
		buf_free(&named[i].key);
		buf_free(&named[i].certificate);
	}
	free(named);
	return rc;
}

/* Called by libssh, twice, when a key file turns out to be encrypted: the question comes later, once. */
static int on_encrypted(const char *prompt, char *buf, size_t len, int echo, int verify, void *encrypted)
{
	(void)prompt;
	(void)buf;
	(void)len;
	(void)echo;
	(void)verify;
	*(bool *)encrypted = true;
	return -1;
}

static ssh_key decrypt(struct attempt *a, const char *path)
{
	char answer[SECRET_MAX], *text = xasprintf("Passphrase of %s", path);
	ssh_key key = NULL;
	int tries;

	for (tries = 0; key == NULL && tries < TRIES; tries++) {
		if (ask(a, text, false, answer) == RC_OK &&
		    ssh_pki_import_privkey_file(path, answer, NULL, NULL, &key) != SSH_OK)
			key = NULL;
		explicit_bzero(answer, sizeof answer);
		if (a->asked != RC_OK)
			break;
	}
	free(text);
	return key;
}

static const char *why_locked(const struct attempt *a, const char *path, bool encrypted)
{
	if (access(path, R_OK) != 0)
		return " (not readable)";
	if (!encrypted)
		return " (not a key that can be read)";
	if (a->peer->ask == NULL)
		return " (needs its passphrase)";
	return a->asked == RC_OK ? " (wrong passphrase)" : " (no passphrase given)";
}

/* The private key of @path: kept from before, or read now, with its passphrase asked for. NULL when it cannot be had;
 * why stands in what was tried. */
static ssh_key unlock(struct attempt *a, const char *path)
{
	ssh_key key = credentials_key(a->credentials, path);
	bool encrypted = false;

	if (key != NULL)
		return key;
	if (ssh_pki_import_privkey_file(path, NULL, on_encrypted, &encrypted, &key) != SSH_OK)
		key = encrypted ? decrypt(a, path) : NULL;
	if (key != NULL)
		credentials_keep_key(a->credentials, path, key);
	else
		note_key(a, path, why_locked(a, path, encrypted));
	return key;
}

static enum rc use_key(struct attempt *a, ssh_key key, int *result, struct err *e)
{
	enum rc rc = RC_OK;

	do
		*result = ssh_userauth_publickey(a->s->ssh, NULL, key);
	while (again(a, *result, &rc, e));
	*result = settle(*result, &rc);
	return rc;
}

/* Whether the server would take the key at all: a passphrase is asked for only then. */
static enum rc offer(struct attempt *a, const char *path, bool *wanted, struct err *e)
{
	char *beside = xasprintf("%s.pub", path);
	ssh_key key = NULL;
	int result = SSH_AUTH_SUCCESS;
	enum rc rc = RC_OK;

	if (credentials_key(a->credentials, path) == NULL && access(beside, R_OK) == 0 &&
	    ssh_pki_import_pubkey_file(beside, &key) == SSH_OK) {
		do
			result = ssh_userauth_try_publickey(a->s->ssh, NULL, key);
		while (again(a, result, &rc, e));
		result = settle(result, &rc);
	}
	*wanted = result == SSH_AUTH_SUCCESS;
	ssh_key_free(key);
	free(beside);
	return rc;
}

static ssh_key with_certificate(ssh_key key, const char *path)
{
	ssh_key certificate = NULL, both = NULL;

	if (ssh_pki_import_cert_file(path, &certificate) == SSH_OK)
		both = ssh_key_dup(key);
	if (both != NULL && ssh_pki_copy_cert_to_privkey(certificate, both) != SSH_OK) {
		ssh_key_free(both);
		both = NULL;
	}
	ssh_key_free(certificate);
	return both;
}

static enum rc try_file(struct attempt *a, const char *path, int *result, struct err *e)
{
	char *certificate = NULL;
	ssh_key key, both = NULL;
	bool wanted = true;
	enum rc rc = RC_OK;

	*result = SSH_AUTH_DENIED;
	if (key_file_is_public(path)) { /* its private half can only be in an agent */
		note_key(a, path, " (public only)");
		return RC_OK;
	}
	certificate_of(a, path, &certificate);
	if (certificate == NULL)
		rc = offer(a, path, &wanted, e);
	if (rc != RC_OK || !wanted) {
		if (rc == RC_OK)
			note_key(a, path, "");
		goto done;
	}
	key = unlock(a, path);
	rc = wait_over(a->w);
	if (key == NULL || rc != RC_OK)
		goto done;
	if (certificate != NULL)
		both = with_certificate(key, certificate);
	if (both != NULL) {
		rc = use_key(a, both, result, e);
		note_key(a, path, " with its certificate");
	}
	if (rc == RC_OK && *result == SSH_AUTH_DENIED) {
		rc = use_key(a, key, result, e);
		if (both == NULL)
			note_key(a, path, "");
	}
done:
	ssh_key_free(both);
	free(certificate);
	return rc;
}

static enum rc try_keys(struct attempt *a, int *result, struct err *e)
{
	size_t i;
	enum rc rc = try_agent(a, result, e);

	for (i = 0; rc == RC_OK && *result == SSH_AUTH_DENIED && i < a->keys.count; i++)
		rc = try_file(a, a->keys.items[i], result, e);
	return rc;
}

/* ---- words ---- */

static enum rc answer_prompts(struct attempt *a, int *answered)
{
	const char *name = ssh_userauth_kbdint_getname(a->s->ssh);
	const char *instruction = ssh_userauth_kbdint_getinstruction(a->s->ssh);
	int count = ssh_userauth_kbdint_getnprompts(a->s->ssh), i;
	char answer[SECRET_MAX];

	for (i = 0; i < count; i++) {
		char echo = 0;
		const char *prompt = ssh_userauth_kbdint_getprompt(a->s->ssh, (unsigned)i, &echo);
		char *text = xasprintf("%s%s%s%s%s", name != NULL ? name : "", name != NULL && *name != '\0' ? " " : "",
		                       instruction != NULL ? instruction : "",
		                       instruction != NULL && *instruction != '\0' ? " " : "",
		                       prompt != NULL ? prompt : "Answer");

		if (ask(a, text, echo != 0, answer) == RC_OK)
			(void)ssh_userauth_kbdint_setanswer(a->s->ssh, (unsigned)i, answer);
		explicit_bzero(answer, sizeof answer);
		free(text);
		if (a->asked != RC_OK)
			return a->asked;
		++*answered;
	}
	return RC_OK;
}

static enum rc kbdint_once(struct attempt *a, int *result, int *answered, struct err *e)
{
	int rounds;
	enum rc rc = RC_OK;

	for (rounds = 0; rounds < ROUNDS_MAX; rounds++) {
		do
			*result = ssh_userauth_kbdint(a->s->ssh, NULL, NULL);
		while (again(a, *result, &rc, e));
		*result = settle(*result, &rc);
		if (rc != RC_OK || *result != SSH_AUTH_INFO)
			return rc;
		if (answer_prompts(a, answered) != RC_OK) {
			a->declined = a->asked == RC_CANCELLED;
			*result = SSH_AUTH_DENIED;
			return wait_over(a->w);
		}
	}
	*result = SSH_AUTH_DENIED;
	return RC_OK;
}

static enum rc try_kbdint(struct attempt *a, int *result, struct err *e)
{
	int tries, answered = 0;
	enum rc rc = RC_OK;

	*result = SSH_AUTH_DENIED;
	if (a->peer->ask == NULL)
		return RC_OK;
	for (tries = 0; rc == RC_OK && *result == SSH_AUTH_DENIED && tries < TRIES; tries++) {
		int before = answered;

		rc = kbdint_once(a, result, &answered, e);
		if (a->asked != RC_OK || answered == before)
			break;
	}
	if (answered > 0)
		note(a, "keyboard-interactive");
	return rc;
}

static enum rc password_once(struct attempt *a, const char *password, int *result, struct err *e)
{
	enum rc rc = RC_OK;

	do
		*result = ssh_userauth_password(a->s->ssh, NULL, password);
	while (again(a, *result, &rc, e));
	*result = settle(*result, &rc);
	return rc;
}

static enum rc try_password(struct attempt *a, int *result, struct err *e)
{
	char answer[SECRET_MAX], *text = xasprintf("Password of %s", a->peer->config->user);
	int tries;
	bool tried = false;
	enum rc rc = RC_OK;

	*result = SSH_AUTH_DENIED;
	if (a->credentials->password != NULL) {
		rc = password_once(a, a->credentials->password, result, e);
		tried = true;
		if (rc == RC_OK && *result == SSH_AUTH_DENIED)
			credentials_forget_password(a->credentials);
	}
	for (tries = 0; rc == RC_OK && *result == SSH_AUTH_DENIED && tries < TRIES; tries++) {
		if (ask(a, text, false, answer) == RC_OK) {
			rc = password_once(a, answer, result, e);
			tried = true;
		}
		if (*result == SSH_AUTH_SUCCESS || *result == SSH_AUTH_PARTIAL)
			credentials_keep_password(a->credentials, answer);
		explicit_bzero(answer, sizeof answer);
		if (a->asked != RC_OK)
			break;
	}
	if (tried)
		note(a, "password");
	free(text);
	return rc == RC_OK ? wait_over(a->w) : rc;
}

/* ---- all of them ---- */

struct method {
	int flag;
	const char *name;
	enum rc (*try)(struct attempt *a, int *result, struct err *e);
};

static const struct method methods[] = {
	{ SSH_AUTH_METHOD_PUBLICKEY, "publickey", try_keys },
	{ SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive", try_kbdint },
	{ SSH_AUTH_METHOD_PASSWORD, "password", try_password },
};
enum { METHODS = sizeof methods / sizeof *methods };

static enum rc refused(struct attempt *a, int wanted, struct err *e)
{
	struct buf list = { 0 };
	size_t i;

	for (i = 0; i < METHODS; i++)
		if ((wanted & methods[i].flag) != 0)
			buf_addf(&list, "%s%s", list.len > 0 ? ", " : "", methods[i].name);
	if (a->tried.len > TRIED_MAX) { /* the sentence has its length; the first ones are those that were named */
		a->tried.len = TRIED_MAX;
		a->tried.p[TRIED_MAX] = '\0';
	}
	err_set(e, RC_AUTH, "%s refused the login of %s; tried: %s", a->peer->instance, a->peer->config->user,
	        a->tried.len > 0 ? buf_str(&a->tried) : "nothing, for there was no key to try");
	if (a->too_late) {
		err_set(e, RC_AUTH, "%s ended the login of %s while a question waited for its answer",
		        a->peer->instance, a->peer->config->user);
		err_hint(e, "Its sshd gives a login that much time only (LoginGraceTime): answer sooner.");
	} else if (a->asked == RC_CANCELLED)
		err_hint(e, "A question was not answered. The server takes: %s.",
		         list.len > 0 ? buf_str(&list) : "nothing we can do");
	else
		err_hint(e, "The server takes: %s. Try it by hand: ssh -l %s %s",
		         list.len > 0 ? buf_str(&list) : "nothing we can do", a->peer->config->user,
		         a->peer->config->name);
	buf_free(&list);
	return RC_AUTH;
}

static enum rc try_all(struct attempt *a, int *wanted, int *result, struct err *e)
{
	bool done[METHODS] = { false };
	size_t i;
	enum rc rc = RC_OK;

	do
		*result = ssh_userauth_none(a->s->ssh, NULL);
	while (again(a, *result, &rc, e));
	*wanted = ssh_userauth_list(a->s->ssh, NULL);
	for (i = 0; rc == RC_OK && *result != SSH_AUTH_SUCCESS && !a->declined && i < METHODS; i++) {
		if (done[i] || (*wanted & methods[i].flag) == 0)
			continue;
		rc = methods[i].try(a, result, e);
		done[i] = true;
		if (rc == RC_OK && *result == SSH_AUTH_ERROR)
			return RC_OK;
		if (rc == RC_OK && *result == SSH_AUTH_PARTIAL) { /* accepted, and more is wanted */
			*wanted = ssh_userauth_list(a->s->ssh, NULL);
			i = (size_t)-1;
		}
	}
	return rc;
}

static enum rc login_ended(struct attempt *a, enum rc rc, struct err *e)
{
	if (rc == RC_CANCELLED)
		return err_set(e, rc, "cancelled while logging in to %s", a->peer->instance);
	if (rc != RC_TIMEOUT)
		return rc;
	err_set(e, RC_CONNECT, "%s did not finish the login in time", a->peer->instance);
	err_hint(e, "Is its name service or its load the cause? Try it by hand: ssh %s", a->peer->config->name);
	return RC_CONNECT;
}

enum rc login(struct session *s, const struct session_peer *peer, struct credentials *credentials, struct wait *w,
              struct err *e)
{
	struct attempt a = {
		.s = s, .peer = peer, .credentials = credentials, .w = w, .keys = peer->config->identities
	};
	int wanted = 0, result = SSH_AUTH_DENIED;
	enum rc rc;

	if (a.keys.count == 0) {
		a.keys = (struct client_list){ 0 };
		client_config_default_keys(&a.keys);
		a.owns_keys = true;
	}
	rc = try_all(&a, &wanted, &result, e);
	if (rc != RC_OK)
		rc = login_ended(&a, rc, e);
	else if (result != SSH_AUTH_SUCCESS)
		rc = refused(&a, wanted, e);
	if (a.owns_keys)
		client_list_clear(&a.keys);
	buf_free(&a.tried);
	return rc;
}
