#include "core/pair/config.h"

#include <errno.h>
#include <fcntl.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/pair/config_check.h"

enum { MAX_FILE = 1 << 20, DEFAULT_FAILOVER_TIME = 30 * 60, DEFAULT_MARGIN = 60 * 60 };

static const char system_file[] = "/etc/opendnssec/failover.xml";

const char *role_name(enum role role)
{
	return role == ROLE_ACTIVE ? "active" : "standby";
}

const char *mode_name(enum mode mode)
{
	static const char *const names[] = { [MODE_COLD] = "cold", [MODE_WARM] = "warm", [MODE_DUAL] = "dual" };

	return names[mode];
}

/* The first complaint of libxml2 about one document; the later ones follow from it. */
struct complaint {
	bool any;
	long line;
	char text[160];
};

static void note_complaint(void *ctx, xmlErrorPtr error)
{
	struct complaint *c = ctx;
	size_t len;

	if (c->any || error->level < XML_ERR_ERROR)
		return;
	c->any = true;
	c->line = error->line;
	(void)str_copy(c->text, sizeof c->text, error->message != NULL ? error->message : "not well-formed");
	len = strcspn(c->text, "\n");
	c->text[len] = '\0';
}

static enum rc read_file(const char *path, struct buf *b, struct err *e)
{
	enum rc rc = RC_OK;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	while (fd >= 0) {
		char part[16384];
		ssize_t n = read(fd, part, sizeof part);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		buf_add(b, part, (size_t)n);
		if (b->len > MAX_FILE)
			rc = err_set(e, RC_CONFIG, "%s: larger than 1 MiB; this is no failover.xml", path);
		if (n == 0 || rc != RC_OK) {
			close(fd);
			return rc;
		}
	}
	rc = err_set(e, RC_CONFIG, "%s: %s", path, strerrordesc_np(errno));
	err_hint(e, "name a readable failover.xml with -c; failover.xml(5) shows one");
	if (fd >= 0)
		close(fd);
	return rc;
}

static enum rc parse(xmlDoc **doc, const char *path, const struct buf *text, struct err *e)
{
	struct complaint complaint = { 0 };
	xmlParserCtxt *ctxt = xmlNewParserCtxt();
	enum rc rc = RC_OK;

	if (ctxt == NULL)
		return err_set(e, RC_NOMEM, "out of memory");
	xmlSetStructuredErrorFunc(&complaint, note_complaint);
	*doc = xmlCtxtReadMemory(ctxt, buf_str(text), (int)text->len, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOCDATA);
	xmlSetStructuredErrorFunc(NULL, NULL);
	xmlFreeParserCtxt(ctxt);
	if (*doc == NULL || complaint.any) {
		struct buf shown = { 0 };

		str_escape(&shown, complaint.text, strlen(complaint.text), 120);
		rc = err_set(e, RC_CONFIG, "%s:%ld: not well-formed XML: %s", path,
		             complaint.line > 0 ? complaint.line : 1, shown.len > 0 ? buf_str(&shown) : "no element");
		buf_free(&shown);
	} else if ((*doc)->intSubset != NULL) {
		rc = err_set(e, RC_CONFIG, "%s:1: a document type declaration is not allowed", path);
		err_hint(e, "failover.xml needs neither DOCTYPE nor entities");
	}
	return rc;
}

/* By the schema. Its messages say little, so config_check() has looked before. */
static enum rc validate(xmlDoc *doc, const char *path, const char *rng, struct err *e)
{
	struct complaint complaint = { 0 };
	xmlRelaxNGParserCtxt *parser;
	xmlRelaxNG *schema;
	xmlRelaxNGValidCtxt *valid = NULL;
	enum rc rc = RC_OK;

	xmlSetStructuredErrorFunc(&complaint, note_complaint);
	parser = xmlRelaxNGNewParserCtxt(rng);
	if (parser != NULL)
		xmlRelaxNGSetParserStructuredErrors(parser, note_complaint, &complaint);
	schema = parser != NULL ? xmlRelaxNGParse(parser) : NULL;
	xmlRelaxNGFreeParserCtxt(parser);
	if (schema != NULL)
		valid = xmlRelaxNGNewValidCtxt(schema);
	if (valid == NULL) {
		rc = err_set(e, RC_SYSTEM, "%s: the schema cannot be read", rng);
		err_hint(e, "the installation of ods-failover is not complete");
	} else {
		xmlRelaxNGSetValidStructuredErrors(valid, note_complaint, &complaint);
		if (xmlRelaxNGValidateDoc(valid, doc) != 0)
			rc = err_set(e, RC_CONFIG, "%s:%ld: %s", path, complaint.line, complaint.text);
	}
	xmlRelaxNGFreeValidCtxt(valid);
	xmlRelaxNGFree(schema);
	xmlSetStructuredErrorFunc(NULL, NULL);
	return rc;
}

static char *text_of(const xmlNode *parent, const char *name)
{
	const xmlNode *n = config_child(parent, name, NULL);

	return n != NULL ? config_text(n) : NULL;
}

/* "~" is $HOME, and not what the password database says. */
static char *path_of(const xmlNode *parent, const char *name)
{
	char *text = text_of(parent, name), *path;
	const char *home = getenv("HOME");

	if (text == NULL || text[0] != '~')
		return text;
	path = xasprintf("%s%s", home != NULL ? home : "", text + 1);
	free(text);
	return path;
}

static int64_t duration_of(const xmlNode *parent, const char *name, int64_t otherwise)
{
	char *text = text_of(parent, name);
	int64_t seconds = otherwise;

	if (text != NULL && !duration_parse(text, &seconds))
		seconds = otherwise;
	free(text);
	return seconds;
}

static void read_instance(struct instance_config *i, const xmlNode *node)
{
	char *role = config_attribute(node, "role"), *port = text_of(node, "Port");
	uint64_t number = 0;

	i->name = config_attribute(node, "name");
	i->role = strcmp(role, "active") == 0 ? ROLE_ACTIVE : ROLE_STANDBY;
	i->host = text_of(node, "Host");
	if (port != NULL && str_u64(port, 65535, &number))
		i->port = (int)number;
	i->user = text_of(node, "User");
	i->identity = path_of(node, "IdentityFile");
	i->certificate = path_of(node, "Certificate");
	i->known_hosts = path_of(node, "KnownHosts");
	i->configuration = text_of(node, "Configuration");
	if (i->configuration == NULL)
		i->configuration = xstrdup("/etc/opendnssec/conf.xml");
	free(role);
	free(port);
}

static void read_list(char ***items, size_t *count, const xmlNode *parent, const char *name)
{
	size_t cap = 0;

	for (const xmlNode *n = NULL; (n = config_child(parent, name, n)) != NULL;) {
		*items = vec_grow(*items, *count, &cap, sizeof **items);
		(*items)[(*count)++] = config_text(n);
	}
}

static void read_parents(struct pair_config *p, const xmlNode *node)
{
	size_t cap = 0;

	for (const xmlNode *n = NULL; (n = config_child(node, "Parent", n)) != NULL;) {
		struct parent_config *parent;
		size_t len;

		p->parents = vec_grow(p->parents, p->parent_count, &cap, sizeof *p->parents);
		parent = &p->parents[p->parent_count++];
		parent->zone = config_attribute(n, "zone");
		parent->server = config_text(n);
		len = strlen(parent->zone);
		if (len > 1 && parent->zone[len - 1] == '.')
			parent->zone[len - 1] = '\0';
	}
}

static void read_pair(struct pair_config *p, const xmlNode *node)
{
	const xmlNode *one = config_child(node, "Instance", NULL), *publish = config_child(node, "Publish", NULL);
	char *mode = text_of(node, "Mode");

	p->name = config_attribute(node, "name");
	read_instance(&p->instance[0], one);
	read_instance(&p->instance[1], config_child(node, "Instance", one));
	for (int m = MODE_COLD; mode != NULL && m <= MODE_DUAL; m++)
		if (strcmp(mode, mode_name((enum mode)m)) == 0)
			p->mode = (enum mode)m;
	read_list(&p->name_servers, &p->name_server_count, node, "NameServer");
	read_parents(p, node);
	p->failover_time = duration_of(node, "FailoverTime", DEFAULT_FAILOVER_TIME);
	p->margin = duration_of(node, "Margin", DEFAULT_MARGIN);
	if (publish != NULL)
		read_list(&p->publish, &p->publish_count, publish, "Command");
	free(mode);
}

static struct config *read_config(const char *path, const xmlDoc *doc)
{
	struct config *config = xcalloc(1, sizeof *config);
	const xmlNode *root = xmlDocGetRootElement(doc);
	size_t cap = 0;

	config->path = xstrdup(path);
	for (const xmlNode *n = NULL; (n = config_child(root, "Pair", n)) != NULL;) {
		config->pairs = vec_grow(config->pairs, config->pair_count, &cap, sizeof *config->pairs);
		read_pair(&config->pairs[config->pair_count++], n);
	}
	return config;
}

enum rc config_load(struct config **config, const char *path, const char *rng, struct err *e)
{
	struct buf text = { 0 };
	xmlDoc *doc = NULL;
	enum rc rc;

	*config = NULL;
	rc = read_file(path, &text, e);
	if (rc == RC_OK)
		rc = parse(&doc, path, &text, e);
	if (rc == RC_OK)
		rc = config_check(doc, path, e);
	if (rc == RC_OK)
		rc = validate(doc, path, rng, e);
	if (rc == RC_OK)
		*config = read_config(path, doc);
	xmlFreeDoc(doc);
	buf_free(&text);
	return rc;
}

static void free_list(char **items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(items[i]);
	free(items);
}

static void free_instance(struct instance_config *i)
{
	free(i->name);
	free(i->host);
	free(i->user);
	free(i->identity);
	free(i->certificate);
	free(i->known_hosts);
	free(i->configuration);
}

void config_free(struct config **config)
{
	struct config *c = *config;

	if (c == NULL)
		return;
	for (size_t i = 0; i < c->pair_count; i++) {
		struct pair_config *p = &c->pairs[i];

		free(p->name);
		free_instance(&p->instance[0]);
		free_instance(&p->instance[1]);
		free_list(p->name_servers, p->name_server_count);
		for (size_t k = 0; k < p->parent_count; k++) {
			free(p->parents[k].zone);
			free(p->parents[k].server);
		}
		free(p->parents);
		free_list(p->publish, p->publish_count);
	}
	free(c->pairs);
	free(c->path);
	free(c);
	*config = NULL;
}

enum rc config_find(char **path, const char *by_option, struct err *e)
{
	const char *by_env = getenv("ODS_FAILOVER_CONFIG"), *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char *own = NULL;
	enum rc rc;

	*path = NULL;
	if (by_option == NULL && by_env != NULL && by_env[0] != '\0')
		by_option = by_env;
	if (by_option != NULL) {
		*path = xstrdup(by_option);
		return RC_OK;
	}
	/* The base directory specification has a relative one ignored. */
	if (xdg != NULL && xdg[0] == '/')
		own = xasprintf("%s/ods-failover/failover.xml", xdg);
	else if (home != NULL && home[0] == '/')
		own = xasprintf("%s/.config/ods-failover/failover.xml", home);
	if (own != NULL && access(own, F_OK) == 0) {
		*path = own;
		return RC_OK;
	}
	if (access(system_file, F_OK) == 0) {
		free(own);
		*path = xstrdup(system_file);
		return RC_OK;
	}
	rc = err_set(e, RC_CONFIG, "no failover.xml: looked for %s%s%s", own != NULL ? own : "",
	             own != NULL ? " and " : "", system_file);
	err_hint(e, "name one with -c FILE or $ODS_FAILOVER_CONFIG; failover.xml(5) shows one");
	free(own);
	return rc;
}

enum rc config_pair(const struct config *config, const char *name, const struct pair_config **pair, struct err *e)
{
	struct buf names = { 0 };
	enum rc rc;

	*pair = NULL;
	if (name == NULL && config->pair_count == 1)
		*pair = &config->pairs[0];
	for (size_t i = 0; i < config->pair_count; i++) {
		if (name != NULL && strcmp(config->pairs[i].name, name) == 0)
			*pair = &config->pairs[i];
		buf_addf(&names, "%s%s", i > 0 ? ", " : "", config->pairs[i].name);
	}
	if (*pair != NULL) {
		buf_free(&names);
		return RC_OK;
	}
	if (name == NULL) {
		rc = err_set(e, RC_USAGE, "%s has %zu pairs: %s", config->path, config->pair_count, buf_str(&names));
		err_hint(e, "choose one with -p PAIR");
	} else {
		struct buf shown = { 0 };

		str_escape(&shown, name, strlen(name), 60);
		rc = err_set(e, RC_USAGE, "no pair \"%s\" in %s", buf_str(&shown), config->path);
		err_hint(e, "there %s: %s", config->pair_count == 1 ? "is" : "are", buf_str(&names));
		buf_free(&shown);
	}
	buf_free(&names);
	return rc;
}
