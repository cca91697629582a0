/* config check: failover.xml read and validated, no host touched. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/data.h"
#include "core/pair/config.h"
#include "tui/command/command.h"
#include "tui/command/json.h"
#include "tui/command/say.h"

static json_t *instance_json(const struct instance_config *i)
{
	json_t *o = json_object();

	json_object_set_new(o, "name", json_text(i->name));
	json_object_set_new(o, "role", json_text(role_name(i->role)));
	json_object_set_new(o, "host", json_text(i->host));
	if (i->port != 0)
		json_object_set_new(o, "port", json_integer(i->port));
	if (i->user != NULL)
		json_object_set_new(o, "user", json_text(i->user));
	json_object_set_new(o, "configuration", json_text(i->configuration));
	return o;
}

static json_t *pair_json(const struct pair_config *p)
{
	json_t *o = json_object(), *instances = json_array(), *servers = json_array();

	json_object_set_new(o, "name", json_text(p->name));
	json_object_set_new(o, "mode", json_text(mode_name(p->mode)));
	for (size_t k = 0; k < 2; k++)
		json_array_append_new(instances, instance_json(&p->instance[k]));
	json_object_set_new(o, "instances", instances);
	for (size_t k = 0; k < p->name_server_count; k++)
		json_array_append_new(servers, json_text(p->name_servers[k]));
	json_object_set_new(o, "name_servers", servers);
	json_object_set_new(o, "failover_time", json_integer(p->failover_time));
	json_object_set_new(o, "margin", json_integer(p->margin));
	return o;
}

static json_t *config_json(const char *path, const struct config *config, const struct err *e)
{
	json_t *o = json_object(), *pairs;

	json_object_set_new(o, "schema", json_integer(1));
	json_object_set_new(o, "file", json_text(path));
	json_object_set_new(o, "ok", json_boolean(config != NULL));
	if (config == NULL) {
		json_object_set_new(o, "error", json_text(e->text));
		json_object_set_new(o, "hint", json_text(e->hint));
		return o;
	}
	pairs = json_array();
	for (size_t i = 0; i < config->pair_count; i++)
		json_array_append_new(pairs, pair_json(&config->pairs[i]));
	json_object_set_new(o, "pairs", pairs);
	return o;
}

static void print_text(const struct config *config)
{
	printf("%s: valid\n", config->path);
	for (size_t i = 0; i < config->pair_count; i++) {
		const struct pair_config *p = &config->pairs[i];
		char time[DURATION_TEXT], margin[DURATION_TEXT];

		printf("pair %s, %s\n", p->name, mode_name(p->mode));
		for (size_t k = 0; k < 2; k++) {
			const struct instance_config *in = &p->instance[k];
			struct buf port = { 0 };

			if (in->port != 0)
				buf_addf(&port, " port %d", in->port);
			printf("  %-8s %s: %s%s%s%s\n", role_name(in->role), in->name, in->user != NULL ? in->user : "",
			       in->user != NULL ? "@" : "", in->host, buf_str(&port));
			buf_free(&port);
		}
		printf("  public  ");
		for (size_t k = 0; k < p->name_server_count; k++)
			printf(" %s", p->name_servers[k]);
		duration_text(time, p->failover_time);
		duration_text(margin, p->margin);
		printf("%s\n  failover time %s until measured, margin %s\n", p->name_server_count == 0 ? " none" : "",
		       time, margin);
	}
}

int command_config(const struct args *args, const struct ports *ports)
{
	const char *const words[] = { "check" };
	struct config *config = NULL;
	const struct pair_config *pair;
	char *path = NULL, *rng = data_path("schema/failover.rng");
	struct err e = { 0 };
	enum rc rc;

	(void)ports;
	if (strcmp(args->words[0], words[0]) != 0) {
		const char *near = nearest_name(args->words[0], words, 1);

		free(rng);
		return say_refusal(rc_exit_code(RC_USAGE), "usage: ods-failover config check",
		                   near != NULL ? "unknown word behind config; did you mean check?"
		                                : "config knows only check");
	}
	rc = config_find(&path, args->config_file, &e);
	if (rc == RC_OK)
		rc = config_load(&config, path, rng, &e);
	if (args->json && (rc == RC_OK || rc == RC_CONFIG))
		json_print(config_json(path, config, &e));
	if (rc == RC_OK && args->pair != NULL)
		rc = config_pair(config, args->pair, &pair, &e);
	if (rc == RC_OK && !args->json)
		print_text(config);
	config_free(&config);
	free(path);
	free(rng);
	return rc == RC_OK ? 0 : say_error(&e);
}
