/* step_kit.h -- what the steps of all kinds share: a call of the far side whose status becomes a result, the sentence
 * of what was seen, waiting, and the facts that a later step, or another machine, needs. For core/run only. */
#ifndef ODSF_CORE_RUN_STEP_KIT_H
#define ODSF_CORE_RUN_STEP_KIT_H

#include "core/run/plan.h"
#include "core/run/step.h"

/* Attachments of a run by which its steps hand facts on. Text, one line a fact. */
#define FACT_PLAN "plan"         /* plan_json() */
#define FACT_SERIALS "serials"   /* step_serials.h */
#define FACT_DNSKEYS "dnskeys"   /* published DNSKEY records, as zone text */
#define FACT_MANIFEST "manifest" /* of the snapshot */
#define FACT_KEYS "keys"         /* the section of the far side's `keys`, taken with the snapshot */

/* Calls VERB with the words that follow, ended by NULL. RC_OK: status 0. RC_REMOTE: tried and failed; RC_BLOCKED: not
 * tried; RC_UNKNOWN: could not be observed. @a is the caller's to clear, whatever is returned. */
MUST_CHECK enum rc kit_do(struct step_ctx *c, struct host *h, struct far_answer *a, int timeout_s, struct err *e,
                          const char *verb, ...) __attribute__((sentinel));
/* As kit_do() with @input on the verb's standard input. */
MUST_CHECK enum rc kit_feed(struct step_ctx *c, struct host *h, struct far_answer *a, int timeout_s,
                            const struct buf *input, struct err *e, const char *verb, ...) __attribute__((sentinel));
/* Makes a status of @a an rc with the far side's sentence. */
enum rc kit_status(const struct host *h, const char *verb, const struct far_answer *a, struct err *e);

/* The text of the section @name of an answer that is RC_OK, in @a. RC_UNKNOWN, "HOST: @sentence", when it is not
 * there or what made it failed. */
MUST_CHECK enum rc kit_text(const struct host *h, const struct far_answer *a, const char *name, const char *sentence,
                            const char **text, struct err *e);

bool kit_is(const struct far_answer *a, const char *key, const char *value);
int64_t kit_number(const struct far_answer *a, const char *key); /* -1 when absent or no number */

/* Begins, and goes on with, the sentence of what was seen. */
void kit_saw(struct step_ctx *c, const char *fmt, ...) PRINTF(2, 3);
void kit_saw_too(struct step_ctx *c, const char *fmt, ...) PRINTF(2, 3);
void kit_warn(struct step_ctx *c, const char *fmt, ...) PRINTF(2, 3);

/* Waits at most @ms, or until the run is cancelled; keeps the lease alive. */
MUST_CHECK enum rc kit_wait(struct step_ctx *c, int ms, struct err *e);

MUST_CHECK enum rc kit_keep(struct step_ctx *c, const char *name, const char *text, struct err *e);
/* RC_UNKNOWN when the run has no such fact. */
MUST_CHECK enum rc kit_recall(struct step_ctx *c, const char *name, struct buf *text, struct err *e);

/* Copies the next line of *@p to @line and splits it at @sep; returns how many fields, 0 at the end. Lines longer than
 * @cap are cut. */
size_t kit_fields(const char **p, char *line, size_t cap, char sep, char **fields, size_t max);

/* check() of a step that has nothing to look at beforehand. */
enum step_state kit_todo(struct step_ctx *c, struct err *e);

/* Steps, by subject. What each does stands in the table (switchover.c). */
#define STEP_CHECK(name) enum step_state name(struct step_ctx *c, struct err *e)
#define STEP_DO(name) enum rc name(struct step_ctx *c, struct err *e)

/* step_lease.c */
STEP_CHECK(lease_check);
STEP_DO(lease_run);
STEP_DO(lease_verify);
STEP_DO(lease_undo);
STEP_CHECK(release_check);
STEP_DO(release_run);
STEP_DO(release_verify);
/* Who holds it: two consoles may have one run in hand. */
struct lease_console {
	char host[64];
	char pid[32]; /* "PID@MACHINE": many a machine has the same name, and the same pids */
};
void lease_console(struct lease_console *c);
/* Whether @pid of the machine @host is a process of this machine that is gone; false when that cannot be said. */
bool lease_is_gone(const char *host, const char *pid);
/* Keeps the lease: expires in @seconds. RC_BLOCKED: it is another's now; RC_CONNECT and the like: not known. */
MUST_CHECK enum rc lease_renew(struct step_ctx *c, int seconds, struct err *e);
/* step_roles.c */
STEP_CHECK(roles_check);
STEP_DO(roles_run);
STEP_DO(roles_verify);
/* step_gate.c */
STEP_DO(gate_verify);
/* step_daemons.c */
STEP_CHECK(enforce_check);
STEP_DO(enforce_run);
STEP_DO(enforce_verify);
STEP_DO(enforce_undo);
STEP_CHECK(stop_enforcer_check);
STEP_DO(stop_enforcer_run);
STEP_DO(stop_enforcer_verify);
STEP_DO(stop_enforcer_undo);
STEP_CHECK(stop_signer_check);
STEP_DO(stop_signer_run);
STEP_DO(stop_signer_verify);
STEP_DO(stop_signer_undo);
/* Both daemons of @h are gone from /proc: RC_BLOCKED when one runs, RC_UNKNOWN when that could not be seen. */
MUST_CHECK enum rc daemons_silent(struct step_ctx *c, struct host *h, struct err *e);
/* Stops a daemon of @h; asks before it kills a hung one. */
MUST_CHECK enum rc daemon_stop(struct step_ctx *c, struct host *h, const char *daemon, int seconds, struct err *e);
/* Starts one and waits until it answers. */
MUST_CHECK enum rc daemon_start(struct step_ctx *c, struct host *h, const char *daemon, struct err *e);
/* STEP_DONE: lives and answers. STEP_TODO: no process. STEP_UNSURE: anything else, @e says what. */
enum step_state daemon_state(struct step_ctx *c, struct host *h, const char *daemon, struct err *e);
/* step_start.c */
STEP_CHECK(start_enforcer_check);
STEP_DO(start_enforcer_run);
STEP_DO(start_enforcer_verify);
STEP_DO(start_enforcer_undo);
STEP_CHECK(start_signer_check);
STEP_DO(start_signer_run);
STEP_DO(start_signer_verify);
STEP_DO(start_signer_not_taken);
/* Waits for a task in the signer's queue: from then on it may be told things. */
MUST_CHECK enum rc signer_has_task(struct step_ctx *c, struct host *h, int seconds, struct err *e);
/* The same, and compares its zones with the plan's. */
MUST_CHECK enum rc signer_has_zones(struct step_ctx *c, struct host *h, int seconds, struct err *e);
/* step_backup.c */
STEP_DO(backup_prepare_run);
STEP_DO(backup_prepare_verify);
STEP_DO(backup_prepare_undo);
STEP_DO(backup_commit_run);
STEP_DO(backup_commit_verify);
STEP_DO(backup_commit_undo);
/* step_snapshot.c */
/* The old active's database, zone list and signer state are still those that were copied: RC_BLOCKED when not, as
 * somebody ran its daemons since; RC_UNKNOWN and the like: it could not be seen. */
MUST_CHECK enum rc snapshot_is_current(struct step_ctx *c, struct err *e);
STEP_CHECK(snapshot_check);
STEP_DO(snapshot_run);
STEP_DO(snapshot_verify);
STEP_DO(snapshot_undo);
STEP_CHECK(copy_check);
STEP_DO(copy_run);
STEP_DO(copy_verify);
STEP_DO(copy_undo);
/* step_prove.c */
STEP_DO(prove_verify);
/* step_swap.c */
STEP_CHECK(swap_check);
STEP_DO(swap_run);
STEP_DO(swap_verify);
STEP_DO(swap_undo);
STEP_CHECK(fence_check);
STEP_DO(fence_run);
STEP_DO(fence_verify);
STEP_DO(fence_undo);
STEP_DO(ready_run);
STEP_DO(ready_verify);
STEP_DO(ready_undo);
/* step_serials.c */
STEP_DO(compare_serials_verify);
STEP_CHECK(guard_check);
STEP_DO(guard_run);
STEP_DO(guard_verify);
STEP_DO(guard_undo);
/* step_sign.c */
STEP_CHECK(update_all_check);
STEP_DO(update_all_run);
STEP_DO(update_all_verify);
STEP_CHECK(sign_all_check);
STEP_DO(sign_all_run);
STEP_DO(sign_all_verify);
STEP_CHECK(publish_check);
STEP_DO(publish_run);
STEP_DO(publish_verify);
/* step_verify.c */
STEP_DO(verify_zones_verify);
STEP_DO(verify_public_verify);

#endif
