#include "core/opendnssec/conf.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/vec.h"
#include "core/opendnssec/xml.h"

static const char default_port[] = "15354";

/* Overwrites the text below every PIN and Password, wherever they stand. */
static void forget_secrets(xmlNode *n)
{
	for (; n; n = n->next) {
		if (n->type != XML_ELEMENT_NODE)
			continue;
		if (strcmp((const char *)n->name, "PIN") == 0 || strcmp((const char *)n->name, "Password") == 0) {
			for (xmlNode *t = n->children; t; t = t->next) {
				if (t->content && t->type != XML_ENTITY_REF_NODE)
					explicit_bzero(t->content, strlen((const char *)t->content));
			}
		} else {
			forget_secrets(n->children);
		}
	}
}

static enum rc parse_repositories(struct conf *c, struct arena *a, const char *file, xmlNode *list, struct err *e)
{
	size_t n = 0;

	for (xmlNode *r = xml_child(list, "Repository"); r; r = xml_next(r, "Repository"))
		n++;
	if (n)
		c->repositories = arena_alloc(a, n * sizeof *c->repositories);
	for (xmlNode *r = xml_child(list, "Repository"); r; r = xml_next(r, "Repository")) {
		struct conf_repository *to = &c->repositories[c->repository_count++];

		to->name = xml_attribute(a, r, "name");
		to->module = xml_text(a, xml_child(r, "Module"));
		to->token_label = xml_text(a, xml_child(r, "TokenLabel"));
		to->require_backup = xml_child(r, "RequireBackup") != NULL;
		to->has_pin = xml_child(r, "PIN") != NULL;
		to->skip_public_key = xml_child(r, "SkipPublicKey") != NULL;
		to->allow_extraction = xml_child(r, "AllowExtraction") != NULL;
		if (!to->name || !to->module || !to->token_label)
			return err_set(e, RC_PARSE, "%s: line %ld: a Repository without %s", file, xmlGetLineNo(r),
			               !to->name     ? "name"
			               : !to->module ? "Module"
			                             : "TokenLabel");
	}
	return RC_OK;
}

static const char *text_or(struct arena *a, xmlNode *node, const char *otherwise)
{
	const char *s = xml_text(a, node);

	return s ? s : otherwise;
}

static void parse_daemon(struct conf_daemon *d, struct arena *a, xmlNode *n)
{
	d->user = text_or(a, xml_path(n, "Privileges/User"), "root");
	d->group = text_or(a, xml_path(n, "Privileges/Group"), "root");
	d->directory = text_or(a, xml_child(n, "WorkingDirectory"), d->directory);
	d->socket = text_or(a, xml_child(n, "SocketFile"), d->socket);
	d->pid_file = text_or(a, xml_child(n, "PidFile"), d->pid_file);
}

/* The signer binds every address and this port when nothing is said (signer/src/parser/confparser.c). */
static void parse_listeners(struct conf *c, struct arena *a, xmlNode *listener)
{
	size_t n = 0;

	for (xmlNode *i = xml_child(listener, "Interface"); i; i = xml_next(i, "Interface"))
		n++;
	c->listeners = arena_alloc(a, (n + 1) * sizeof *c->listeners);
	for (xmlNode *i = xml_child(listener, "Interface"); i; i = xml_next(i, "Interface")) {
		const char *address = text_or(a, xml_child(i, "Address"), "*");
		const char *port = text_or(a, xml_child(i, "Port"), default_port);

		c->listeners[c->listener_count++] = arena_printf(a, "%s:%s", address, port);
	}
	if (n == 0)
		c->listeners[c->listener_count++] = arena_printf(a, "*:%s", default_port);
}

static enum rc parse_enforcer(struct conf *c, struct arena *a, const char *file, xmlNode *n, struct err *e)
{
	xmlNode *store = xml_child(n, "Datastore"), *mysql = xml_child(store, "MySQL");
	xmlNode *period = xml_child(n, "AutomaticKeyGenerationPeriod");

	parse_daemon(&c->enforcer, a, n);
	c->mysql = mysql != NULL;
	c->sqlite_path = xml_text(a, xml_child(store, "SQLite"));
	c->mysql_host = xml_text(a, xml_child(mysql, "Host"));
	c->mysql_database = xml_text(a, xml_child(mysql, "Database"));
	c->manual_key_generation = xml_child(n, "ManualKeyGeneration") != NULL;
	c->submit_command = xml_text(a, xml_child(n, "DelegationSignerSubmitCommand"));
	c->retract_command = xml_text(a, xml_child(n, "DelegationSignerRetractCommand"));
	if (period && !xml_duration(period, &c->automatic_keygen_period))
		return err_set(e, RC_PARSE, "%s: line %ld: AutomaticKeyGenerationPeriod is not a duration", file,
		               xmlGetLineNo(period));
	if (c->mysql && c->sqlite_path) /* conf.rng has one of them: the enforcer does not start with such a file */
		return err_set(e, RC_PARSE, "%s: line %ld: a Datastore with both SQLite and MySQL", file,
		               xmlGetLineNo(store));
	if (!c->mysql && !c->sqlite_path)
		return err_set(e, RC_PARSE, "%s: line %ld: no Datastore with SQLite or MySQL", file,
		               n ? xmlGetLineNo(n) : 1);
	return RC_OK;
}

enum rc conf_parse(struct conf *c, struct arena *a, const char *file, const char *text, size_t len, struct err *e)
{
	xmlDoc *doc = NULL;
	xmlNode *root;
	enum rc rc;

	memset(c, 0, sizeof *c);
	c->enforcer.directory = "/var/lib/opendnssec/enforcer";
	c->enforcer.socket = "/run/opendnssec/enforcer.sock";
	c->enforcer.pid_file = "/run/opendnssec/enforcerd.pid";
	c->signer.directory = "/var/lib/opendnssec/signer";
	c->signer.socket = "/run/opendnssec/engine.sock";
	c->signer.pid_file = "/run/opendnssec/signerd.pid";
	rc = xml_parse(&doc, file, "Configuration", text, len, e);
	if (rc != RC_OK)
		goto done;
	root = xmlDocGetRootElement(doc);
	forget_secrets(root);
	rc = parse_repositories(c, a, file, xml_child(root, "RepositoryList"), e);
	if (rc == RC_OK)
		rc = parse_enforcer(c, a, file, xml_child(root, "Enforcer"), e);
	if (rc != RC_OK)
		goto done;
	c->policy_file = xml_text(a, xml_path(root, "Common/PolicyFile"));
	c->zonelist_file = xml_text(a, xml_path(root, "Common/ZoneListFile"));
	if (!c->policy_file || !c->zonelist_file) {
		rc = err_set(e, RC_PARSE, "%s: line 1: no %s in Common", file,
		             c->policy_file ? "ZoneListFile" : "PolicyFile");
		goto done;
	}
	parse_daemon(&c->signer, a, xml_child(root, "Signer"));
	parse_listeners(c, a, xml_path(root, "Signer/Listener"));
	c->notify_command = xml_text(a, xml_path(root, "Signer/NotifyCommand"));
done:
	xml_free(&doc);
	return rc;
}
