/* doctor: what the hosts need, tried by the first word that is said to each; with --install, the far side put there. */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/data.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/run/host_tool.h"
#include "core/run/journal_db.h"
#include "tui/command/file.h"
#include "tui/command/json.h"
#include "tui/command/say.h"
#include "tui/command/sitting.h"

enum { HELLO_S = 30, INSTALL_S = 60 };

#define INSTALLED "/usr/local/lib/ods-failover/far"

struct visit {
	const struct instance_config *config;
	enum rc rc;
	struct err e;
	struct far_answer a;
	enum { NOT_ASKED, INSTALLED_BEFORE, INSTALLED_NOW, NOT_INSTALLED } installed;
};

static const char *const installed_words[] = {
	[INSTALLED_BEFORE] = "before",
	[INSTALLED_NOW] = "now",
	[NOT_INSTALLED] = "no",
};

/* The next tool that is missing, at *@n or behind it; NULL when there are no more. */
static const struct host_tool *missing_tool(const struct visit *v, size_t *n)
{
	while (*n < host_tool_count) {
		const struct host_tool *tool = &host_tools[(*n)++];

		if (host_tool_there(&v->a, tool->name) == TRI_NO)
			return tool;
	}
	return NULL;
}

/* The packages of what is missing, each once: of RHEL, else of Debian. The caller frees the array. */
static const char **packages(const struct visit *v, bool rhel, size_t *count)
{
	const char **names = xcalloc(host_tool_count + 1, sizeof *names);
	const struct host_tool *tool;

	*count = 0;
	for (size_t n = 0; (tool = missing_tool(v, &n)) != NULL;) {
		const char *name = rhel ? tool->rhel : tool->debian;
		size_t i = 0;

		while (i < *count && name != NULL && strcmp(names[i], name) != 0)
			i++;
		if (name != NULL && i == *count)
			names[(*count)++] = name;
	}
	return names;
}

static const char *login_of(const struct instance_config *i)
{
	const struct passwd *own = i->user == NULL ? getpwuid(getuid()) : NULL;

	return i->user != NULL ? i->user : own != NULL ? own->pw_name : "LOGIN";
}

/* Where it is handed over with each call, sudo lets the login do anything: it may be put in place. Where it is in
 * place, sudo allows it alone, and its digest was found to be ours at the first contact. */
static void install(struct visit *v, struct host *host, struct cancel *cancel)
{
	const char *digest = far_fact(&v->a, "far");
	char *path = data_path("far"), sha256[DIGEST_TEXT];
	struct far_answer a = { 0 };
	struct buf program = { 0 };

	if (digest != NULL && strcmp(digest, "handed-over") != 0) {
		v->installed = INSTALLED_BEFORE;
	} else {
		v->installed = NOT_INSTALLED;
		v->rc = file_whole(path, &program, &v->e);
		if (v->rc == RC_OK) {
			sha256_hex(sha256, program.p, program.len);
			v->rc = host_do(host, &a, INSTALL_S, cancel, &v->e, "install", sha256, NULL);
		}
		if (v->rc == RC_OK && a.status != FAR_OK)
			v->rc = err_set(&v->e, RC_REMOTE, "%s", a.sentence);
		if (v->rc == RC_OK)
			v->installed = INSTALLED_NOW;
	}
	far_answer_clear(&a);
	buf_free(&program);
	free(path);
}

static json_t *packages_json(const struct visit *v)
{
	json_t *o = json_object();

	for (int rhel = 0; rhel < 2; rhel++) {
		size_t count;
		const char **names = packages(v, rhel == 1, &count);
		json_t *array = json_array();

		for (size_t i = 0; i < count; i++)
			json_array_append_new(array, json_text(names[i]));
		json_object_set_new(o, rhel == 1 ? "rhel" : "debian", array);
		free(names);
	}
	return o;
}

static void print_packages(const struct visit *v)
{
	static const char *const ways[] = { "Debian: apt-get install", "RHEL: dnf install" };

	for (int rhel = 0; rhel < 2; rhel++) {
		size_t count;
		const char **names = packages(v, rhel == 1, &count);

		if (count > 0)
			printf("  on %s", ways[rhel]);
		for (size_t i = 0; i < count; i++)
			printf(" %s", names[i]);
		if (count > 0)
			putchar('\n');
		free(names);
	}
}

static json_t *visit_json(const struct visit *v)
{
	json_t *o = json_object(), *missing = json_array();
	const struct host_tool *tool;

	json_object_set_new(o, "name", json_text(v->config->name));
	json_object_set_new(o, "ok", json_boolean(v->rc == RC_OK));
	if (v->installed != NOT_ASKED)
		json_object_set_new(o, "installed", json_string(installed_words[v->installed]));
	if (v->rc != RC_OK) {
		json_object_set_new(o, "error", json_text(v->e.text));
		json_object_set_new(o, "hint", json_text(v->e.hint));
	} else {
		json_object_set_new(o, "hostname", json_text(far_fact(&v->a, "hostname")));
		for (size_t n = 0; (tool = missing_tool(v, &n)) != NULL;)
			json_array_append_new(missing, json_text(tool->name));
		json_object_set_new(o, "missing", missing);
		json_object_set_new(o, "packages", packages_json(v));
		missing = NULL;
	}
	json_decref(missing);
	return o;
}

static void print_visit(const struct visit *v)
{
	const char *hostname = v->rc == RC_OK ? far_fact(&v->a, "hostname") : NULL;
	const struct host_tool *tool;

	printf("%s %s (", severity_mark(v->rc == RC_OK ? SEV_OK : SEV_UNKNOWN), v->config->name);
	print_escaped(stdout, hostname != NULL ? hostname : v->config->host, 80);
	if (v->rc != RC_OK) {
		printf("): ");
		print_escaped(stdout, v->e.text, sizeof v->e.text);
		if (v->e.hint[0] != '\0')
			printf("\n  %s", v->e.hint);
		putchar('\n');
		return;
	}
	puts("): login, sudo and the program of the far side work");
	if (v->installed == INSTALLED_BEFORE)
		puts("  the program is installed there already, and is this one");
	if (v->installed == INSTALLED_NOW)
		puts("  the program was installed as " INSTALLED);
	for (size_t n = 0; (tool = missing_tool(v, &n)) != NULL;)
		printf("  %s %s is not there\n", severity_mark(tool->need == TOOL_HELPS ? SEV_WARN : SEV_STOP),
		       tool->name);
	print_packages(v);
}

/* Two logins may differ: a rule for each, once. */
static void print_sudoers(const struct pair_config *pair)
{
	char *far = data_path("far");
	const char *one = login_of(&pair->instance[0]), *two = login_of(&pair->instance[1]);

	printf("\nOne rule is enough, as /etc/sudoers.d/ods-failover on both hosts, mode 0440:\n\n"
	       "%s ALL=(root) NOPASSWD: " INSTALLED "\n",
	       one);
	if (strcmp(one, two) != 0)
		printf("%s ALL=(root) NOPASSWD: " INSTALLED "\n", two);
	printf("\nThen the program has to be there, of this very version:\n\n"
	       "install -D -o root -g root -m 0755 %s " INSTALLED "\n\n"
	       "A login that may use sudo freely needs neither: the program is handed over\nwith each call. "
	       "With such a login `doctor --install` puts it in place, and the\nrule may then be narrowed to the one "
	       "above.\n",
	       far);
	free(far);
}

static int verdict(const struct visit visits[2])
{
	const struct host_tool *tool;

	for (int i = 0; i < 2; i++)
		if (visits[i].rc != RC_OK)
			return rc_exit_code(RC_UNKNOWN);
	for (int i = 0; i < 2; i++)
		for (size_t n = 0; (tool = missing_tool(&visits[i], &n)) != NULL;)
			if (tool->need != TOOL_HELPS)
				return 2;
	return 0;
}

int command_doctor(const struct args *args, const struct ports *ports)
{
	struct visit visits[2] = { 0 };
	struct sitting s = { 0 };
	struct err e = { 0 };
	int status;
	enum rc rc = sitting_open(&s, args, ports, &e);

	for (int i = 0; rc == RC_OK && i < 2; i++) {
		struct visit *v = &visits[i];

		v->config = &s.pair->instance[i];
		v->rc = host_do(s.hosts[i], &v->a, HELLO_S, s.cancel, &v->e, "hello", NULL);
		if (args->install && v->rc == RC_OK && !cancel_raised(s.cancel))
			install(v, s.hosts[i], s.cancel);
		if (cancel_raised(s.cancel))
			rc = err_set(&e, RC_CANCELLED,
			             args->install ? "interrupted; it may have been installed"
			                           : "interrupted; nothing was changed");
	}
	if (rc == RC_OK && args->json) {
		json_t *o = json_object(), *array = json_array();

		for (int i = 0; i < 2; i++)
			json_array_append_new(array, visit_json(&visits[i]));
		json_object_set_new(o, "schema", json_integer(1));
		json_object_set_new(o, "pair", json_text(s.pair->name));
		json_object_set_new(o, "instances", array);
		json_print(o);
	} else if (rc == RC_OK) {
		print_visit(&visits[0]);
		print_visit(&visits[1]);
		print_sudoers(s.pair);
	}
	status = rc == RC_OK ? verdict(visits) : say_error(&e);
	far_answer_clear(&visits[0].a);
	far_answer_clear(&visits[1].a);
	sitting_close(&s);
	return status;
}
