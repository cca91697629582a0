/* xml.h -- how OpenDNSSEC's XML files are read: nothing is fetched, no entity is expanded, no DOCTYPE is accepted, and
 * libxml2 prints nothing. Messages name file and line, never a word of the content: it may be a secret. */
#ifndef ODSF_CORE_OPENDNSSEC_XML_H
#define ODSF_CORE_OPENDNSSEC_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libxml/tree.h>

#include "core/base/arena.h"
#include "core/base/err.h"

/* Parses @text, whose root has to be @root; @file is for messages. RC_PARSE otherwise, *@doc is NULL then.
 * The caller ends it with xml_free(). */
MUST_CHECK enum rc xml_parse(xmlDoc **doc, const char *file, const char *root, const char *text, size_t len,
                             struct err *e);
void xml_free(xmlDoc **doc);

/* First child element @name of @parent, or the next one of that name behind @node; NULL when there is none. @parent and
 * @node may be NULL. */
xmlNode *xml_child(const xmlNode *parent, const char *name);
xmlNode *xml_next(const xmlNode *node, const char *name);
/* The element at "Enforcer/Datastore/SQLite" below @node. */
xmlNode *xml_path(xmlNode *node, const char *path);

/* Text of an element without white space around it, in the arena; NULL when @node is NULL, has child elements or is
 * empty. */
const char *xml_text(struct arena *a, const xmlNode *node);
const char *xml_attribute(struct arena *a, const xmlNode *node, const char *name);
/* As a duration of ods-timing(5); false when absent or not one. */
bool xml_duration(const xmlNode *node, int64_t *seconds);

#endif
