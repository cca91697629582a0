#include "tui/console/theme.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <libxml/parser.h>
#include <libxml/relaxng.h>

#include "core/base/buf.h"
#include "core/base/data.h"
#include "core/base/mem.h"
#include "core/base/str.h"

static const char *const colour_names[] = {
	"black",       "red",          "green",      "yellow",       "blue",          "magenta",     "cyan",
	"white",       "bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta",
	"bright-cyan", "bright-white",
};

static const char allowed_colours[] = "default, black, red, green, yellow, blue, magenta, cyan, white, each also with "
                                      "bright- before it, or a number from 0 to 255";

bool look_equal(const struct look *a, const struct look *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->bold == b->bold && a->dim == b->dim && a->reverse == b->reverse &&
	       a->underline == b->underline;
}

/* What is being read: for messages that name file and line. */
struct reader {
	const char *path;
	struct theme theme;
	bool seen[STYLE_COUNT];
};

static enum rc refuse(const struct reader *r, long line, struct err *e, const char *what, const char *allowed)
{
	struct buf safe = { 0 };
	enum rc rc;

	str_escape(&safe, what, strlen(what), 150);
	rc = err_set(e, RC_CONFIG, "%s:%ld: %s", r->path, line, buf_str(&safe));
	if (allowed != NULL)
		err_hint(e, "allowed: %s", allowed);
	buf_free(&safe);
	return rc;
}

static bool colour(const char *text, short *out)
{
	uint64_t n;

	if (strcmp(text, "default") == 0) {
		*out = COLOUR_DEFAULT;
		return true;
	}
	for (size_t i = 0; i < sizeof colour_names / sizeof *colour_names; i++)
		if (strcmp(text, colour_names[i]) == 0) {
			*out = (short)i;
			return true;
		}
	if (!str_u64(text, 255, &n))
		return false;
	*out = (short)n;
	return true;
}

static bool boolean(const char *text, bool *out)
{
	*out = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
	return *out || strcmp(text, "false") == 0 || strcmp(text, "0") == 0;
}

static enum rc read_attribute(struct reader *r, struct look *look, const xmlNode *node, const char *name,
                              const char *value, struct err *e)
{
	const struct {
		const char *name;
		bool *flag;
		short *colour;
	} fields[] = {
		{ "fg", NULL, &look->fg },           { "bg", NULL, &look->bg },
		{ "bold", &look->bold, NULL },       { "dim", &look->dim, NULL },
		{ "reverse", &look->reverse, NULL }, { "underline", &look->underline, NULL },
	};
	char what[120];

	if (strcmp(name, "role") == 0)
		return RC_OK;
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		if (strcmp(name, fields[i].name) != 0)
			continue;
		if (fields[i].flag != NULL ? boolean(value, fields[i].flag) : colour(value, fields[i].colour))
			return RC_OK;
		snprintf(what, sizeof what, "\"%.60s\" is no value for %s", value, name);
		return refuse(r, xmlGetLineNo(node), e, what, fields[i].flag != NULL ? "true, false" : allowed_colours);
	}
	snprintf(what, sizeof what, "unknown attribute \"%.60s\" of Style", name);
	return refuse(r, xmlGetLineNo(node), e, what, "role, fg, bg, bold, dim, reverse, underline");
}

static enum rc read_style(struct reader *r, const xmlNode *node, struct err *e)
{
	char *role = (char *)xmlGetProp(node, (const xmlChar *)"role");
	struct look look = { .fg = COLOUR_DEFAULT, .bg = COLOUR_DEFAULT };
	enum style style = STYLE_COUNT;
	struct buf names = { 0 };
	char what[120];
	enum rc rc = RC_OK;

	for (int i = 0; i < STYLE_COUNT; i++) {
		buf_addf(&names, "%s%s", i > 0 ? ", " : "", style_name((enum style)i));
		if (role != NULL && strcmp(role, style_name((enum style)i)) == 0)
			style = (enum style)i;
	}
	if (style == STYLE_COUNT)
		snprintf(what, sizeof what, "unknown role \"%.60s\"", role != NULL ? role : "");
	else if (r->seen[style])
		snprintf(what, sizeof what, "a second Style for \"%s\"", role);
	if (style == STYLE_COUNT || r->seen[style])
		rc = refuse(r, xmlGetLineNo(node), e, what, buf_str(&names));
	for (const xmlAttr *a = node->properties; a != NULL && rc == RC_OK; a = a->next) {
		char *value = (char *)xmlNodeListGetString(node->doc, a->children, 1);

		rc = read_attribute(r, &look, node, (const char *)a->name, value != NULL ? value : "", e);
		xmlFree(value);
	}
	if (rc == RC_OK) {
		r->theme.look[style] = look;
		r->seen[style] = true;
	}
	buf_free(&names);
	xmlFree(role);
	return rc;
}

static enum rc read_theme(struct reader *r, const xmlNode *root, struct err *e)
{
	char what[120];
	char *name;
	enum rc rc = RC_OK;

	if (root == NULL || strcmp((const char *)root->name, "Theme") != 0)
		return refuse(r, root != NULL ? xmlGetLineNo(root) : 1, e, "this is not a theme",
		              "the element Theme at the root");
	name = (char *)xmlGetProp(root, (const xmlChar *)"name");
	str_copy(r->theme.name, sizeof r->theme.name, name != NULL ? name : "");
	xmlFree(name);
	for (const xmlNode *n = root->children; n != NULL && rc == RC_OK; n = n->next) {
		if (n->type != XML_ELEMENT_NODE || strcmp((const char *)n->name, "About") == 0)
			continue;
		if (strcmp((const char *)n->name, "Style") == 0) {
			rc = read_style(r, n, e);
		} else {
			snprintf(what, sizeof what, "unknown element \"%.60s\"", (const char *)n->name);
			rc = refuse(r, xmlGetLineNo(n), e, what, "About, Style");
		}
	}
	for (int i = 0; i < STYLE_COUNT; i++)
		if (!r->seen[i] && i != STYLE_TEXT)
			r->theme.look[i] = r->theme.look[STYLE_TEXT];
	return rc;
}

/* libxml2 would print on the terminal else. */
static void keep_first(void *ctx, xmlErrorPtr error)
{
	struct err *e = ctx;

	if (e->text[0] == '\0')
		err_set(e, RC_CONFIG, "%s:%d: %.*s", error->file != NULL ? error->file : "", error->line,
		        (int)strcspn(error->message != NULL ? error->message : "", "\n"),
		        error->message != NULL ? error->message : "");
}

static enum rc validate(xmlDoc *doc, const char *path, struct err *e)
{
	char *rng = data_path("schema/theme.rng");
	xmlRelaxNGParserCtxt *parser = xmlRelaxNGNewParserCtxt(rng);
	xmlRelaxNG *schema = NULL;
	xmlRelaxNGValidCtxt *valid = NULL;
	struct err why = { 0 };
	enum rc rc = RC_OK;

	if (parser != NULL) {
		xmlRelaxNGSetParserStructuredErrors(parser, keep_first, &why);
		schema = xmlRelaxNGParse(parser);
	}
	if (schema == NULL) {
		rc = err_set(e, RC_CONFIG, "%s: the schema for themes can't be read", rng);
		goto done;
	}
	valid = xmlRelaxNGNewValidCtxt(schema);
	xmlRelaxNGSetValidStructuredErrors(valid, keep_first, &why);
	if (xmlRelaxNGValidateDoc(valid, doc) != 0) {
		rc = err_set(e, RC_CONFIG, "%s", why.text[0] != '\0' ? why.text : path);
		err_hint(e, "the format is in %s", rng);
	}
done:
	xmlRelaxNGFreeValidCtxt(valid);
	xmlRelaxNGFree(schema);
	xmlRelaxNGFreeParserCtxt(parser);
	free(rng);
	return rc;
}

/* The names of the program's own themes, for the message. */
static enum rc no_such(const char *name, const char *path, struct err *e)
{
	enum rc rc = err_set(e, RC_CONFIG, "theme %.60s: %.150s can't be read", name, path);

	err_hint(e, "give default, light, mono, high-contrast, or the path of a theme file, with a / in it");
	return rc;
}

enum rc theme_load(struct theme *theme, const char *name, struct err *e)
{
	char *relative = xasprintf("themes/%s.xml", name);
	char *path = strchr(name, '/') != NULL ? xstrdup(name) : data_path(relative);
	xmlParserCtxt *ctxt = xmlNewParserCtxt();
	xmlDoc *doc = NULL;
	struct reader r = { .path = path };
	const xmlError *last;
	enum rc rc;

	for (int i = 0; i < STYLE_COUNT; i++)
		r.theme.look[i] = (struct look){ .fg = COLOUR_DEFAULT, .bg = COLOUR_DEFAULT };
	if (access(path, R_OK) != 0) {
		rc = no_such(name, path, e);
		goto done;
	}
	doc = xmlCtxtReadFile(ctxt, path, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (doc == NULL) {
		last = xmlCtxtGetLastError(ctxt);
		rc = err_set(e, RC_CONFIG, "%s:%d: %.*s", path, last != NULL ? last->line : 0,
		             last != NULL ? (int)strcspn(last->message, "\n") : 0, last != NULL ? last->message : "");
		goto done;
	}
	rc = read_theme(&r, xmlDocGetRootElement(doc), e);
	if (rc == RC_OK)
		rc = validate(doc, path, e);
	if (rc == RC_OK)
		*theme = r.theme;
done:
	xmlFreeDoc(doc);
	xmlFreeParserCtxt(ctxt);
	free(path);
	free(relative);
	return rc;
}
