#include "tui/view/key_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "tui/widget/mark.h"
#include "tui/widget/table.h"

static const char *role_word(enum key_role role)
{
	return role == KEY_KSK ? "KSK" : role == KEY_ZSK ? "ZSK" : role == KEY_CSK ? "CSK" : "?";
}

static const char *backup_word(enum backup_state s)
{
	static const char *const words[] = { "not needed", "REQUIRED", "prepared", "done", "?" };

	return words[s];
}

static bool has_parent(const struct model *m, const char *zone)
{
	for (size_t i = 0; zone != NULL && i < m->pair->parent_count; i++)
		if (name_equal(m->pair->parents[i].zone, zone))
			return true;
	return false;
}

/* Whether a DS at the parent is asked about at all. */
static bool ds_applies(const struct model *m, const struct board_key *k)
{
	return k->key->role != KEY_ZSK && has_parent(m, k->key->zone);
}

enum { OMNIPRESENT = 2 };

/* What the active lacks is bad; what a cold standby lacks is brought by the copy, and judged by the findings. */
static enum severity judge(const struct model *m, const struct board_key *k)
{
	const struct obs_key *key = k->key;
	enum tri here = k->in_hsm[m->facts->active];
	bool must_publish = key->zone != NULL && key->publish && key->dnskey == OMNIPRESENT;
	bool must_ds = ds_applies(m, k) && key->ds == OMNIPRESENT;

	if (here == TRI_NO || (must_publish && k->published == TRI_NO) || (must_ds && k->ds == TRI_NO))
		return SEV_STOP;
	if (here == TRI_UNKNOWN || key->backup == BACKUP_UNKNOWN || (must_publish && k->published == TRI_UNKNOWN) ||
	    (must_ds && k->ds == TRI_UNKNOWN))
		return SEV_UNKNOWN;
	return key->backup == BACKUP_REQUIRED || key->backup == BACKUP_PREPARED ? SEV_WARN : SEV_OK;
}

void key_rows_fill(struct key_rows *rows, const struct model *m, const char *zone)
{
	rows->m = m;
	rows->count = 0;
	rows->one_zone = zone[0] != '\0';
	if (m->facts == NULL)
		return;
	for (int severity = SEV_STOP; severity >= SEV_OK; severity--)
		for (size_t i = 0; i < m->facts->key_count; i++) {
			const struct board_key *k = &m->facts->keys[i];

			if (zone[0] != '\0' && (k->key->zone == NULL || !name_equal(k->key->zone, zone)))
				continue;
			if ((int)judge(m, k) != severity)
				continue;
			rows->list = vec_grow(rows->list, rows->count, &rows->cap, sizeof *rows->list);
			rows->verdict = vec_grow(rows->verdict, rows->count, &rows->verdict_cap, sizeof *rows->verdict);
			rows->verdict[rows->count] = (enum severity)severity;
			rows->list[rows->count++] = k;
		}
}

void key_rows_clear(struct key_rows *rows)
{
	free(rows->list);
	free(rows->verdict);
	*rows = (struct key_rows){ 0 };
}

static const struct obs_key *key_at(const void *rows, size_t i)
{
	return ((const struct key_rows *)rows)->list[i]->key;
}

static const char *zone_word(const struct obs_key *k)
{
	return k->zone != NULL ? k->zone : "(no zone)";
}

void key_row_key(const void *rows, size_t i, char *out, size_t cap)
{
	const struct obs_key *k = key_at(rows, i);

	snprintf(out, cap, "%s %s", k->cka_id != NULL ? k->cka_id : "?", zone_word(k));
}

void key_row_text(const void *rows, size_t i, struct buf *out)
{
	const struct obs_key *k = key_at(rows, i);

	buf_addf(out, "%s %s %d %s %s %s", zone_word(k), role_word(k->role), k->key_tag,
	         k->state != NULL ? k->state : "?", backup_word(k->backup), k->cka_id != NULL ? k->cka_id : "");
}

enum {
	K_MARK,
	K_ZONE,
	K_ROLE,
	K_TAG,
	K_ALG,
	K_STATE,
	K_BACKUP,
	K_ACTIVE,
	K_STANDBY,
	K_DNS,
	K_DS,
	K_NEXT,
	K_REPO,
	K_ID,
	K_COUNT
};

static const struct column columns[K_COUNT] = {
	[K_MARK] = { "", 2, 2, true, 0 },
	[K_ZONE] = { "zone", 18, 40, false, 0 },
	[K_ROLE] = { "role", 4, 4, false, 1 },
	[K_TAG] = { "tag", 5, 5, true, 0 },
	[K_ALG] = { "alg", 3, 3, true, 3 },
	[K_STATE] = { "enforcer", 8, 10, false, 2 },
	[K_BACKUP] = { "backup", 8, 10, false, 0 },
	[K_ACTIVE] = { "", 3, 10, false, 0 },
	[K_STANDBY] = { "", 3, 10, false, 0 },
	[K_DNS] = { "DNS", 3, 3, false, 0 },
	[K_DS] = { "DS", 2, 4, false, 0 },
	[K_NEXT] = { "next change", 11, 17, true, 4 },
	[K_REPO] = { "repository", 10, 16, false, 5 },
	[K_ID] = { "CKA_ID", 16, 40, false, 6 },
};

static void tri_cell(enum tri t, enum style no, struct cell_text *out)
{
	/* What is not there and need not be yet has another mark, not only another colour. */
	str_copy(out->text, sizeof out->text, t == TRI_NO && no != STYLE_STOP ? "−" : mark_of_tri(t));
	out->style = t == TRI_NO ? no : style_of_tri(t);
}

static void place_cell(const struct model *m, const struct board_key *k, size_t column, struct cell_text *out)
{
	const struct obs_key *key = k->key;

	switch (column) {
	case K_ACTIVE:
		tri_cell(k->in_hsm[m->facts->active], STYLE_STOP, out);
		break;
	case K_STANDBY:
		tri_cell(k->in_hsm[m->facts->standby], STYLE_WARN, out);
		break;
	case K_DNS:
		if (key->publish || k->published == TRI_YES)
			tri_cell(k->published, key->dnskey == OMNIPRESENT ? STYLE_STOP : STYLE_WARN, out);
		else
			str_copy(out->text, sizeof out->text, "·");
		break;
	case K_DS:
		if (ds_applies(m, k))
			tri_cell(k->ds, key->ds == OMNIPRESENT ? STYLE_STOP : STYLE_WARN, out);
		else
			str_copy(out->text, sizeof out->text, "·");
		break;
	default:
		break;
	}
}

static void cell(const void *ctx, size_t row, size_t column, struct cell_text *out)
{
	const struct key_rows *rows = ctx;
	const struct board_key *k = rows->list[row];
	const struct obs_key *key = k->key;
	char when[FIGURE];

	switch (column) {
	case K_MARK:
		str_copy(out->text, sizeof out->text, mark_of(rows->verdict[row]));
		out->style = style_of(rows->verdict[row]);
		break;
	case K_ZONE:
		str_copy(out->text, sizeof out->text, zone_word(key));
		break;
	case K_ROLE:
		str_copy(out->text, sizeof out->text, role_word(key->role));
		break;
	case K_TAG:
		snprintf(out->text, sizeof out->text, "%d", key->key_tag);
		break;
	case K_ALG:
		snprintf(out->text, sizeof out->text, "%d", key->algorithm);
		break;
	case K_STATE:
		str_copy(out->text, sizeof out->text, key->state != NULL ? key->state : "?");
		break;
	case K_BACKUP:
		str_copy(out->text, sizeof out->text, backup_word(key->backup));
		out->style = key->backup == BACKUP_UNKNOWN                                      ? STYLE_UNKNOWN
		             : key->backup == BACKUP_DONE || key->backup == BACKUP_NOT_REQUIRED ? STYLE_TEXT
		                                                                                : STYLE_WARN;
		break;
	case K_NEXT:
		if (key->next_change > 0) {
			when_text(when, rows->m->now, key->next_change);
			str_copy(out->text, sizeof out->text, when);
		}
		break;
	case K_REPO:
		str_copy(out->text, sizeof out->text, key->repository != NULL ? key->repository : "?");
		break;
	case K_ID:
		str_copy(out->text, sizeof out->text, key->cka_id != NULL ? key->cka_id : "?");
		out->style = STYLE_DIM;
		break;
	default:
		place_cell(rows->m, k, column, out);
		break;
	}
	if (model_stale(rows->m) && column > K_ZONE)
		out->style = STYLE_STALE;
}

void key_table(struct surface *s, struct rect r, struct list *l, const struct key_rows *rows, bool focus)
{
	struct column fit[K_COUNT];
	int widths[2];

	memcpy(fit, columns, sizeof fit);
	if (rows->one_zone)
		fit[K_ZONE].max = 0;
	for (int i = 0; i < 2 && rows->m->facts != NULL; i++) {
		int index = i == 0 ? rows->m->facts->active : rows->m->facts->standby;

		fit[K_ACTIVE + i].title = rows->m->pair->instance[index].name;
		widths[i] = text_columns(fit[K_ACTIVE + i].title);
		widths[i] = widths[i] < 10 ? widths[i] : 10;
		fit[K_ACTIVE + i].min = widths[i] < 5 ? widths[i] : 5;
		fit[K_ACTIVE + i].max = widths[i];
	}
	table_draw(s, r, fit, K_COUNT, l, cell, rows, true, focus);
}

static const char *said(enum tri t, const char *yes, const char *no, const char *unknown)
{
	return t == TRI_YES ? yes : t == TRI_NO ? no : unknown;
}

/* The first thing that is wrong, what it would mean, and what to do about it. */
static void verdict(const struct key_rows *rows, const struct board_key *k, enum severity severity, struct buf *out)
{
	const struct model *m = rows->m;
	const char *active = m->pair->instance[m->facts->active].name,
	           *standby = m->pair->instance[m->facts->standby].name;

	if (k->in_hsm[m->facts->active] == TRI_NO)
		buf_addf(
		    out,
		    "%s's HSM does not have it: what the signer still signs with it ends with its process, and a copy "
		    "would not have it\nnext      find its token object before anything is restarted\n",
		    active);
	else if (severity == SEV_STOP)
		buf_adds(
		    out,
		    "OpenDNSSEC says it is in public, and it is not\nnext      see the findings of the zone (f)\n");
	else if (k->key->backup == BACKUP_REQUIRED || k->key->backup == BACKUP_PREPARED)
		buf_addf(
		    out,
		    "not backed up%s. If %s were lost now, %s would be bogus until every cache forgot its DNSKEY set\n"
		    "next      replicate, or ods-enforcer backup prepare and a copy of the token\n",
		    k->in_hsm[m->facts->standby] == TRI_YES ? ", but there is one of its CKA_ID on the standby"
		                                            : " and not on the standby",
		    active, zone_word(k->key));
	else if (severity == SEV_UNKNOWN)
		buf_adds(out, "not everything about it could be seen\nnext      see the findings (f) for the reason\n");
	else
		buf_addf(out, "as it should be%s\n",
		         k->in_hsm[m->facts->standby] == TRI_YES ? ", and on the standby"
		                                                 : "; the copy of a run brings it to the standby");
	(void)standby;
}

void key_explain(const struct key_rows *rows, size_t i, struct buf *out)
{
	const struct board_key *k = rows->list[i];
	const struct obs_key *key = k->key;
	const struct model *m = rows->m;
	const char *active = m->pair->instance[m->facts->active].name,
	           *standby = m->pair->instance[m->facts->standby].name;
	char at[TIME_TEXT], age[FIGURE];

	buf_addf(out, "%s %s %d of %s, algorithm %d, %d bits: ", mark_of(rows->verdict[i]), role_word(key->role),
	         key->key_tag, zone_word(key), key->algorithm, key->bits);
	verdict(rows, k, rows->verdict[i], out);
	buf_addf(out, "enforcer  %s, backup %s (ods-enforcer key list, backup list)\n",
	         key->state != NULL ? key->state : "?", backup_word(key->backup));
	buf_addf(out, "HSM       %s %s, %s %s (ods-hsmutil list on each)\n", active,
	         said(k->in_hsm[m->facts->active], "has it", "DOES NOT HAVE IT", "? not seen"), standby,
	         said(k->in_hsm[m->facts->standby], "has it", "does not have it yet", "? not seen"));
	buf_addf(out, "DNS       %s (DNSKEY at the public name servers); DS %s\n",
	         said(k->published, "published", "not published", "? not seen"),
	         ds_applies(m, k)       ? said(k->ds, "at the parent", "not at the parent", "? not seen")
	         : key->role == KEY_ZSK ? "does not apply"
	                                : "not asked: no Parent is configured");
	if (key->next_change > 0) {
		time_text(at, key->next_change);
		buf_addf(out, "changes   %s, by the enforcer\n", at);
	}
	buf_addf(out, "CKA_ID    %s, repository %s\n", key->cka_id != NULL ? key->cka_id : "?",
	         key->repository != NULL ? key->repository : "?");
	age_text(age, m->now - m->facts->at);
	buf_addf(out, "seen      %s\n", age);
}
