/* recording.h -- answers kept in files, by the name of who gave them and what was asked:
 *
 *   DIR/INSTANCE/VERB[-ARGUMENT...].far     what the far side printed, from its begin line on
 *   DIR/INSTANCE/host_key                   "SHA256:…"
 *   DIR/dns/SERVER/ZONE-TYPE.txt            an answer section, one record a line; "; rcode N", "; not authoritative",
 *                                           "; denied by NAME"
 *   DIR/dns/SERVER/ZONE-AXFR.txt            a whole zone
 *   NAME.error instead of either            "RC_TIMEOUT sentence": the call fails with it
 *   NAME.delay_ms beside either             waits first; the deadline and the cancel end it
 *   NAME.times beside a .far                "SENT RECEIVED", milliseconds of the clock of who asked
 *   DIR/recorded                            when: YYYY-MM-DDThh:mm:ssZ
 *
 * A '/' in a name is written '-'. */
#ifndef ODSF_REMOTE_REPLAY_RECORDING_H
#define ODSF_REMOTE_REPLAY_RECORDING_H

#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/cancel.h"
#include "core/base/err.h"
#include "core/pair/host.h"
#include "core/pair/resolver.h"

/* DIR/INSTANCE/VERB…, DIR/dns/SERVER/ZONE-TYPE without the ending; caller frees. */
char *recording_far_path(const char *dir, const char *instance, const struct far_call *q);
char *recording_dns_path(const char *dir, const char *server, const char *zone, const char *type);

/* Reads PATH + @ending into @text after its delay. The recorded error where there is one; RC_BLOCKED "this is a
 * recording" when nothing was recorded; RC_TIMEOUT, RC_CANCELLED during the delay. @what for the sentence. */
MUST_CHECK enum rc recording_read(const char *path, const char *ending, const char *what, int timeout_ms,
                                  struct cancel *cancel, struct buf *text, struct err *e);

/* When @path was asked and answered; false, and both 0, where that was not recorded. */
bool recording_times(const char *path, int64_t *sent_ms, int64_t *received_ms);

/* When the recording of @dir was made, epoch seconds; 0 where it does not say. */
int64_t recording_made(const char *dir);

/* Keep an answer where $ODSF_RECORD says, if it says. Of the far side only verbs that look and change nothing; it came
 * just now, after @took_ms. Of a name server also that it failed, with @rc and @e. Any thread. */
void recording_keep(const char *instance, const struct far_call *q, int64_t took_ms, const void *text, size_t len);
void recording_keep_dns(const char *server, const char *zone, const char *type, const struct dns_answer *a, enum rc rc,
                        const struct err *e);

#endif
