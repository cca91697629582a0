#include "tui/command/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/str.h"

void json_add(json_t *object, const struct json_field *fields, size_t count, const void *whole, const void *item)
{
	for (size_t i = 0; i < count; i++) {
		json_t *value = fields[i].make(whole, item);

		if (value != NULL)
			json_object_set_new(object, fields[i].name, value);
	}
}

json_t *json_by(const struct json_field *fields, size_t count, const void *whole, const void *item)
{
	json_t *object = json_object();

	json_add(object, fields, count, whole, item);
	return object;
}

json_t *json_text(const char *s)
{
	struct buf b = { 0 };
	json_t *json;

	if (s == NULL)
		return json_null();
	json = json_string(s);
	if (json != NULL)
		return json;
	str_escape(&b, s, strlen(s), 4 * strlen(s));
	json = json_string(buf_str(&b));
	buf_free(&b);
	return json != NULL ? json : json_null();
}

json_t *json_text_or_absent(const char *s)
{
	return s != NULL ? json_text(s) : NULL;
}

json_t *json_time(int64_t t)
{
	char text[TIME_TEXT];

	if (t == 0)
		return json_null();
	time_text(text, t);
	return json_string(text);
}

json_t *json_bool(bool known, bool value)
{
	return known ? json_boolean(value) : json_null();
}

static void print(json_t *json, size_t flags)
{
	char *text = json_dumps(json, flags);

	if (text != NULL)
		(void)puts(text);
	free(text);
	json_decref(json);
	(void)fflush(stdout);
}

void json_print(json_t *json)
{
	print(json, JSON_INDENT(2));
}

void json_print_line(json_t *json)
{
	print(json, JSON_COMPACT);
}
