#include "tui/command/difference.h"

#include <stdio.h>

#include "tui/command/json_board.h"
#include "tui/command/say.h"

static json_t *texts_json(const char *const *texts, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, json_text(texts[i]));
	return array;
}

static json_t *change_json(const struct zone_change *c)
{
	json_t *o = json_object();

	json_object_set_new(o, "band", json_text(zone_band_name(c->band)));
	json_object_set_new(o, "owner", json_text(c->owner));
	json_object_set_new(o, "type", json_text(c->type));
	json_object_set_new(o, "left", texts_json(c->left, c->left_count));
	json_object_set_new(o, "right", texts_json(c->right, c->right_count));
	json_object_set_new(o, "text", json_text(c->text));
	return o;
}

static json_t *serial_json(const struct zone_difference *d)
{
	static const char *const orders[] = { "less", "equal", "greater", "undefined" };
	json_t *o = json_object();

	json_object_set_new(o, "left", json_integer(d->serials[0]));
	json_object_set_new(o, "right", json_integer(d->serials[1]));
	json_object_set_new(o, "order", json_text(orders[d->order - SERIAL_LESS]));
	if (d->serial_note != NULL)
		json_object_set_new(o, "text", json_text(d->serial_note));
	return o;
}

json_t *difference_json(const struct zone_difference *d)
{
	json_t *zone = json_object(), *changes = json_array();

	json_object_set_new(zone, "name", json_text(d->zone));
	json_object_set_new(zone, "equal", json_boolean(d->equal));
	json_object_set_new(zone, "serial", serial_json(d));
	json_object_set_new(zone, "counts", difference_counts_json(d));
	for (size_t i = 0; i < d->change_count; i++)
		json_array_append_new(changes, change_json(&d->changes[i]));
	json_object_set_new(zone, "changes", changes);
	return zone;
}

static void print_band(const struct zone_difference *d, enum zone_band band)
{
	uint64_t shown = 0;

	for (size_t i = 0; i < d->change_count; i++) {
		if (d->changes[i].band != band)
			continue;
		printf("%s %s: ", severity_mark(SEV_WARN), zone_band_name(band));
		print_escaped(stdout, d->changes[i].text, 500);
		putchar('\n');
		shown++;
	}
	if (shown < d->counts[band])
		printf("  and %llu more of %s\n", (unsigned long long)(d->counts[band] - shown), zone_band_name(band));
}

void difference_print(const struct zone_difference *d)
{
	print_escaped(stdout, d->zone, 255);
	printf(": %s; ", d->equal ? "equal" : "different");
	for (int band = 0; band < BAND_COUNT; band++)
		printf("%s%s %llu", band > 0 ? ", " : "", zone_band_name((enum zone_band)band),
		       (unsigned long long)d->counts[band]);
	putchar('\n');
	if (d->serial_note != NULL) {
		(void)fputs("  ", stdout);
		print_escaped(stdout, d->serial_note, 300);
		putchar('\n');
	}
	for (int band = 0; band < BAND_TIMING; band++)
		print_band(d, (enum zone_band)band);
}

json_t *difference_unknown_json(const char *name, const char *why)
{
	json_t *zone = json_object();

	json_object_set_new(zone, "name", json_text(name));
	json_object_set_new(zone, "equal", json_null());
	json_object_set_new(zone, "counts", json_null());
	json_object_set_new(zone, "changes", json_array());
	json_object_set_new(zone, "why", json_text(why));
	return zone;
}
