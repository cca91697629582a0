#include "remote/ssh/host_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"

static const char system_file[] = "/etc/ssh/ssh_known_hosts";

static bool fingerprint(ssh_key key, char text[HOST_KEY_TEXT])
{
	unsigned char *hash = NULL;
	size_t len = 0;
	char *printed = NULL;

	if (ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &len) == SSH_OK)
		printed = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, len);
	(void)str_copy(text, HOST_KEY_TEXT, printed != NULL ? printed : "");
	ssh_string_free_char(printed);
	ssh_clean_pubkey_hash(&hash);
	return *text != '\0';
}

/* libssh expands "%" in the path. */
static void use_file(ssh_session s, enum ssh_options_e option, const char *path)
{
	struct buf literal = { 0 };

	for (; *path != '\0'; path++) {
		if (*path == '%')
			buf_addc(&literal, '%');
		buf_addc(&literal, *path);
	}
	(void)ssh_options_set(s, option, buf_str(&literal));
	buf_free(&literal);
}

void host_key_prepare(ssh_session s, const struct client_config *c)
{
	int strict = 1, port = c->host_key_alias != NULL ? 22 : c->port;
	size_t i;

	(void)ssh_options_set(s, SSH_OPTIONS_STRICTHOSTKEYCHECK, &strict);
	/* The connection is ours: libssh uses host and port for known_hosts only. */
	(void)ssh_options_set(s, SSH_OPTIONS_HOST, c->host_key_alias != NULL ? c->host_key_alias : c->host);
	(void)ssh_options_set(s, SSH_OPTIONS_PORT, &port);
	use_file(s, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
	/* libssh reads one file; the one that knows the host counts, else the first. */
	for (i = 0; i < c->known_hosts.count; i++) {
		use_file(s, SSH_OPTIONS_KNOWNHOSTS, c->known_hosts.items[i]);
		if (ssh_session_has_known_hosts_entry(s) == SSH_KNOWN_HOSTS_OK)
			break;
	}
	if (i == c->known_hosts.count)
		use_file(s, SSH_OPTIONS_KNOWNHOSTS, c->known_hosts.items[0]);
	if (c->system_known_hosts)
		use_file(s, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, system_file);
}

/* ---- what the files say about the host ---- */

enum verdict { NOT_KNOWN, KNOWN, CHANGED, REVOKED };

struct search {
	char *name;  /* as known_hosts has it */
	ssh_key key; /* what the server showed */
	enum verdict verdict;
	bool same_kind;             /* @before is of the kind of @key */
	char before[HOST_KEY_TEXT]; /* what was known instead */
	const char *path;           /* where */
	size_t line;
};

static char *entry_name(const struct client_config *c)
{
	if (c->host_key_alias != NULL)
		return xstrdup(c->host_key_alias);
	return c->port == 22 ? xstrdup(c->host) : xasprintf("[%s]:%d", c->host, c->port);
}

static void look_at(struct search *s, const char *path, size_t number, const char *line)
{
	static const char revoked[] = "@revoked ";
	bool is_revoked = strncmp(line, revoked, sizeof revoked - 1) == 0;
	struct ssh_knownhosts_entry *entry = NULL;
	bool same_kind;

	if (is_revoked)
		line += sizeof revoked - 1;
	if (ssh_known_hosts_parse_line(s->name, line, &entry) != SSH_OK || entry == NULL)
		return;
	same_kind = ssh_key_type(entry->publickey) == ssh_key_type(s->key);
	if (ssh_key_cmp(entry->publickey, s->key, SSH_KEY_CMP_PUBLIC) == 0) {
		if (s->verdict != REVOKED)
			s->verdict = is_revoked ? REVOKED : KNOWN;
	} else if (!is_revoked) {
		if (s->verdict == NOT_KNOWN)
			s->verdict = CHANGED;
		if ((s->path == NULL || (same_kind && !s->same_kind)) && fingerprint(entry->publickey, s->before)) {
			s->same_kind = same_kind;
			s->path = path;
			s->line = number;
		}
	}
	SSH_KNOWNHOSTS_ENTRY_FREE(entry);
}

/* Not ssh_session_is_known_server(): that takes a host for unknown as soon as one line of the file cannot be read, and
 * reads one file of the operator's only. A line that cannot be read says nothing here; the others still count. */
static void look_in(struct search *s, const char *path)
{
	char *line = NULL;
	size_t cap = 0, n = 0;
	FILE *in = fopen(path, "re");

	while (in != NULL && getline(&line, &cap, in) >= 0) {
		char *p = line + strspn(line, " \t");

		n++;
		p[strcspn(p, "\r\n")] = '\0';
		if (*p != '#' && *p != '\0')
			look_at(s, path, n, p);
	}
	free(line);
	if (in != NULL)
		(void)fclose(in);
}

static void look_everywhere(struct search *s, const struct client_config *c)
{
	size_t i;

	for (i = 0; i < c->known_hosts.count; i++)
		look_in(s, c->known_hosts.items[i]);
	if (c->system_known_hosts)
		look_in(s, system_file);
}

static enum rc changed(const struct search *s, const char *instance, const char *now, struct err *e)
{
	err_set(e, RC_HOSTKEY, "the host key of %s changed: known %s, now %s", instance, s->before, now);
	err_hint(
	    e, "Somebody may be in between. If it was renewed, check it on the host, then: ssh-keygen -R '%s' (%s:%zu)",
	    s->name, s->path, s->line);
	return RC_HOSTKEY;
}

/* ---- a key not seen before ---- */

/* So that a file without an end of line at its end keeps its last entry. */
static void end_last_line(const char *path)
{
	FILE *f = fopen(path, "r+e");

	if (f == NULL)
		return;
	if (fseek(f, -1, SEEK_END) == 0 && fgetc(f) != '\n') {
		(void)fseek(f, 0, SEEK_END);
		(void)fputc('\n', f);
	}
	(void)fclose(f);
}

static enum rc store(ssh_session s, const struct client_config *c, const char *instance, struct err *e)
{
	const char *path = c->known_hosts.items[0];

	use_file(s, SSH_OPTIONS_KNOWNHOSTS, path);
	end_last_line(path);
	if (ssh_session_update_known_hosts(s) == SSH_OK)
		return RC_OK;
	err_set(e, RC_HOSTKEY, "the host key of %s cannot be stored in %s", instance, path);
	err_hint(e, "Make the file writable, or add the key with ssh-keyscan after comparing its fingerprint.");
	return RC_HOSTKEY;
}

static enum rc unknown(ssh_session s, const struct session_peer *peer, ssh_key key, const char *now, struct err *e)
{
	const char *type = ssh_key_type_to_char(ssh_key_type(key));
	bool can_ask = peer->ask != NULL && peer->ask->host_key != NULL;
	enum rc rc = RC_BLOCKED;

	if (can_ask)
		rc = peer->ask->host_key(peer->ask->ctx, peer->instance, type, now, peer->cancel);
	if (rc == RC_CANCELLED && cancel_raised(peer->cancel))
		return err_set(e, RC_CANCELLED, "cancelled while asking about the host key of %s", peer->instance);
	if (rc == RC_OK)
		return store(s, peer->config, peer->instance, e);
	err_set(e, RC_HOSTKEY, "the host key of %s is not known%s: %s %s", peer->instance,
	        can_ask ? " and was not accepted" : "", type, now);
	err_hint(e, "Compare it with the host's own, then accept it when asked, or add it to %s.",
	         peer->config->known_hosts.items[0]);
	return RC_HOSTKEY;
}

enum rc host_key_check(ssh_session s, const struct session_peer *peer, char text[HOST_KEY_TEXT], struct err *e)
{
	struct search found = { 0 };
	enum rc rc;

	text[0] = '\0';
	if (ssh_get_server_publickey(s, &found.key) != SSH_OK || !fingerprint(found.key, text))
		return err_set(e, RC_HOSTKEY, "%s showed no host key that can be read", peer->instance);
	found.name = entry_name(peer->config);
	look_everywhere(&found, peer->config);
	switch (found.verdict) {
	case KNOWN:
		rc = RC_OK;
		break;
	case CHANGED:
		rc = changed(&found, peer->instance, text, e);
		break;
	case REVOKED:
		rc = err_set(e, RC_HOSTKEY, "the host key of %s is marked as revoked: %s", peer->instance, text);
		err_hint(e, "Do not connect; ask whoever administers that host.");
		break;
	default:
		rc = unknown(s, peer, found.key, text, e);
	}
	free(found.name);
	ssh_key_free(found.key);
	return rc;
}
