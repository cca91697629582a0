/* config_check.h -- what failover.xml may hold, as a table: for errors that name the line and what is allowed there,
 * and for the manual. The schema failover.rng says the same; a test keeps them in step. */
#ifndef ODSF_CORE_PAIR_CONFIG_CHECK_H
#define ODSF_CORE_PAIR_CONFIG_CHECK_H

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

/* What an element or attribute holds. */
struct config_value {
	const char *allowed;          /* "1 to 65535": ends the sentence "… ; allowed: " */
	bool (*ok)(const char *text); /* @text without blanks around it */
};

struct config_element {
	const char *parent; /* NULL: the root */
	const char *name;
	const char *attributes[2]; /* each must be there; NULL for none */
	const struct config_value *attribute_values[2];
	const struct config_value *value; /* of its text; NULL: it holds elements only */
	unsigned min, max;                /* how often in its parent; max 0: any number */
	const char *means;                /* one sentence, for the manual */
	const char *otherwise;            /* what holds where it is not given; NULL: it must be, or nothing */
};

extern const struct config_element config_elements[];
extern const size_t config_element_count;

/* The first thing in @doc that is not allowed, as "FILE:LINE: sentence" with what is allowed as the hint: RC_CONFIG. */
MUST_CHECK enum rc config_check(const xmlDoc *doc, const char *path, struct err *e);

/* The text of @node without blanks around it; the attribute @attribute of it. The caller frees; NULL when absent. */
char *config_text(const xmlNode *node);
char *config_attribute(const xmlNode *node, const char *attribute);

/* The next child element of @parent named @name after @after (NULL: the first); NULL when there is none. */
const xmlNode *config_child(const xmlNode *parent, const char *name, const xmlNode *after);

#endif
