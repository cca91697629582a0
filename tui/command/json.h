/* json.h -- facts as JSON, by tables: one row a field, made of the object that it belongs to. null is unknown; a field
 * that does not apply is absent. The names are those of the manual and stay. */
#ifndef ODSF_TUI_COMMAND_JSON_H
#define ODSF_TUI_COMMAND_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_field {
	const char *name;
	/* A new reference; NULL: does not apply, left out. @whole: what it is part of. */
	json_t *(*make)(const void *whole, const void *item);
};

json_t *json_by(const struct json_field *fields, size_t count, const void *whole, const void *item);
#define JSON_BY(fields, whole, item) json_by(fields, sizeof(fields) / sizeof *(fields), whole, item)

/* Adds the fields to an object that is there already. */
void json_add(json_t *object, const struct json_field *fields, size_t count, const void *whole, const void *item);
#define JSON_ADD(object, fields, whole, item) json_add(object, fields, sizeof(fields) / sizeof *(fields), whole, item)

json_t *json_text(const char *s);           /* NULL gives null; what is no UTF-8 is escaped */
json_t *json_text_or_absent(const char *s); /* NULL gives NULL */
json_t *json_time(int64_t t);               /* "2026-11-24T03:12:45Z"; 0 gives null */
json_t *json_bool(bool known, bool value);

/* Prints it on stdout and drops the reference: laid out for the eye, or on one line. */
void json_print(json_t *json);
void json_print_line(json_t *json);

#endif
