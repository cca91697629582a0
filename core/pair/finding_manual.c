#include "core/pair/finding.h"

/* mdoc acts on a dot or an apostrophe at the start of a line, and on a backslash anywhere. */
static void add_text(struct buf *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		buf_adds(out, "\\&");
	for (; *text != '\0'; text++)
		if (*text == '\\')
			buf_adds(out, "\\e");
		else
			buf_addc(out, *text);
	buf_addc(out, '\n');
}

void findings_manual(struct buf *out)
{
	buf_adds(out, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < check_count; i++) {
		buf_addf(out, ".It Sy %s\n", checks[i].id);
		buf_addf(out, "%s.\n", checks[i].title);
		add_text(out, checks[i].rule);
	}
	buf_adds(out, ".El\n");
}
