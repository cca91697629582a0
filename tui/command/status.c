/* status, check, keys: one observation, printed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "core/pair/zone_study.h"
#include "tui/command/json_board.h"
#include "tui/command/say.h"
#include "tui/command/sitting.h"
#include "tui/command/text_board.h"

/* Opens and observes; *board is the caller's. Returns 0, or the exit status after the sentence. */
static int observe_pair(struct sitting *s, const struct args *args, const struct ports *ports, enum run_kind kind,
                        struct board **board)
{
	struct err e = { 0 };
	enum rc rc = sitting_open(s, args, ports, &e);

	*board = rc == RC_OK ? sitting_observe(s, kind, &e) : NULL;
	return *board != NULL ? 0 : say_error(&e);
}

static void print_title(const struct board *b)
{
	char at[TIME_TEXT];

	time_text(at, b->at);
	printf("%s   %s\n", b->pair->name, at);
}

/* Whole zones are compared only where that is soon done: within this time for all, and this much for one. What is not
 * compared stays unknown. */
enum { DIFF_S = 15 };
#define DIFF_OCTETS ((uint64_t)32 * 1000 * 1000)

static void add_diff(struct sitting *s, const struct board *b, const char *dir, json_t *zone, int64_t until_ms)
{
	const struct board_zone *z = board_zone(b, json_string_value(json_object_get(zone, "name")));
	int64_t left_s = (until_ms - clock_mono_ms() + 999) / 1000;
	struct study_args args = { .hosts = s->hosts,
		                   .board = b,
		                   .zone = z != NULL ? z->name : "",
		                   .dir = dir,
		                   .samples = 0,
		                   .compare = true,
		                   .timeout_s = (int)left_s,
		                   .cancel = s->cancel };
	struct zone_study *study;
	char why[300];

	if (z == NULL || left_s <= 0 || zone_study_size(z) > DIFF_OCTETS)
		return;
	for (int k = 0; k < 2; k++)
		if (zone_study_side(b, z, k, why, sizeof why) != STUDY_READ)
			return;
	study = zone_study_make(&args);
	if (study->compared)
		json_object_set_new(zone, "diff", difference_counts_json(&study->difference));
	zone_study_free(&study);
}

static void add_diffs(struct sitting *s, const struct board *b, json_t *board)
{
	int64_t until_ms = clock_mono_ms() + (int64_t)DIFF_S * 1000;
	char *dir = sitting_zone_dir(s);
	json_t *zone;
	size_t i;

	json_array_foreach(json_object_get(board, "zones"), i, zone) add_diff(s, b, dir, zone, until_ms);
	free(dir);
}

int command_status(const struct args *args, const struct ports *ports)
{
	struct sitting s = { 0 };
	struct board *b = NULL;
	int status = observe_pair(&s, args, ports, KIND_SWITCHOVER, &b);

	if (b != NULL) {
		status = board_exit_code(b);
		if (args->json) {
			json_t *board = board_json(b);

			add_diffs(&s, b, board);
			json_print(board);
		} else {
			print_title(b);
			print_slack(b);
			putchar('\n');
			print_instances(b);
			print_kept_aside(b);
			putchar('\n');
			print_findings(b);
			putchar('\n');
			print_zones(b);
		}
	}
	board_unref(&b);
	sitting_close(&s);
	return status;
}

/* As monitoring plugins print it: a word, a summary, and figures behind a bar. */
static void print_summary(const struct board *b)
{
	static const char *const words[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };
	size_t counts[SEV_STOP + 1] = { 0 };
	char slack[DURATION_TEXT] = "unknown";
	int status = board_exit_code(b);

	for (size_t i = 0; i < b->finding_count; i++)
		counts[b->findings[i].severity]++;
	if (b->slack.seconds.ok)
		duration_text(slack, b->slack.seconds.v);
	printf("%s: %s %s %s to %s: ", words[status], b->pair->name, run_kind_name(b->kind),
	       b->pair->instance[b->active].name, b->pair->instance[b->standby].name);
	printf("%zu stop, %zu unknown, %zu warn, slack %s%s", counts[SEV_STOP], counts[SEV_UNKNOWN], counts[SEV_WARN],
	       b->slack.at_most ? "at most " : "", slack);
	/* Below 0 is critical. An unknown figure is U, as the guidelines for plugins have it. */
	if (b->slack.seconds.ok)
		printf(" | slack=%llds;;0:;; ", (long long)b->slack.seconds.v);
	else
		printf(" | slack=U;;0:;; ");
	printf("stop=%zu;;;0; unknown=%zu;;;0; warn=%zu;;;0; zones=%zu;;;0;\n", counts[SEV_STOP], counts[SEV_UNKNOWN],
	       counts[SEV_WARN], b->zone_count);
}

int command_check(const struct args *args, const struct ports *ports)
{
	struct sitting s = { 0 };
	struct board *b = NULL;
	enum run_kind kind;
	struct err e = { 0 };
	int status;

	if (sitting_kind(args, &kind, &e) != RC_OK)
		return say_error(&e);
	status = observe_pair(&s, args, ports, kind, &b);
	if (b != NULL) {
		status = board_exit_code(b);
		if (args->json) {
			json_print(check_json(b));
		} else {
			print_summary(b);
			print_findings(b);
		}
	}
	board_unref(&b);
	sitting_close(&s);
	return status;
}

int command_keys(const struct args *args, const struct ports *ports)
{
	struct sitting s = { 0 };
	struct board *b = NULL;
	int status = observe_pair(&s, args, ports, KIND_SWITCHOVER, &b);

	/* A zone is only unknown when all there are were seen. */
	for (size_t i = 0; b != NULL && i < args->word_count; i++)
		if (board_zone(b, args->words[i]) == NULL && b->zone_count > 0) {
			struct buf shown = { 0 };

			str_escape(&shown, args->words[i], strlen(args->words[i]), 80);
			status = say_refusal(rc_exit_code(RC_USAGE), "ods-failover status lists the zones",
			                     "no zone %s", buf_str(&shown));
			buf_free(&shown);
			board_unref(&b);
		}
	if (b != NULL) {
		if (args->json)
			json_print(keys_json(b, args->words, args->word_count));
		else
			print_keys(b, args->words, args->word_count);
		for (int k = 0; k < 2; k++)
			if (!b->obs[k]->reachable) {
				say_unobserved(b, k);
				status = rc_exit_code(RC_UNKNOWN);
			}
	}
	board_unref(&b);
	sitting_close(&s);
	return status;
}
