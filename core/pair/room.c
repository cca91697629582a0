#include "core/pair/room.h"

#include <string.h>

/* Times that a kind of file is there at once on the new active: what the signer writes anew stands beside the old until
 * it is renamed. Its old state is put aside before. */
static const struct {
	const char *what;
	int times;
} placed[] = {
	{ "database", 1 },      { "zones.xml", 1 }, { "kasp", 1 },          { "zonelist", 1 },    { "addns", 1 },
	{ "signconf file", 1 }, { "backup2", 2 },   { "unsigned zone", 1 }, { "signed zone", 2 }, { "token", 1 },
};

static int times_placed(const char *what)
{
	for (size_t i = 0; i < sizeof placed / sizeof *placed; i++)
		if (strcmp(placed[i].what, what) == 0)
			return placed[i].times;
	return 0;
}

static bool is_within(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return strcmp(dir, "/") == 0 || (strncmp(path, dir, len) == 0 && (path[len] == '/' || path[len] == '\0'));
}

/* The directory that was looked at and is nearest to @path; NULL: none that it lies in. */
static const struct obs_room *room_of(const struct observation *o, const char *path)
{
	const struct obs_room *nearest = NULL;

	for (size_t i = 0; i < o->room_count; i++)
		if (is_within(path, o->rooms[i].path) &&
		    (nearest == NULL || strlen(o->rooms[i].path) > strlen(nearest->path)))
			nearest = &o->rooms[i];
	return nearest;
}

struct needs {                       /* as they add up */
	const struct observation *o; /* of the host */
	struct room_need *rows;
	int64_t *devices;
	size_t count;
};

static void add_need(struct needs *n, const char *path, int64_t octets)
{
	const struct obs_room *room = room_of(n->o, path);
	size_t i = 0;

	if (room == NULL || octets <= 0)
		return;
	while (i < n->count && n->devices[i] != room->device)
		i++;
	if (i == n->count) {
		n->devices[i] = room->device;
		n->rows[n->count++] = (struct room_need){ .path = room->path, .free = room->free };
	}
	n->rows[i].needed += octets;
	if (room->free < n->rows[i].free)
		n->rows[i].free = room->free;
}

size_t room_needs(struct board *b, int side, struct room_need *needs)
{
	static const char home[] = "/var/lib/ods-failover";
	const struct observation *active = b->obs[b->active];
	struct needs n = { .o = b->obs[side], .rows = needs };

	n.devices = arena_alloc(&b->arena, (n.o->room_count + 1) * sizeof *n.devices);
	add_need(&n, home, active->state_size.ok ? ROOM_COPIES * active->state_size.v : 0);
	for (size_t i = 0; side == b->standby && i < active->size_count; i++)
		add_need(&n, active->sizes[i].dir, times_placed(active->sizes[i].what) * active->sizes[i].octets);
	/* What is put aside on another file system is copied there. */
	for (size_t i = 0; side == b->standby && i < n.o->size_count; i++) {
		const struct obs_room *from = room_of(n.o, n.o->sizes[i].dir), *to = room_of(n.o, home);

		if (from != NULL && to != NULL && from->device != to->device &&
		    strcmp(n.o->sizes[i].what, "signed zone") == 0)
			add_need(&n, home, n.o->sizes[i].octets);
	}
	return n.count;
}
