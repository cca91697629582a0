/* err.h -- one result code for machines, one message for people. */
#ifndef ODSF_CORE_BASE_ERR_H
#define ODSF_CORE_BASE_ERR_H

#include <stdbool.h>

/* The single list: enum, names, texts and process exit codes all come from it. */
#define ODSF_RC_LIST(X)                          \
	X(RC_OK, 0, "ok")                        \
	X(RC_NOMEM, 70, "out of memory")         \
	X(RC_USAGE, 64, "bad usage")             \
	X(RC_CONFIG, 78, "bad configuration")    \
	X(RC_SYSTEM, 70, "system error")         \
	X(RC_DB, 70, "journal error")            \
	X(RC_PARSE, 3, "unexpected content")     \
	X(RC_CONNECT, 3, "host unreachable")     \
	X(RC_HOSTKEY, 3, "host key not trusted") \
	X(RC_AUTH, 3, "authentication refused")  \
	X(RC_REMOTE, 5, "remote command failed") \
	X(RC_TIMEOUT, 5, "deadline passed")      \
	X(RC_CANCELLED, 130, "cancelled")        \
	X(RC_BLOCKED, 4, "precondition not met") \
	X(RC_UNKNOWN, 3, "outcome unknown")

enum rc {
#define X(name, exit_code, text) name,
	ODSF_RC_LIST(X)
#undef X
};

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))

/* Filled by the function that failed, prefixed by its callers: reads as one sentence,
 * "freeze zones on alpha: ods-enforcer: connection to socket failed". */
struct err {
	enum rc rc;
	int sys; /* errno at the point of failure, or 0 */
	char text[240];
	char hint[160]; /* what the operator can do; may be empty */
};

/* Both return the code, so `return err_set(...)` is the failing line itself. @e may be NULL. */
enum rc err_set(struct err *e, enum rc rc, const char *fmt, ...) PRINTF(3, 4);
enum rc err_sys(struct err *e, int sys, const char *fmt, ...) PRINTF(3, 4);
/* Puts "context: " before the text; the code stays. */
enum rc err_in(struct err *e, const char *fmt, ...) PRINTF(2, 3);
void err_hint(struct err *e, const char *fmt, ...) PRINTF(2, 3);

const char *rc_name(enum rc rc); /* "RC_TIMEOUT", for the journal and JSON */
const char *rc_text(enum rc rc);
int rc_exit_code(enum rc rc);

#endif
