/* Logging in, host keys, ~/.ssh/config, and the ways to run the far side, against a real sshd and a real sudo. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "ground.h"
#include "remote/host/far_program.h"
#include "remote/host/host.h"

enum { PORT = 2211, PORT_JUMP = 2212, PORT_CLOSED = 2219 };

static const char fake_far[] =
    "v=$1; echo \"odsf1 begin $v\"\n"
    "echo \"=uid $(id -u)\"\n"
    "case $0 in /*) echo \"=far $(sha256sum <\"$0\" | cut -c1-64)\" ;; *) echo '=far handed-over' ;; esac\n"
    "echo \"odsf1 end $v 0\"\n";

/* One call of one new host. */
static enum rc try_with(const struct instance_config *i, const struct ask_port *ask, struct host_state *s,
                        struct err *e)
{
	char *path = ground_path("fake-far");
	struct host *h = host_ssh_new(i, ask, path);
	struct far_answer a;
	enum rc rc;

	*e = (struct err){ 0 };
	rc = host_do(h, &a, 30, NULL, e, "hello", NULL);
	if (rc == RC_OK)
		assert_string_equal(far_fact(&a, "uid"), "0");
	far_answer_clear(&a);
	if (s != NULL)
		h->ops->state(h, s);
	h->ops->close(&h);
	free(path);
	return rc;
}

static enum rc try_key(const char *key, int port, struct ground_operator *o, struct err *e)
{
	struct instance_config i;
	enum rc rc;

	ground_instance(&i, "alpha", port, "root", key);
	rc = try_with(&i, o != NULL ? &o->port : NULL, NULL, e);
	ground_instance_clear(&i);
	return rc;
}

static void assert_says(const struct err *e, const char *part)
{
	if (strstr(e->text, part) == NULL && strstr(e->hint, part) == NULL)
		fail_msg("'%s' ('%s') does not say '%s'", e->text, e->hint, part);
	assert_true(*e->hint != '\0');
}

/* ---- keys ---- */

static void the_right_key(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(try_key("key", PORT, NULL, &e), RC_OK);
}

static void a_wrong_key_names_what_was_tried(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(try_key("stranger", PORT, NULL, &e), RC_AUTH);
	assert_says(&e, "alpha refused the login of root");
	assert_says(&e, "key stranger");
	assert_says(&e, "publickey");
	assert_int_equal(try_key("not-there", PORT, NULL, &e), RC_AUTH);
	assert_says(&e, "not-there (not readable)");
}

static void a_passphrase_is_asked_for_and_only_where_the_key_is_wanted(void **state)
{
	struct ground_operator o;
	struct err e;

	(void)state;
	ground_operator_init(&o, "open sesame", false);
	assert_int_equal(try_key("locked", PORT, &o, &e), RC_OK);
	assert_int_equal(o.secrets_asked, 1);
	assert_non_null(strstr(o.prompt, "locked"));
	ground_operator_init(&o, "wrong", false);
	assert_int_equal(try_key("locked", PORT, &o, &e), RC_AUTH);
	assert_int_equal(o.secrets_asked, 3);
	assert_says(&e, "wrong passphrase");
	ground_operator_init(&o, NULL, false);
	assert_int_equal(try_key("locked", PORT, &o, &e), RC_AUTH);
	assert_int_equal(o.secrets_asked, 1);
	assert_int_equal(try_key("locked", PORT, NULL, &e), RC_AUTH);
	assert_says(&e, "needs its passphrase");
	ground_operator_init(&o, "open sesame", false);
	assert_int_equal(try_key("locked-stranger", PORT, &o, &e), RC_AUTH);
	assert_int_equal(o.secrets_asked, 0);
}

static void a_certificate_beside_the_key(void **state)
{
	struct instance_config i;
	struct err e;

	(void)state;
	assert_int_equal(try_key("certified", PORT, NULL, &e), RC_OK);
	ground_run("mv %s/certified-cert.pub %s/elsewhere.pub", ground_dir(), ground_dir());
	assert_int_equal(try_key("certified", PORT, NULL, &e), RC_AUTH);
	ground_instance(&i, "alpha", PORT, "root", "certified");
	i.certificate = ground_path("elsewhere.pub");
	assert_int_equal(try_with(&i, NULL, NULL, &e), RC_OK);
	ground_instance_clear(&i);
	ground_run("mv %s/elsewhere.pub %s/certified-cert.pub", ground_dir(), ground_dir());
}

static void the_agent_first_and_only_the_named_key(void **state)
{
	char *socket = ground_path("agent.sock");
	const char *argv[] = { "/usr/bin/ssh-agent", "-D", "-a", socket, NULL };
	pid_t pid = ground_daemon("agent.log", 0, argv);
	struct instance_config i;
	struct err e;

	(void)state;
	while (access(socket, R_OK) != 0)
		continue;
	ground_run("SSH_AUTH_SOCK=%s ssh-add -q %s/key %s/certified 2>/dev/null", socket, ground_dir(), ground_dir());
	assert_int_equal(setenv("SSH_AUTH_SOCK", socket, 1), 0);
	/* Its file is away: the agent alone has it. */
	ground_run("mv %s/key %s/key.away", ground_dir(), ground_dir());
	assert_int_equal(try_key("key", PORT, NULL, &e), RC_OK);
	/* The agent has a key that would do, but another one is named. */
	assert_int_equal(try_key("stranger", PORT, NULL, &e), RC_AUTH);
	assert_null(strstr(e.text, "of the agent"));
	/* None is named: the agent's keys are tried. */
	ground_instance(&i, "alpha", PORT, "root", NULL);
	assert_int_equal(try_with(&i, NULL, NULL, &e), RC_OK);
	ground_instance_clear(&i);
	ground_run("mv %s/key.away %s/key", ground_dir(), ground_dir());
	/* The agent holds the key, the certificate lies in a file. */
	ground_run("SSH_AUTH_SOCK=%s ssh-add -q -D 2>/dev/null; mv %s/certified-cert.pub %s/c; "
	           "SSH_AUTH_SOCK=%s ssh-add -q %s/certified 2>/dev/null; mv %s/c %s/certified-cert.pub; "
	           "mv %s/certified %s/certified.away",
	           socket, ground_dir(), ground_dir(), socket, ground_dir(), ground_dir(), ground_dir(), ground_dir(),
	           ground_dir());
	assert_int_equal(try_key("certified", PORT, NULL, &e), RC_OK);
	ground_run("mv %s/certified.away %s/certified", ground_dir(), ground_dir());
	/* One that does not answer is no hindrance. */
	ground_end(pid);
	assert_int_equal(try_key("key", PORT, NULL, &e), RC_OK);
	assert_int_equal(unsetenv("SSH_AUTH_SOCK"), 0);
	free(socket);
}

static void sudoers(const char *rule)
{
	ground_run("printf 'root ALL=(ALL:ALL) ALL\\n%%s\\n' '%s' >%s/sudoers", rule, ground_dir());
}

static void a_password(void **state)
{
	struct ground_operator o;
	struct instance_config i;
	struct err e;

	(void)state;
	sudoers("oper ALL=(root) NOPASSWD: ALL");
	ground_instance(&i, "alpha", PORT, "oper", "stranger");
	ground_operator_init(&o, "oper-secret", false);
	assert_int_equal(try_with(&i, &o.port, NULL, &e), RC_OK);
	assert_non_null(strstr(o.prompt, "Password of oper"));
	assert_int_equal(o.secrets_asked, 1);
	ground_operator_init(&o, "wrong", false);
	assert_int_equal(try_with(&i, &o.port, NULL, &e), RC_AUTH);
	assert_says(&e, "password");
	assert_null(strstr(e.text, "wrong"));
	ground_instance_clear(&i);
}

/* ---- host keys ---- */

static void an_unknown_host_key_is_asked_once(void **state)
{
	struct ground_operator o;
	struct instance_config i;
	struct host_state s;
	struct err e;

	(void)state;
	ground_instance(&i, "alpha", PORT, "root", "key");
	i.known_hosts = ground_path("own_known_hosts");
	ground_operator_init(&o, NULL, false);
	assert_int_equal(try_with(&i, &o.port, &s, &e), RC_HOSTKEY);
	assert_int_equal(o.keys_asked, 1);
	assert_memory_equal(o.key, "SHA256:", 7);
	assert_string_equal(s.host_key, o.key);
	assert_says(&e, o.key);
	assert_int_equal(s.retry_at, 0);
	assert_int_equal(try_with(&i, NULL, NULL, &e), RC_HOSTKEY);
	ground_operator_init(&o, NULL, true);
	assert_int_equal(try_with(&i, &o.port, NULL, &e), RC_OK);
	assert_int_equal(o.keys_asked, 1);
	assert_int_equal(try_with(&i, &o.port, NULL, &e), RC_OK);
	assert_int_equal(o.keys_asked, 1);
	ground_instance_clear(&i);
}

static void what_the_operator_refused_is_not_tried_again(void **state)
{
	char *path = ground_path("fake-far");
	struct ground_operator o;
	struct instance_config i;
	struct far_answer a;
	struct host_state s;
	struct host *h;
	struct err e = { 0 }, first;

	(void)state;
	ground_instance(&i, "alpha", PORT, "root", "key");
	i.known_hosts = ground_path("known_later");
	ground_operator_init(&o, NULL, false);
	o.refused = true;
	h = host_ssh_new(&i, &o.port, path);
	assert_int_equal(host_do(h, &a, 30, NULL, &first, "hello", NULL), RC_HOSTKEY);
	far_answer_clear(&a);
	assert_int_equal(host_do(h, &a, 30, NULL, &e, "hello", NULL), RC_HOSTKEY);
	far_answer_clear(&a);
	assert_int_equal(o.keys_asked, 1);
	assert_string_equal(e.text, first.text);
	assert_string_equal(e.hint, first.hint);
	h->ops->state(h, &s);
	assert_int_equal(s.link, LINK_DOWN);
	assert_string_equal(s.error, first.text);
	assert_int_equal(s.retry_at, 0);
	o.refused = false;
	o.accepts_key = true;
	assert_int_equal(host_do(h, &a, 30, NULL, &e, "hello", NULL), RC_OK);
	far_answer_clear(&a);
	assert_int_equal(o.keys_asked, 2);
	o.refused = true; /* something else was, and the link is up */
	assert_int_equal(host_do(h, &a, 30, NULL, &e, "hello", NULL), RC_OK);
	far_answer_clear(&a);
	h->ops->close(&h);
	ground_instance_clear(&i);
	free(path);
}

static void a_changed_host_key_is_refused_with_both(void **state)
{
	char *key_of_old = NULL, *key_of_new = NULL;
	struct ground_operator o;
	struct instance_config i;
	struct err e;

	(void)state;
	ground_run(
	    "cd %s && ssh-keygen -q -t ed25519 -N '' -f other_key </dev/null && "
	    "ssh-keygen -lf other_key.pub | cut -d' ' -f2 | tr -d '\\n' >other_print && "
	    "ssh-keygen -lf host_key.pub | cut -d' ' -f2 | tr -d '\\n' >host_print && "
	    "{ echo garbage that is no line; printf '[127.0.0.1]:%d '; cut -d' ' -f1,2 other_key.pub; } >changed_hosts",
	    ground_dir(), PORT);
	key_of_old = ground_read("other_print");
	key_of_new = ground_read("host_print");
	ground_instance(&i, "alpha", PORT, "root", "key");
	i.known_hosts = ground_path("changed_hosts");
	ground_operator_init(&o, NULL, true);
	assert_int_equal(try_with(&i, &o.port, NULL, &e), RC_HOSTKEY);
	assert_int_equal(o.keys_asked, 0);
	assert_says(&e, key_of_old);
	assert_says(&e, key_of_new);
	assert_says(&e, "changed_hosts:2");
	/* Hashed entries too. */
	ground_run("cd %s && grep -v garbage changed_hosts >hashed && mv hashed changed_hosts && "
	           "ssh-keygen -q -H -f changed_hosts >/dev/null 2>&1 && grep -q '^|1|' changed_hosts",
	           ground_dir());
	assert_int_equal(try_with(&i, &o.port, NULL, &e), RC_HOSTKEY);
	assert_says(&e, key_of_old);
	/* Known only by a key of another kind: no less a change. */
	ground_run(
	    "cd %s && ssh-keygen -q -t ecdsa -N '' -f ec_key </dev/null && { printf '[127.0.0.1]:%d '; cut -d' ' -f1,2 "
	    "ec_key.pub; } >changed_hosts",
	    ground_dir(), PORT);
	assert_int_equal(try_with(&i, &o.port, NULL, &e), RC_HOSTKEY);
	assert_int_equal(o.keys_asked, 0);
	ground_instance_clear(&i);
	free(key_of_old);
	free(key_of_new);
}

/* ---- ~/.ssh/config ---- */

static void the_operators_own_configuration(void **state)
{
	const char *dir = ground_dir();
	struct instance_config i;
	struct err e;

	(void)state;
	ground_write(
	    "home/.ssh/config",
	    "Host *.nowhere\n  HostName 192.0.2.1\n"
	    "Host alpha-* !alpha-not\n  HostName 127.0.0.1\n  Port %d\n  User root\n  IdentityFile ~/.ssh/mine\n"
	    "  UserKnownHostsFile ~/.ssh/kh\n  IdentitiesOnly yes\n",
	    PORT);
	ground_run("cd %s && cp key home/.ssh/mine && cp home/.ssh/known_hosts home/.ssh/kh && mv "
	           "home/.ssh/known_hosts saved_kh",
	           dir);
	ground_instance(&i, "alpha", 0, "root", NULL);
	free(i.host);
	i.host = xstrdup("alpha-one");
	free(i.user);
	i.user = NULL;
	assert_int_equal(try_with(&i, NULL, NULL, &e), RC_OK);
	i.identity = ground_path("stranger"); /* replaces, never adds */
	assert_int_equal(try_with(&i, NULL, NULL, &e), RC_AUTH);
	free(i.identity);
	i.identity = NULL;
	i.port = PORT_CLOSED;
	assert_int_equal(try_with(&i, NULL, NULL, &e), RC_CONNECT);
	assert_says(&e, "refused the connection");
	i.port = 0;
	ground_write("home/.ssh/config", "Host alpha-one\n  Port many\n");
	assert_int_equal(try_with(&i, NULL, NULL, &e), RC_CONFIG);
	ground_run("cd %s && mv saved_kh home/.ssh/known_hosts && rm home/.ssh/config", dir);
	ground_instance_clear(&i);
}

static void a_jump_host_and_a_proxy_command(void **state)
{
	const char *dir = ground_dir();
	struct instance_config i;
	struct err e;

	(void)state;
	ground_instance(&i, "alpha", 0, "root", "key");
	free(i.host);
	i.host = xstrdup("inner");
	ground_write("home/.ssh/config",
	             "Host inner\n  HostName 127.0.0.1\n  Port %d\n  ProxyJump outer\n"
	             "Host outer\n  HostName 127.0.0.1\n  Port %d\n  User root\n  IdentityFile %s/key\n"
	             "  UserKnownHostsFile %s/home/.ssh/known_hosts\n",
	             PORT, PORT_JUMP, dir, dir);
	assert_int_equal(try_with(&i, NULL, NULL, &e), RC_OK);
	ground_run("grep -q 'Accepted publickey' %s/sshd-%d.log", dir, PORT_JUMP);
	ground_write("home/.ssh/config",
	             "Host inner\n  HostName 127.0.0.1\n  Port %d\n  ProxyCommand busybox nc %%h %%p\n", PORT);
	assert_int_equal(try_with(&i, NULL, NULL, &e), RC_OK);
	ground_write("home/.ssh/config", "Host inner\n  ProxyCommand echo no way in >&2; exit 1\n");
	assert_int_equal(try_with(&i, NULL, NULL, &e), RC_CONNECT);
	assert_says(&e, "no way in");
	ground_write("home/.ssh/config", "Host inner\n  HostName x\n  ProxyJump -oProxyCommand=id\n");
	assert_int_equal(try_with(&i, NULL, NULL, &e), RC_CONFIG);
	ground_write("home/.ssh/config", "Host inner\n  HostName 127.0.0.1;id\n  ProxyJump outer\n");
	assert_int_equal(try_with(&i, NULL, NULL, &e), RC_CONFIG);
	ground_run("rm %s/home/.ssh/config", dir);
	ground_instance_clear(&i);
}

static void nobody_there(void **state)
{
	struct instance_config i;
	struct err e;

	(void)state;
	assert_int_equal(try_key("key", PORT_CLOSED, NULL, &e), RC_CONNECT);
	assert_says(&e, "refused the connection");
	ground_instance(&i, "alpha", PORT, "root", "key");
	free(i.host);
	i.host = xstrdup("192.0.2.77"); /* no route to it from here */
	assert_int_equal(try_with(&i, NULL, NULL, &e), RC_CONNECT);
	assert_says(&e, "cannot be reached");
	free(i.host);
	i.host = xstrdup("no-such-host.invalid");
	assert_int_equal(try_with(&i, NULL, NULL, &e), RC_CONNECT);
	assert_says(&e, "cannot be resolved");
	ground_instance_clear(&i);
}

/* ---- the ways to the far side ---- */

static enum rc try_oper(struct err *e)
{
	struct instance_config i;
	enum rc rc;

	ground_instance(&i, "alpha", PORT, "oper", "oper-key");
	rc = try_with(&i, NULL, NULL, e);
	ground_instance_clear(&i);
	return rc;
}

static void ways_through_sudo(void **state)
{
	struct err e;

	(void)state;
	sudoers("");
	assert_int_equal(try_oper(&e), RC_AUTH);
	assert_says(&e, "sudo on alpha refuses oper");
	assert_says(&e, "doctor");
	sudoers("oper ALL=(root) NOPASSWD: ALL");
	assert_int_equal(try_oper(&e), RC_OK); /* handed over */
	sudoers("oper ALL=(root) NOPASSWD: " FAR_INSTALLED);
	assert_int_equal(try_oper(&e), RC_BLOCKED);
	assert_says(&e, "not installed on alpha");
	ground_run("mkdir -p /usr/local/lib/ods-failover && { echo '#!/bin/sh'; cat %s/fake-far; } >" FAR_INSTALLED
	           " && chmod 755 " FAR_INSTALLED,
	           ground_dir());
	assert_int_equal(try_oper(&e), RC_BLOCKED); /* its digest is another */
	assert_says(&e, "another version");
	ground_run("cp %s/fake-far %s/fake-far.saved && cp " FAR_INSTALLED " %s/fake-far", ground_dir(), ground_dir(),
	           ground_dir());
	assert_int_equal(try_oper(&e), RC_OK);
	ground_run("mv %s/fake-far.saved %s/fake-far", ground_dir(), ground_dir());
	ground_run("rm " FAR_INSTALLED);
}

static void make_keys(void)
{
	ground_key("key", NULL, "root");
	ground_key("stranger", NULL, NULL);
	ground_key("locked", "open sesame", "root");
	ground_key("locked-stranger", "open sesame", NULL);
	ground_key("oper-key", NULL, "oper");
	ground_key("certified", NULL, NULL);
	ground_key("ca", NULL, NULL);
	ground_run("cd %s && ssh-keygen -q -s ca -I test -n root certified.pub", ground_dir());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_right_key),
		cmocka_unit_test(a_wrong_key_names_what_was_tried),
		cmocka_unit_test(a_passphrase_is_asked_for_and_only_where_the_key_is_wanted),
		cmocka_unit_test(a_certificate_beside_the_key),
		cmocka_unit_test(the_agent_first_and_only_the_named_key),
		cmocka_unit_test(an_unknown_host_key_is_asked_once),
		cmocka_unit_test(what_the_operator_refused_is_not_tried_again),
		cmocka_unit_test(a_changed_host_key_is_refused_with_both),
		cmocka_unit_test(the_operators_own_configuration),
		cmocka_unit_test(a_jump_host_and_a_proxy_command),
		cmocka_unit_test(nobody_there),
		cmocka_unit_test(ways_through_sudo),
		cmocka_unit_test(a_password),
	};
	char *more;
	int failed;

	ground_enter();
	make_keys();
	ground_write("fake-far", "%s", fake_far);
	more = xasprintf(
	    "TrustedUserCAKeys %s/ca.pub\nPasswordAuthentication no\nMatch User oper\nPasswordAuthentication yes",
	    ground_dir());
	(void)ground_sshd(PORT, NULL, more);
	(void)ground_sshd(PORT_JUMP, NULL, "");
	ground_know(PORT, NULL);
	ground_know(PORT_JUMP, NULL);
	failed = cmocka_run_group_tests_name("login", tests, NULL, NULL);
	free(more);
	ground_leave();
	return failed;
}
