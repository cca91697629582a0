#include "remote/ssh/client_config.h"

#include <ctype.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "remote/ssh/client_file.h"

enum { CONNECT_TIMEOUT_S = 10, SSH_PORT = 22 };

void client_list_clear(struct client_list *l)
{
	size_t i;

	for (i = 0; i < l->count; i++)
		free(l->items[i]);
	free(l->items);
	*l = (struct client_list){ 0 };
}

static void list_add(struct client_list *l, char *item)
{
	l->items = vec_grow(l->items, l->count, &l->cap, sizeof *l->items);
	l->items[l->count++] = item;
}

static const char *home(void)
{
	const char *h = getenv("HOME");

	return h != NULL && *h == '/' ? h : "/";
}

static char *operator_name(void)
{
	struct passwd entry, *found = NULL;
	char room[4096];

	if (getpwuid_r(getuid(), &entry, room, sizeof room, &found) == 0 && found != NULL)
		return xstrdup(entry.pw_name);
	return xstrdup(getenv("USER") != NULL ? getenv("USER") : "root");
}

/* The tokens of ssh_config(5) that OpenSSH knows; an unknown one stays as it is. */
static char *expand(const struct client_config *c, const char *text, bool path)
{
	char *local = operator_name();
	struct buf out = { 0 };
	const char *p = text;

	if (path && p[0] == '~' && (p[1] == '/' || p[1] == '\0')) {
		buf_adds(&out, home());
		p++;
	}
	for (; *p != '\0'; p++) {
		if (*p != '%' || p[1] == '\0') {
			buf_addc(&out, *p);
			continue;
		}
		switch (*++p) {
		case '%':
			buf_addc(&out, '%');
			break;
		case 'h':
			buf_adds(&out, c->host);
			break;
		case 'n':
			buf_adds(&out, c->name);
			break;
		case 'k':
			buf_adds(&out, c->host_key_alias != NULL ? c->host_key_alias : c->name);
			break;
		case 'p':
			buf_addf(&out, "%d", c->port);
			break;
		case 'r':
			buf_adds(&out, c->user != NULL ? c->user : "");
			break;
		case 'd':
			buf_adds(&out, home());
			break;
		case 'u':
			buf_adds(&out, local);
			break;
		case 'i':
			buf_addf(&out, "%u", (unsigned)getuid());
			break;
		default:
			buf_addf(&out, "%%%c", *p);
		}
	}
	free(local);
	return buf_take(&out);
}

static char *path_of(const struct client_config *c, const char *text)
{
	char *p = expand(c, text, true), *whole;

	if (*p == '/')
		return p;
	whole = xasprintf("%s/%s", home(), p); /* where the operator starts is not where ssh would look */
	free(p);
	return whole;
}

/* What may stand in a command line without being anything else than a name: no option, no shell. */
static bool name_is_safe(const char *s)
{
	if (*s == '\0' || *s == '-')
		return false;
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && strchr("._:-%", *s) == NULL)
			return false;
	return true;
}

static enum rc check_name(const char *what, const char *s, struct err *e)
{
	struct buf safe = { 0 };

	if (name_is_safe(s))
		return RC_OK;
	str_escape(&safe, s, strlen(s), 60);
	err_set(e, RC_CONFIG, "%s '%s' is not one: letters, digits and ._:- only", what, buf_str(&safe));
	err_hint(e, "Correct it in failover.xml or ~/.ssh/config.");
	buf_free(&safe);
	return RC_CONFIG;
}

/* "[user@]host[:port]" or "[user@][host]:port", comma-separated, or ssh://…: each part must be a plain name. */
static enum rc check_jump(const char *jump, struct err *e)
{
	char *copy = xstrdup(jump), *hops[16];
	size_t n = str_split(copy, ',', hops, 16), i;
	enum rc rc = RC_OK;

	for (i = 0; i < n && rc == RC_OK; i++) {
		char *hop = strncmp(hops[i], "ssh://", 6) == 0 ? hops[i] + 6 : hops[i];
		char *at = strrchr(hop, '@'), *p;

		if (at != NULL) {
			*at = '\0';
			rc = check_name("the user of a jump host", hop, e);
			hop = at + 1;
		}
		if (rc == RC_OK && *hop == '[' && (p = strchr(hop, ']')) != NULL) {
			memmove(hop, hop + 1, (size_t)(p - hop - 1));
			memmove(p - 1, p + 1, strlen(p + 1) + 1);
		}
		if (rc == RC_OK)
			rc = check_name("the jump host", hop, e);
	}
	free(copy);
	return rc;
}

/* A jump goes through OpenSSH, which reads the same file for the way to the jump host itself; without a terminal it can
 * ask nothing. The last hop is where it connects, the others lie before it. */
static enum rc jump_command(struct client_config *c, const char *jump, struct err *e)
{
	const char *last = strrchr(jump, ','), *hop = last != NULL ? last + 1 : jump;
	struct buf out = { 0 };
	char *config = xasprintf("%s/.ssh/config", home());
	enum rc rc = check_jump(jump, e);

	if (rc == RC_OK)
		rc = check_name("the host", c->host, e);
	if (rc != RC_OK)
		goto done;
	buf_adds(&out, "exec ssh -F ");
	sh_quote(&out, access(config, R_OK) == 0 ? config : "/dev/null");
	buf_adds(&out,
	         " -o BatchMode=yes -o ClearAllForwardings=yes -o ServerAliveInterval=15 -o ServerAliveCountMax=3");
	if (access(config, R_OK) != 0) {
		buf_adds(&out, " -o UserKnownHostsFile=");
		sh_quote(&out, c->known_hosts.items[0]);
	}
	if (last != NULL) {
		char *first = xstrndup(jump, (size_t)(last - jump));

		buf_adds(&out, " -J ");
		sh_quote(&out, first);
		free(first);
	}
	buf_addf(&out, " -W '[%s]:%d' -- ", c->host, c->port);
	if (strncmp(hop, "ssh://", 6) != 0 && strchr(hop, ':') != NULL)
		buf_adds(&out, "ssh://");
	sh_quote(&out, hop);
	c->proxy = buf_take(&out);
done:
	buf_free(&out);
	free(config);
	return rc;
}

static enum rc set_proxy(struct client_config *c, const struct client_file *f, struct err *e)
{
	const char *jump = client_file_get(f, "proxyjump"), *command = client_file_get(f, "proxycommand");
	enum rc rc;

	if (jump != NULL && command != NULL) { /* the first of the two in the file wins */
		if (client_file_order(f, "proxyjump") < client_file_order(f, "proxycommand"))
			command = NULL;
		else
			jump = NULL;
	}
	if (jump != NULL)
		return strcasecmp(jump, "none") == 0 ? RC_OK : jump_command(c, jump, e);
	if (command == NULL || strcasecmp(command, "none") == 0)
		return RC_OK;
	rc = check_name("the host", c->host, e);
	if (rc == RC_OK)
		rc = check_name("the user", c->user, e);
	if (rc == RC_OK) {
		char *whole = expand(c, command, false);

		c->proxy = strncmp(whole, "exec ", 5) == 0 ? xstrdup(whole) : xasprintf("exec %s", whole);
		free(whole);
	}
	return rc;
}

static void set_keys(struct client_config *c, const struct instance_config *i, const struct client_file *f)
{
	const char *only = client_file_get(f, "identitiesonly");
	size_t n;

	if (i->identity != NULL) {
		list_add(&c->identities, path_of(c, i->identity));
		c->only_these = true;
	} else {
		for (n = 0; n < client_file_count(f, "identityfile"); n++) {
			const char *path = client_file_nth(f, "identityfile", n);

			if (strcasecmp(path, "none") != 0)
				list_add(&c->identities, path_of(c, path));
		}
		c->only_these = only != NULL && strcasecmp(only, "yes") == 0;
	}
	if (i->certificate != NULL)
		list_add(&c->certificates, path_of(c, i->certificate));
	else if (i->identity == NULL)
		for (n = 0; n < client_file_count(f, "certificatefile"); n++)
			list_add(&c->certificates, path_of(c, client_file_nth(f, "certificatefile", n)));
}

static void set_known_hosts(struct client_config *c, const struct instance_config *i, const struct client_file *f)
{
	const char *paths = client_file_get(f, "userknownhostsfile"), *alias = client_file_get(f, "hostkeyalias");
	char *copy, *rest, *word;

	c->system_known_hosts = i->known_hosts == NULL;
	if (alias != NULL)
		c->host_key_alias = xstrdup(alias);
	if (i->known_hosts != NULL) {
		list_add(&c->known_hosts, path_of(c, i->known_hosts));
		return;
	}
	copy = rest = xstrdup(paths != NULL ? paths : "~/.ssh/known_hosts ~/.ssh/known_hosts2");
	while ((word = strsep(&rest, " \t")) != NULL)
		if (*word != '\0')
			list_add(&c->known_hosts, path_of(c, word));
	free(copy);
	if (c->known_hosts.count == 0)
		list_add(&c->known_hosts, path_of(c, "~/.ssh/known_hosts"));
}

static void set_agent(struct client_config *c, const struct client_file *f)
{
	const char *path = client_file_get(f, "identityagent"), *env = getenv("SSH_AUTH_SOCK");

	if (path == NULL || strcasecmp(path, "SSH_AUTH_SOCK") == 0)
		path = env;
	else if (*path == '$')
		path = getenv(path + 1);
	if (path != NULL && *path != '\0' && strcasecmp(path, "none") != 0)
		c->agent = path_of(c, path);
}

static void set_algorithms(struct client_algorithms *a, const struct client_file *f)
{
	const struct {
		char **to;
		const char *keyword;
	} rows[] = {
		{ &a->kex, "kexalgorithms" },
		{ &a->host_keys, "hostkeyalgorithms" },
		{ &a->ciphers, "ciphers" },
		{ &a->macs, "macs" },
		{ &a->public_keys, "pubkeyacceptedalgorithms" },
		{ &a->public_keys, "pubkeyacceptedkeytypes" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *v = client_file_get(f, rows[i].keyword);

		if (v != NULL && *rows[i].to == NULL)
			*rows[i].to = xstrdup(v);
	}
}

static enum rc number(const struct client_file *f, const char *keyword, int *out, struct err *e)
{
	const char *v = client_file_get(f, keyword);
	uint64_t n;

	if (v == NULL || strcasecmp(v, "none") == 0)
		return RC_OK;
	if (!str_u64(v, 65535, &n) || n == 0)
		return err_set(e, RC_CONFIG, "%s of ~/.ssh/config is not a number from 1 to 65535", keyword);
	*out = (int)n;
	return RC_OK;
}

static char *user_of(const struct instance_config *i, const struct client_file *f)
{
	const char *named = i->user != NULL ? i->user : client_file_get(f, "user");

	return named != NULL ? xstrdup(named) : operator_name();
}

enum rc client_config_load(struct client_config **out, const struct instance_config *i, struct err *e)
{
	struct client_config *c = xcalloc(1, sizeof *c);
	struct client_file *f = NULL;
	const char *host_name;
	char *local = operator_name();
	enum rc rc;

	*out = NULL;
	rc = client_file_read(&f, home(), i->host, i->user, local, e);
	if (rc != RC_OK)
		goto done;
	c->name = xstrdup(i->host);
	c->host = xstrdup(i->host); /* what %h of HostName is */
	host_name = client_file_get(f, "hostname");
	if (host_name != NULL) {
		char *expanded = expand(c, host_name, false);

		free(c->host);
		c->host = expanded;
	}
	c->port = SSH_PORT;
	c->connect_timeout_s = CONNECT_TIMEOUT_S;
	rc = number(f, "port", &c->port, e);
	if (rc == RC_OK)
		rc = number(f, "connecttimeout", &c->connect_timeout_s, e);
	if (rc != RC_OK)
		goto done;
	if (i->port != 0)
		c->port = i->port;
	c->user = user_of(i, f);
	set_known_hosts(c, i, f);
	set_keys(c, i, f);
	set_agent(c, f);
	set_algorithms(&c->algorithms, f);
	rc = check_name("the host", c->host, e);
	if (rc == RC_OK)
		rc = set_proxy(c, f, e);
done:
	free(local);
	client_file_free(&f);
	if (rc == RC_OK)
		*out = c;
	else
		client_config_free(&c);
	return rc;
}

void client_config_free(struct client_config **p)
{
	struct client_config *c = *p;

	if (c == NULL)
		return;
	free(c->name);
	free(c->host);
	free(c->user);
	client_list_clear(&c->identities);
	client_list_clear(&c->certificates);
	client_list_clear(&c->known_hosts);
	free(c->host_key_alias);
	free(c->agent);
	free(c->proxy);
	free(c->algorithms.kex);
	free(c->algorithms.host_keys);
	free(c->algorithms.ciphers);
	free(c->algorithms.macs);
	free(c->algorithms.public_keys);
	free(c);
	*p = NULL;
}

void client_config_default_keys(struct client_list *keys)
{
	static const char *const names[] = { "id_rsa", "id_ecdsa", "id_ed25519" };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		char *path = xasprintf("%s/.ssh/%s", home(), names[i]);

		if (access(path, R_OK) == 0)
			list_add(keys, path);
		else
			free(path);
	}
}
