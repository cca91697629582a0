/* obs_answer.h -- the answer of the verb "observe" (docs/observe.md) on its way into an observation; for the files
 * core/pair/obs_*.c and observation.c alone. */
#ifndef ODSF_CORE_PAIR_OBS_ANSWER_H
#define ODSF_CORE_PAIR_OBS_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/opendnssec/kasp.h"
#include "core/pair/far.h"
#include "core/pair/observation.h"

struct obs_stat { /* a row of the sections "stat" and "stat-before" */
	const char *path;
	unsigned mode; /* st_mode */
	int64_t mtime, inode, size;
	const char *owner, *group;
};

struct obs_word { /* a row "WORD PATH": digests, access, trailers */
	const char *word, *path;
};

struct obs_words {
	bool ok;
	struct obs_word *rows;
	size_t count;
}; /* sorted by path */
struct obs_stats {
	bool ok;
	struct obs_stat *rows;
	size_t count;
}; /* sorted by path */

struct obs_answer {
	struct observation *o;
	const struct far_answer *a;
	struct obs_stats stat, stat_before;
	struct obs_words digests, trailers, access[2]; /* of the enforcer's user, of the signer's */
	struct know accessed[2];                       /* whether these users could be asked */
	bool database_rows;                            /* zones and keys come from the database */
	struct kasp stored;                            /* the policies of the database */
};

/* A section's rows, cut into lines; or NULL with *@why the reason why there are none. */
char *obs_section(const struct obs_answer *r, const char *name, const char **why);
/* Cuts the next line that is not empty off @lines; NULL at the end. */
char *obs_line(char **lines);

void obs_known(struct know *k, const char *source);
/* It could not be looked at; it was looked at, and is missing or of no use. */
void obs_unknown(struct obs_answer *r, struct know *k, const char *source, const char *fmt, ...) PRINTF(4, 5);
void obs_bad(struct obs_answer *r, struct know *k, const char *source, const char *fmt, ...) PRINTF(4, 5);

/* What a fact "yes" or "no" says. */
enum tri obs_tri(const struct obs_answer *r, const char *key);
struct num obs_number(const char *s);

void obs_read_words(struct obs_answer *r, struct obs_words *w, const char *section);
void obs_read_stats(struct obs_answer *r, struct obs_stats *s, const char *section);
/* Whether the user of @which (0 the enforcer's, 1 the signer's) has the @right 'r' or 'w' to a file. One that is there
 * and that this user does not see stands in a directory that is closed to it. */
enum tri obs_allowed(const struct obs_answer *r, int which, const char *path, char right);
const struct obs_stat *obs_find_stat(const struct obs_stats *s, const char *path); /* NULL: not there, or not known */
const char *obs_find_word(const struct obs_words *w, const char *path);            /* NULL: none */
enum tri obs_exists(const struct obs_answer *r, const char *path);
const char *obs_digest(const struct obs_answer *r, const char *path);

/* Each fills its part of the observation. */
void obs_read_conf(struct obs_answer *r);
void obs_read_host(struct obs_answer *r, int64_t sent_ms, int64_t received_ms);
void obs_read_ours(struct obs_answer *r);
void obs_read_daemons(struct obs_answer *r);
void obs_read_database(struct obs_answer *r); /* policies, keys, the zones of the database */
void obs_read_kasp(struct obs_answer *r);     /* behind the database, which kasp.xml is compared with */
void obs_read_zones(struct obs_answer *r);    /* joins zones.xml and zonelist.xml; files of each zone */
void obs_read_hsm(struct obs_answer *r);      /* repositories, then in_hsm of the keys */
void obs_read_files(struct obs_answer *r);
void obs_read_room(struct obs_answer *r);   /* sizes, and the file systems */
void obs_read_aside(struct obs_answer *r);  /* what earlier runs put aside */
void obs_read_access(struct obs_answer *r); /* before what asks obs_allowed() */

#endif
