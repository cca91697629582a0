#include "core/opendnssec/xml.h"

#include <limits.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include "core/base/clock.h"
#include "core/base/str.h"

/* Called for a DOCTYPE, before any entity of it can be declared. */
static void refuse_doctype(void *ctx, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	xmlParserCtxt *p = ctx;

	(void)name;
	(void)external;
	(void)system;
	*(bool *)p->_private = true;
	xmlStopParser(p);
}

static const char *reason(int code)
{
	switch (code) {
	case XML_ERR_DOCUMENT_EMPTY:
		return "is empty or does not begin with an element";
	case XML_ERR_TAG_NAME_MISMATCH:
	case XML_ERR_TAG_NOT_FINISHED:
	case XML_ERR_LTSLASH_REQUIRED:
	case XML_ERR_DOCUMENT_END:
		return "an element is not closed, or closed by another name";
	case XML_ERR_INVALID_CHAR:
	case XML_ERR_INVALID_ENCODING:
	case XML_ERR_UNSUPPORTED_ENCODING:
		return "has octets that no XML file may have";
	default:
		return "is not well-formed XML";
	}
}

enum rc xml_parse(xmlDoc **doc, const char *file, const char *root, const char *text, size_t len, struct err *e)
{
	xmlParserCtxt *p = NULL;
	xmlNode *top;
	bool doctype = false;
	enum rc rc = RC_OK;

	*doc = NULL;
	if (len == 0)
		return err_set(e, RC_PARSE, "%s is empty", file);
	if (len > INT_MAX)
		return err_set(e, RC_PARSE, "%s is too large", file);
	p = xmlCreateMemoryParserCtxt(text, (int)len);
	if (!p)
		return err_set(e, RC_PARSE, "%s cannot be read as XML", file);
	(void)xmlCtxtUseOptions(p, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
	p->_private = &doctype;
	p->sax->internalSubset = refuse_doctype;
	(void)xmlParseDocument(p);
	if (doctype) {
		rc = err_set(e, RC_PARSE, "%s has a DOCTYPE, which is not accepted", file);
	} else if (!p->wellFormed || !p->myDoc) {
		const xmlError *last = xmlCtxtGetLastError(p);

		rc =
		    err_set(e, RC_PARSE, "%s: line %d: %s", file, last ? last->line : 1, reason(last ? last->code : 0));
	} else if (top = xmlDocGetRootElement(p->myDoc), !top || strcmp((const char *)top->name, root) != 0) {
		rc = err_set(e, RC_PARSE, "%s: line %ld: the root element is not %s", file, top ? xmlGetLineNo(top) : 1,
		             root);
	}
	if (rc == RC_OK) {
		*doc = p->myDoc;
		p->myDoc = NULL;
	}
	if (p->myDoc)
		xmlFreeDoc(p->myDoc);
	xmlFreeParserCtxt(p);
	return rc;
}

void xml_free(xmlDoc **doc)
{
	if (*doc)
		xmlFreeDoc(*doc);
	*doc = NULL;
}

static xmlNode *first_named(xmlNode *n, const char *name)
{
	while (n && (n->type != XML_ELEMENT_NODE || strcmp((const char *)n->name, name) != 0))
		n = n->next;
	return n;
}

xmlNode *xml_child(const xmlNode *parent, const char *name)
{
	return parent ? first_named(parent->children, name) : NULL;
}

xmlNode *xml_next(const xmlNode *node, const char *name)
{
	return node ? first_named(node->next, name) : NULL;
}

xmlNode *xml_path(xmlNode *node, const char *path)
{
	char name[64];

	while (node && *path) {
		size_t n = strcspn(path, "/");

		if (n >= sizeof name)
			return NULL;
		memcpy(name, path, n);
		name[n] = '\0';
		node = xml_child(node, name);
		path += n + (path[n] == '/');
	}
	return node;
}

static const char *trimmed(struct arena *a, const char *s)
{
	size_t len;

	s += strspn(s, " \t\r\n");
	len = strlen(s);
	while (len && strchr(" \t\r\n", s[len - 1]))
		len--;
	return len ? arena_strndup(a, s, len) : NULL;
}

const char *xml_text(struct arena *a, const xmlNode *node)
{
	xmlChar *s;
	const char *text;

	if (!node)
		return NULL;
	for (const xmlNode *n = node->children; n; n = n->next) {
		if (n->type == XML_ELEMENT_NODE)
			return NULL;
	}
	s = xmlNodeGetContent(node);
	text = s ? trimmed(a, (const char *)s) : NULL;
	xmlFree(s);
	return text;
}

const char *xml_attribute(struct arena *a, const xmlNode *node, const char *name)
{
	xmlChar *s = node ? xmlGetNoNsProp(node, (const xmlChar *)name) : NULL;
	const char *text = s ? arena_strdup(a, (const char *)s) : NULL;

	xmlFree(s);
	return text;
}

bool xml_duration(const xmlNode *node, int64_t *seconds)
{
	struct arena a = { 0 };
	const char *text = xml_text(&a, node);
	bool ok = text && duration_parse(text, seconds);

	arena_free(&a);
	return ok;
}
