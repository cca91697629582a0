#include "core/opendnssec/kasp_change.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/vec.h"

struct changes { /* on the heap while they grow */
	struct arena *arena;
	struct kasp_change *rows;
	size_t count, cap;
};

static void add(struct changes *c, struct kasp_change change)
{
	c->rows = vec_grow(c->rows, c->count, &c->cap, sizeof *c->rows);
	c->rows[c->count++] = change;
}

static const char *role_word(int role)
{
	return role == KASP_KSK ? "KSK" : role == KASP_ZSK ? "ZSK" : "CSK";
}

static bool key_equal(const struct kasp_key *a, const struct kasp_key *b)
{
	return a->role == b->role && strcmp(a->repository, b->repository) == 0 &&
	       memcmp(a->values, b->values, sizeof a->values) == 0;
}

/* Which values of a key are others: in the file it stands for that one of the database. */
static void compare_key(struct changes *c, const char *policy, const struct kasp_key *said, const struct kasp_key *has)
{
	const char *role = role_word(said->role);

	for (size_t i = 0; i < KASP_KEY_VALUES; i++) {
		const struct kasp_row *row = &kasp_key_rows[i];

		if (said->values[i] != has->values[i])
			add(c, (struct kasp_change){ policy, arena_printf(c->arena, "Keys/%s/%s", role, row->path),
			                             kasp_value_text(row, said->role, said->values[i], c->arena),
			                             kasp_value_text(row, said->role, has->values[i], c->arena) });
	}
	if (strcmp(said->repository, has->repository) != 0)
		add(c, (struct kasp_change){ policy, arena_printf(c->arena, "Keys/%s/Repository", role),
		                             said->repository, has->repository });
}

/* The first key of @p that is not @taken yet and like @key: in everything, or in its role. */
static size_t partner(const struct kasp_policy *p, const bool *taken, const struct kasp_key *key, bool whole)
{
	size_t i = 0;

	while (i < p->key_count && (taken[i] || !(whole ? key_equal(&p->keys[i], key) : p->keys[i].role == key->role)))
		i++;
	return i;
}

static void compare_keys(struct changes *c, const struct kasp_policy *said, const struct kasp_policy *has)
{
	bool *done = xcalloc(said->key_count + 1, sizeof *done), *taken = xcalloc(has->key_count + 1, sizeof *taken);

	for (int whole = 1; whole >= 0; whole--)
		for (size_t i = 0; i < said->key_count; i++) {
			size_t k = done[i] ? has->key_count : partner(has, taken, &said->keys[i], whole != 0);

			if (k == has->key_count)
				continue;
			done[i] = taken[k] = true;
			if (whole == 0)
				compare_key(c, said->name, &said->keys[i], &has->keys[k]);
		}
	for (size_t i = 0; i < said->key_count; i++)
		if (!done[i])
			add(c, (struct kasp_change){ said->name,
			                             arena_printf(c->arena, "Keys/%s", role_word(said->keys[i].role)),
			                             "there", NULL });
	for (size_t k = 0; k < has->key_count; k++)
		if (!taken[k])
			add(c, (struct kasp_change){ said->name,
			                             arena_printf(c->arena, "Keys/%s", role_word(has->keys[k].role)),
			                             NULL, "there" });
	free(done);
	free(taken);
}

/* What lies below another kind of denial is told with it. */
static void compare_policy(struct changes *c, const struct kasp_policy *said, const struct kasp_policy *has)
{
	static const char below[] = "Denial/";
	bool other_denial = false;

	for (size_t i = 0; i < KASP_VALUES; i++) {
		const struct kasp_row *row = &kasp_rows[i];
		bool differs = said->values[i] != KASP_KEPT && said->values[i] != has->values[i];

		if (row->form == KASP_DENIAL)
			other_denial = differs;
		if (differs && !(other_denial && strncmp(row->path, below, sizeof below - 1) == 0))
			add(c, (struct kasp_change){ said->name, row->path,
			                             kasp_value_text(row, 0, said->values[i], c->arena),
			                             kasp_value_text(row, 0, has->values[i], c->arena) });
	}
	compare_keys(c, said, has);
}

size_t kasp_changes(const struct kasp *file, const struct kasp *stored, struct arena *a, struct kasp_change **changes)
{
	struct changes c = { .arena = a };

	for (size_t i = 0; i < file->policy_count; i++) {
		const struct kasp_policy *said = &file->policies[i], *has = NULL;

		for (size_t k = 0; has == NULL && k < stored->policy_count; k++)
			if (strcmp(stored->policies[k].name, said->name) == 0)
				has = &stored->policies[k];
		if (has != NULL)
			compare_policy(&c, said, has);
		else
			add(&c, (struct kasp_change){ said->name, "", "there", NULL });
	}
	*changes = arena_dup(a, c.rows, c.count, sizeof *c.rows);
	free(c.rows);
	return c.count;
}
