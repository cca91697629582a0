/* mem.h -- allocation that never returns NULL.
 * When memory runs out the program ends after the hook set by the owner of the terminal has restored it;
 * the journal makes that survivable. Any thread. */
#ifndef ODSF_CORE_BASE_MEM_H
#define ODSF_CORE_BASE_MEM_H

#include <stddef.h>

#include "core/base/err.h"

void *xcalloc(size_t count, size_t size);           /* zeroed; caller frees */
void *xrealloc(void *p, size_t size);               /* as realloc */
char *xstrdup(const char *s);                       /* NULL gives NULL */
char *xstrndup(const char *s, size_t len);          /* at most @len octets */
char *xasprintf(const char *fmt, ...) PRINTF(1, 2); /* caller frees */
void *xmemdup(const void *p, size_t len);           /* adds one NUL octet behind */

/* Frees a string that held a secret, after overwriting it. NULL is fine. */
void secret_free(char **s);

/* Keeps up to a few megabytes of freed memory instead of giving it back to the system each time: ldns takes and frees
 * 64 KiB twice for each record it reads, which without this moves the end of the heap up and down. Call it once, before
 * the first thread. */
void mem_keep_freed(void);

/* Called once before the program ends for want of memory; async-signal-safe functions only. */
void mem_on_exhausted(void (*hook)(void));

#endif
