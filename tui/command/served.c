#include "tui/command/served.h"

#include <string.h>

#include "core/base/clock.h"
#include "tui/command/interrupt.h"
#include "tui/command/say.h"

static void close_zone(struct served *s)
{
	scan_clear(&s->scan);
	s->scan.source.fd = s->scan.source.spool = -1;
	zone_copy_free(&s->copy);
}

int served_open(struct served *s, const struct args *args, const struct ports *ports)
{
	*s = (struct served){ .server = args->server, .scan = { .source = { .fd = -1, .spool = -1 } } };
	if (args->file != NULL || args->origin != NULL || args->replay || args->word_count == 0)
		return say_refusal(rc_exit_code(RC_USAGE), "ods-failover verify --server 192.0.2.53 example.org",
		                   "--server goes with the zones to ask it for, and with no file");
	s->cancel = interrupt_catch();
	s->resolver = ports->resolver();
	return 0;
}

void served_close(struct served *s)
{
	close_zone(s);
	if (s->resolver != NULL)
		s->resolver->ops->free(&s->resolver);
}

enum rc served_zone(struct served *s, const char *zone, struct err *e)
{
	struct zone_copy_args args = { .resolver = s->resolver,
		                       .server = s->server,
		                       .zone = zone,
		                       .timeout_s = ZONE_COPY_SILENCE,
		                       .cancel = s->cancel };
	enum rc rc;

	close_zone(s);
	s->copy = zone_copy_start(&args);
	rc = zone_copy_ended(s->copy, e);
	if (rc == RC_OK)
		rc = zone_copy_scan(s->copy, &s->scan, zone, NULL, e);
	return rc;
}

json_t *served_json(const struct served *s)
{
	json_t *o = json_object();

	json_object_set_new(o, "schema", json_integer(1));
	json_object_set_new(o, "server", json_text(s->server));
	json_object_set_new(o, "at", json_time(clock_now()));
	return o;
}
