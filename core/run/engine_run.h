/* engine_run.h -- the inside of the engine: what its files share. */
#ifndef ODSF_CORE_RUN_ENGINE_RUN_H
#define ODSF_CORE_RUN_ENGINE_RUN_H

#include <pthread.h>
#include <stdatomic.h>

#include "core/run/engine.h"

/* What the journal says about a step. */
struct step_record {
	bool intent; /* was begun and not taken back: it may have had an effect */
	bool done;   /* its end state was seen */
	int attempts;
};

/* How it goes on after a step. */
enum next { NEXT_ON, NEXT_STOP, NEXT_UNDO, NEXT_REFUSE };

struct engine {
	struct engine_args args;
	const struct plan *plan;
	struct plan *own_plan; /* of a run that was taken up again; freed with the engine */
	struct journal_run run;
	bool begun; /* the run is in the journal */
	struct journal_text mirrored;
	struct step_ctx ctx;
	struct step_record *steps;
	size_t at;             /* the step in hand */
	enum step_status said; /* last of a step */
	enum next next;        /* what the operator answered, when a step ends for it */
	int warnings;          /* the run will end with issues */
	bool lease_held;       /* as far as is known */
	bool lease_lost;
	bool lease_doubt;   /* somebody else may have it by now: it is renewed before the next deed */
	int64_t asked_ms;   /* clock_boot_ms() of the last try to renew it */
	int64_t renewed_ms; /* of the last one that both instances granted, for so many seconds: */
	int renewed_s;
	atomic_bool stop_after;

	/* The mailbox: any thread puts, the engine's thread takes. */
	pthread_mutex_t lock;
	int answer_fd; /* eventfd: an answer is there */
	enum answer answer;
	char *typed;
	char **notes;
	size_t note_count, note_cap;
};

enum { LEASE_RENEW_MS = 60000, LEASE_FRESH_MS = 2000, LEASE_SPARE_SECONDS = 300 };

/* engine_talk.c: events, questions, journal entries. */
void engine_emit(struct engine *en, struct run_event ev, const char *text, const char *hint);
void engine_step_event(struct engine *en, enum step_status status, enum phase phase, enum rc rc, enum severity severity,
                       int64_t took_ms, const char *text, const char *hint);
/* What a step is that ended with @rc: it did not fail where its outcome is not known. */
enum step_status engine_failed_as(enum rc rc);
/* Asks and waits; ASK_FAILED of a step that was said to have failed, or to be unsure, just before. @typed: what came
 * with it, the caller's; may be NULL. RC_CANCELLED when the run is to end. */
MUST_CHECK enum rc engine_question(struct engine *en, enum question q, bool can_undo, const char *text,
                                   const char *hint, enum answer *answer, char **typed, struct err *e);
MUST_CHECK enum rc engine_write(struct engine *en, size_t index, enum phase phase, enum rc rc, int64_t took_ms,
                                const char *text, struct err *e);
/* Notes that came meanwhile go into the journal. */
MUST_CHECK enum rc engine_take_notes(struct engine *en, struct err *e);
/* ctx callbacks. */
enum rc engine_ask(void *ctx, const char *question, struct err *e);
void engine_warn(void *ctx, const char *sentence);
void engine_progress(void *ctx, uint64_t done, uint64_t total, const char *text);
enum rc engine_beat(void *ctx, struct err *e);
/* Seconds for which the lease has to last where @s comes next. */
int engine_lease_need(const struct step *s);
/* Both instances have renewed it just now, for so many seconds. */
void engine_renewed(struct engine *en, int seconds);
/* Renews it for so many seconds. RC_BLOCKED: it is lost, or has run out and could not be renewed. */
MUST_CHECK enum rc engine_hold_lease(struct engine *en, int seconds, struct err *e);
/* Makes it last for @s, which may hold a host's line for long; nothing is asked when that was done a moment ago. */
MUST_CHECK enum rc engine_extend_lease(struct engine *en, const struct step *s, struct err *e);

/* engine_mirror.c */
/* Puts the run's journal on both instances, and where @lease_s is above 0 renews the lease for so many seconds by the
 * same call; that it is not ours any more is no failure here, extend_lease() sees it. RC of the first that failed. */
MUST_CHECK enum rc engine_mirror(struct engine *en, int lease_s, int timeout_s, struct err *e);
/* Mirrors; a failure is only shown. */
void engine_mirror_or_say(struct engine *en, int lease_s, int timeout_s);
/* Takes from both instances what the journal here does not have: runs of this pair, newest first. Unreachable hosts
 * give nothing; RC_BLOCKED when another machine has gone on with a run in another way than ours; RC_DB when a mirrored
 * run is none. @only: that run alone; NULL: the newest few. */
MUST_CHECK enum rc engine_fetch(struct engine *en, const char *only, struct err *e);

/* engine_steps.c */
MUST_CHECK enum rc engine_replay(struct engine *en, struct err *e);
/* Step @i is being taken back: what was seen of it, and of all that stands behind it, may not be so any more. Whoever
 * goes on all the same looks again. */
void engine_unsee(struct engine *en, size_t i);
size_t engine_final(const struct engine *en); /* index of the final step; the count when there is none */
/* Carries step @i out; e says why it does not go on. */
enum next engine_carry_out(struct engine *en, size_t i, struct err *e);

/* engine_undo.c */
/* RC_OK: nothing final has taken effect. RC_BLOCKED with the sentence and what to do instead. */
MUST_CHECK enum rc engine_may_undo(struct engine *en, struct err *e);
MUST_CHECK enum rc engine_take_back(struct engine *en, struct err *e);

#endif
