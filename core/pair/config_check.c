#include "core/pair/config_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/str.h"

char *config_text(const xmlNode *node)
{
	xmlChar *content = xmlNodeGetContent(node);
	const char *text = content != NULL ? (const char *)content : "";
	size_t skip = strspn(text, " \t\r\n"), len = strlen(text);
	char *copy;

	while (len > skip && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	copy = xstrndup(text + skip, len - skip);
	xmlFree(content);
	return copy;
}

char *config_attribute(const xmlNode *node, const char *attribute)
{
	const xmlAttr *a = xmlHasNsProp(node, (const xmlChar *)attribute, NULL);

	return a != NULL ? config_text((const xmlNode *)a) : NULL;
}

static bool is_named(const xmlNode *node, const char *name)
{
	return node->ns == NULL && strcmp((const char *)node->name, name) == 0;
}

const xmlNode *config_child(const xmlNode *parent, const char *name, const xmlNode *after)
{
	for (const xmlNode *n = after != NULL ? after->next : parent->children; n != NULL; n = n->next)
		if (n->type == XML_ELEMENT_NODE && is_named(n, name))
			return n;
	return NULL;
}

struct walk {
	const char *path;
	struct err *e;
};

static enum rc refuse(const struct walk *w, const xmlNode *at, const char *fmt, ...) PRINTF(3, 4);

/* libxml2 gives a text the line where it ends. */
static long line_of(const xmlNode *at)
{
	long line = xmlGetLineNo(at);

	if (at->type == XML_TEXT_NODE && at->content != NULL)
		for (const char *p = (const char *)at->content + strspn((const char *)at->content, " \t\r\n");
		     *p != '\0'; p++)
			line -= *p == '\n';
	return line;
}

static enum rc refuse(const struct walk *w, const xmlNode *at, const char *fmt, ...)
{
	char *sentence = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&sentence, fmt, ap) < 0)
		sentence = NULL;
	va_end(ap);
	(void)err_set(w->e, RC_CONFIG, "%s:%ld: %s", w->path, line_of(at), sentence != NULL ? sentence : "refused");
	free(sentence);
	return RC_CONFIG;
}

/* The value that the file has, made safe to show. */
static void show(struct buf *b, const char *text)
{
	buf_addc(b, '"');
	str_escape(b, text, strlen(text), 60);
	buf_addc(b, '"');
}

/* The row of the element @name in @parent; @parent NULL: the outermost one. */
static const struct config_element *find_element(const struct config_element *parent, const char *name)
{
	for (size_t i = 0; i < config_element_count; i++) {
		const struct config_element *row = &config_elements[i];
		bool there = parent == NULL ? row->parent == NULL
		                            : row->parent != NULL && strcmp(row->parent, parent->name) == 0;

		if (there && strcmp(row->name, name) == 0)
			return row;
	}
	return NULL;
}

/* "Host, Port, User": what may stand in @parent; "" when nothing may. */
static void list_children(struct buf *b, const char *parent)
{
	for (size_t i = 0; i < config_element_count; i++)
		if (config_elements[i].parent != NULL && strcmp(config_elements[i].parent, parent) == 0)
			buf_addf(b, "%s%s", b->len > 0 ? ", " : "", config_elements[i].name);
}

static enum rc unknown_element(const struct walk *w, const xmlNode *node, const struct config_element *parent)
{
	struct buf name = { 0 }, allowed = { 0 };
	enum rc rc;

	str_escape(&name, (const char *)node->name, strlen((const char *)node->name), 40);
	list_children(&allowed, parent->name);
	rc = refuse(w, node, "unknown element %s in %s", buf_str(&name), parent->name);
	if (node->ns != NULL)
		rc = refuse(w, node, "element %s of a foreign namespace in %s", buf_str(&name), parent->name);
	if (allowed.len > 0)
		err_hint(w->e, "allowed in %s: %s", parent->name, buf_str(&allowed));
	else if (parent->value != NULL)
		err_hint(w->e, "%s holds no elements; allowed: %s", parent->name, parent->value->allowed);
	buf_free(&name);
	buf_free(&allowed);
	return rc;
}

static enum rc check_value(const struct walk *w, const xmlNode *node, const char *what,
                           const struct config_value *value, const char *text)
{
	struct buf shown = { 0 };
	enum rc rc = RC_OK;

	if (!value->ok(text)) {
		show(&shown, text);
		rc = text[0] == '\0' ? refuse(w, node, "%s is empty", what)
		                     : refuse(w, node, "%s may not be %s", what, buf_str(&shown));
		err_hint(w->e, "allowed: %s", value->allowed);
	}
	buf_free(&shown);
	return rc;
}

static enum rc check_attributes(const struct walk *w, const xmlNode *node, const struct config_element *row)
{
	const size_t max = sizeof row->attributes / sizeof *row->attributes;
	const char *first = row->attributes[0];

	for (const xmlAttr *a = node->properties; a != NULL; a = a->next) {
		struct buf name = { 0 };
		bool known = false;
		enum rc rc = RC_OK;

		for (size_t i = 0; i < max && row->attributes[i] != NULL; i++)
			known = known || (a->ns == NULL && strcmp((const char *)a->name, row->attributes[i]) == 0);
		str_escape(&name, (const char *)a->name, strlen((const char *)a->name), 40);
		if (!known) {
			rc = refuse(w, node, "unknown attribute %s of %s", buf_str(&name), row->name);
			if (first != NULL)
				err_hint(w->e, "allowed: %s%s%s", first, row->attributes[1] != NULL ? ", " : "",
				         row->attributes[1] != NULL ? row->attributes[1] : "");
			else
				err_hint(w->e, "%s has no attributes", row->name);
		}
		buf_free(&name);
		if (rc != RC_OK)
			return rc;
	}
	for (size_t i = 0; i < max && row->attributes[i] != NULL; i++) {
		char *text = config_attribute(node, row->attributes[i]);
		char *what = xasprintf("attribute %s of %s", row->attributes[i], row->name);
		enum rc rc;

		if (text == NULL) {
			rc = refuse(w, node, "%s lacks its attribute %s", row->name, row->attributes[i]);
			err_hint(w->e, "%s=\"…\": %s", row->attributes[i], row->attribute_values[i]->allowed);
		} else {
			rc = check_value(w, node, what, row->attribute_values[i], text);
		}
		free(text);
		free(what);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc check_counts(const struct walk *w, const xmlNode *node, const struct config_element *row)
{
	for (size_t i = 0; i < config_element_count; i++) {
		const struct config_element *child = &config_elements[i];
		const xmlNode *n = NULL, *last = NULL;
		unsigned count = 0;
		enum rc rc;

		if (child->parent == NULL || strcmp(child->parent, row->name) != 0)
			continue;
		while ((n = config_child(node, child->name, n)) != NULL) {
			last = n;
			if (++count > child->max && child->max != 0)
				break;
		}
		if (count < child->min && child->max == child->min && child->min > 1)
			rc = refuse(w, node, "%s has %u %s, needs %u", row->name, count, child->name, child->min);
		else if (count < child->min)
			rc = refuse(w, node, "%s lacks %s", row->name, child->name);
		else if (child->max != 0 && count > child->max)
			rc = refuse(w, last, child->max == 1 ? "second %s in %s" : "too many %s in %s", child->name,
			            row->name);
		else
			continue;
		err_hint(w->e, "%s: %s%s%s", child->name, child->means, child->value != NULL ? " Allowed: " : "",
		         child->value != NULL ? child->value->allowed : "");
		return rc;
	}
	return RC_OK;
}

static enum rc check_element(const struct walk *w, const xmlNode *node, const struct config_element *row)
{
	enum rc rc = check_attributes(w, node, row);

	/* What cannot be known comes before what is missing: a misspelt element is both. */
	for (const xmlNode *n = node->children; n != NULL && rc == RC_OK; n = n->next) {
		if (n->type == XML_ELEMENT_NODE) {
			if (n->ns != NULL || find_element(row, (const char *)n->name) == NULL)
				rc = unknown_element(w, n, row);
		} else if ((n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) && row->value == NULL &&
		           !xmlIsBlankNode(n)) {
			char *text = config_text(n);
			struct buf shown = { 0 }, allowed = { 0 };

			show(&shown, text);
			list_children(&allowed, row->name);
			rc = refuse(w, n, "text %s in %s, which holds elements only", buf_str(&shown), row->name);
			err_hint(w->e, "allowed in %s: %s", row->name, buf_str(&allowed));
			buf_free(&shown);
			buf_free(&allowed);
			free(text);
		}
	}
	if (rc == RC_OK && row->value != NULL) {
		char *text = config_text(node);

		rc = check_value(w, node, row->name, row->value, text);
		free(text);
	}
	if (rc == RC_OK)
		rc = check_counts(w, node, row);
	for (const xmlNode *n = node->children; n != NULL && rc == RC_OK; n = n->next)
		if (n->type == XML_ELEMENT_NODE)
			rc = check_element(w, n, find_element(row, (const char *)n->name));
	return rc;
}

static bool same_text(char *a, char *b)
{
	bool same = a != NULL && b != NULL && strcasecmp(a, b) == 0;

	free(a);
	free(b);
	return same;
}

static char *child_text(const xmlNode *parent, const char *name)
{
	const xmlNode *n = config_child(parent, name, NULL);

	return n != NULL ? config_text(n) : NULL;
}

/* What a schema cannot say of two instances. */
static enum rc check_pair(const struct walk *w, const xmlNode *pair)
{
	const xmlNode *one = config_child(pair, "Instance", NULL), *two = config_child(pair, "Instance", one);
	char *name = config_attribute(pair, "name"), *role = config_attribute(two, "role");
	char *port_one = child_text(one, "Port"), *port_two = child_text(two, "Port");
	enum rc rc = RC_OK;

	if (same_text(config_attribute(one, "name"), config_attribute(two, "name"))) {
		rc = refuse(w, two, "both instances of pair %s have the same name", name);
		err_hint(w->e, "give each a name of its own");
	} else if (same_text(config_attribute(one, "role"), config_attribute(two, "role"))) {
		rc = refuse(w, two, "both instances of pair %s are %s", name, role);
		err_hint(w->e, "allowed: one with role=\"active\", one with role=\"standby\"");
	} else if (same_text(child_text(one, "Host"), child_text(two, "Host")) &&
	           strcmp(port_one != NULL ? port_one : "22", port_two != NULL ? port_two : "22") == 0) {
		rc = refuse(w, two, "both instances of pair %s are the same host", name);
		err_hint(w->e, "each instance needs a Host, or at least a Port, of its own");
	}
	free(name);
	free(role);
	free(port_one);
	free(port_two);
	return rc;
}

enum rc config_check(const xmlDoc *doc, const char *path, struct err *e)
{
	const struct walk w = { path, e };
	const xmlNode *root = xmlDocGetRootElement(doc), *pair = NULL;
	const struct config_element *row;
	enum rc rc;

	if (root == NULL)
		return err_set(e, RC_CONFIG, "%s:1: no element at all; a failover.xml begins with <Failover>", path);
	row = root->ns == NULL ? find_element(NULL, (const char *)root->name) : NULL;
	if (row == NULL) {
		struct buf name = { 0 };

		show(&name, (const char *)root->name);
		rc = refuse(&w, root, "the outermost element is %s", buf_str(&name));
		err_hint(e, "allowed: Failover");
		buf_free(&name);
		return rc;
	}
	rc = check_element(&w, root, row);
	while (rc == RC_OK && (pair = config_child(root, "Pair", pair)) != NULL) {
		rc = check_pair(&w, pair);
		for (const xmlNode *other = config_child(root, "Pair", pair); other != NULL && rc == RC_OK;
		     other = config_child(root, "Pair", other))
			if (same_text(config_attribute(pair, "name"), config_attribute(other, "name"))) {
				rc = refuse(&w, other, "two pairs have the same name");
				err_hint(e, "give each a name of its own; -p chooses one");
			}
	}
	return rc;
}
