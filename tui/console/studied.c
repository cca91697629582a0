#include "tui/console/studied.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"

static struct studied *find(const struct studied_list *l, const char *zone)
{
	for (size_t i = 0; i < l->count; i++)
		if (name_equal(l->list[i].zone, zone))
			return &l->list[i];
	return NULL;
}

static struct studied *place(struct studied_list *l, const char *zone)
{
	struct studied *s = find(l, zone);

	if (s == NULL) {
		l->list = vec_grow(l->list, l->count, &l->cap, sizeof *l->list);
		s = &l->list[l->count++];
		s->zone = xstrdup(zone);
	}
	free(s->expiry);
	return s;
}

void studied_add(struct studied_list *l, const struct zone_study *study, int active)
{
	struct studied *s = place(l, study->zone);
	int side = study->side[active].expiry != NULL ? active : 1 - active;
	const struct zone_expiry *x = study->side[side].expiry;

	*s = (struct studied){ .zone = s->zone,
		               .at = study->at,
		               .compared = study->compared,
		               .nothing = !study->compared && study->rc == RC_OK,
		               .side = side };
	if (x != NULL)
		s->expiry = xmemdup(x, sizeof *x);
	if (!study->compared)
		return;
	s->equal = study->difference.equal;
	memcpy(s->counts, study->difference.counts, sizeof s->counts);
	memcpy(s->serials, study->difference.serials, sizeof s->serials);
}

const struct studied *studied_of(const struct studied_list *l, const char *zone)
{
	return find(l, zone);
}

void studied_clear(struct studied_list *l)
{
	for (size_t i = 0; i < l->count; i++) {
		free(l->list[i].zone);
		free(l->list[i].expiry);
	}
	free(l->list);
	*l = (struct studied_list){ 0 };
}

static bool is_another(struct num now, uint32_t then)
{
	return now.ok && (uint32_t)now.v != then;
}

bool studied_is_old(const struct studied *s, const struct board_zone *z, int64_t seen)
{
	if (seen <= s->at) /* it is what was compared that is newer */
		return false;
	if (s->compared)
		return is_another(z->serial.signed_at[0], s->serials[0]) ||
		       is_another(z->serial.signed_at[1], s->serials[1]);
	return s->expiry != NULL && is_another(z->serial.signed_at[s->side], s->expiry->serial);
}
