#include "core/zone/denial_zone.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/zone/rrtype.h"
#include "core/zone/verify_read.h"

enum { NODES_HELD = 64, FAULTS_TOLD = 100 };

struct told { /* when it is known that the file was in an order that can be judged */
	const struct zname *name;
	uint16_t type;
	const char *text;
};

struct checking {
	size_t octets; /* of the chain, at a time */
	int64_t faults;
	struct told told[FAULTS_TOLD];
	size_t told_count;
	struct arena texts;
	struct zone_shape shape;
	struct denial denial;
	struct zone_records sorted;
	struct arena apex, nodes;
	unsigned held; /* names in the arena */
	bool started, in_order, disorder;
	bool again; /* the apex is known */
};

static void on_fault(void *ctx, const struct zname *name, uint16_t type, const char *text)
{
	struct checking *c = ctx;

	c->faults++;
	if (c->told_count < FAULTS_TOLD)
		c->told[c->told_count++] = (struct told){ .name = zname_make(&c->texts, name->wire, name->wire_len),
			                                  .type = type,
			                                  .text = arena_strdup(&c->texts, text) };
}

static struct arena *node_arena(void *ctx)
{
	struct checking *c = ctx;

	if (!c->started)
		return &c->apex;
	if (++c->held % NODES_HELD == 0)
		arena_free(&c->nodes);
	return &c->nodes;
}

static bool on_node(void *ctx, struct verify_node *vn)
{
	struct checking *c = ctx;
	struct znode *n = &vn->node;

	if (!c->started && znode_rrset(n, RRTYPE_SOA) == NULL)
		c->disorder = true;
	else if (c->in_order && vn->last != NULL && !znode_is_nsec3(n) && zname_compare(vn->last, n->name) >= 0)
		c->disorder = true;
	if (c->disorder)
		return false;
	if (!c->started) {
		zname_hold(&c->shape.apex, n->name);
		zone_shape_place(&c->shape, n);
		if (!c->again) {
			denial_start(&c->denial, &c->shape.apex.name, n, on_fault, c);
			denial_bound(&c->denial, c->octets);
		}
		c->started = true;
	} else {
		zone_shape_place(&c->shape, n);
	}
	denial_name(&c->denial, n);
	return true;
}

static void again(struct zscan *scan, const struct zscan *first, const struct wire_name *origin)
{
	memset(scan, 0, sizeof *scan);
	source_part(&scan->source, &first->source, 0, UINT64_MAX);
	scan->origin = *origin;
}

/* Once through the file. */
static enum rc reading(struct checking *c, const struct zscan *first, const struct wire_name *origin, struct err *e)
{
	struct verify_taker taker = { .node = on_node, .arena = node_arena, .ctx = c };
	struct zscan scan;
	enum rc rc;

	again(&scan, first, origin);
	rc = c->in_order ? verify_read(&scan, &taker, e) : verify_read_sorted(&scan, &c->sorted, &taker, e);
	scan_clear(&scan);
	if (rc != RC_OK || c->disorder)
		return rc;
	denial_end(&c->denial);
	c->disorder = c->in_order && denial_twice(&c->denial);
	return RC_OK;
}

static enum rc check(struct checking *c, const struct zscan *first, const struct wire_name *origin, struct err *e)
{
	int64_t untold = 0;
	enum rc rc;

	for (;;) {
		rc = reading(c, first, origin, e);
		if (rc != RC_OK || c->disorder)
			return rc;
		if (!denial_next(&c->denial))
			break;
		c->again = true;
		c->started = false;
		arena_free(&c->apex);
		zone_records_clear(&c->sorted);
	}
	rc = denial_name_faults(&c->denial, first, origin, &untold, e);
	c->faults += untold;
	return rc;
}

enum rc denial_of_zone(const struct zscan *first, const struct wire_name *origin, size_t octets, denial_fault_fn fault,
                       void *ctx, int64_t *faults, struct err *e)
{
	bool disorder = false;
	enum rc rc = RC_OK;

	for (int pass = 0; pass == 0 || (pass == 1 && rc == RC_OK && disorder); pass++) {
		struct checking *c = xcalloc(1, sizeof *c);

		c->octets = octets;
		c->in_order = pass == 0;
		rc = check(c, first, origin, e);
		disorder = c->disorder;
		*faults = c->faults;
		for (size_t i = 0; i < c->told_count && rc == RC_OK && !disorder; i++)
			fault(ctx, c->told[i].name, c->told[i].type, c->told[i].text);
		arena_free(&c->texts);
		denial_clear(&c->denial);
		zone_records_clear(&c->sorted);
		arena_free(&c->apex);
		arena_free(&c->nodes);
		free(c);
	}
	return rc;
}
