#include "core/pair/zone_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/wait.h"
#include "core/pair/zone_keep.h"
#include "core/pair/zone_stream.h"

/* When it is sent compressed: gzip -1 makes about 40 MB/s of zone, a third as many octets come. So it pays where the
 * link carries less than that. How much it carries is known from the last transfer of the zone; before the first, a
 * round trip tells a link within a site (which carries more) from one that leaves it. What is small is not worth the
 * process. */
enum { GZIP_BELOW = 40 * 1000 * 1000, NEAR_US = 2000, RATE_OCTETS = 1024 * 1024 };

#define ZONE_OCTETS_MAX ((uint64_t)1 << 40)

struct zone_copy {
	struct zone_copy_args args;
	char *zone, *server, *path; /* path NULL: not kept */
	pthread_t thread;
	struct cancel *stop; /* nobody wants it any more */
	struct zone_stream *stream;
	struct zone_kept before; /* what is kept already */
	int before_fd;
	int64_t first_ms, last_ms; /* octets came */
	uint64_t wire;
	struct err broken; /* why we wanted no more */

	pthread_mutex_t lock; /* of what follows */
	int change;           /* eventfd: readable since something below changed */
	int fd;               /* -1 until there are octets */
	uint64_t written, total;
	bool begun, ended, kept, compressed;
	struct err err; /* of the transfer, when ended; rc RC_OK: whole */
};

static void changed(struct zone_copy *z)
{
	uint64_t one = 1;

	if (write(z->change, &one, sizeof one) < 0)
		return; /* it is readable already */
}

/* ---- what arrives ---- */

static enum rc open_file(struct zone_copy *z, struct err *e)
{
	const char *dir = getenv("TMPDIR");

	if (z->path != NULL)
		return zone_keep_new(z->path, &z->fd, e);
	if (dir == NULL || dir[0] != '/')
		dir = "/tmp";
	z->fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	return z->fd >= 0 ? RC_OK : err_sys(e, errno, "%s: no temporary file can be made there", dir);
}

static enum rc store(void *ctx, const void *octets, size_t len, struct err *e)
{
	struct zone_copy *z = ctx;
	const char *p = octets;
	uint64_t at = z->written; /* ours alone to change */
	enum rc rc = z->fd >= 0 ? RC_OK : open_file(z, e);

	for (size_t left = len; rc == RC_OK && left > 0;) {
		ssize_t n = pwrite(z->fd, p, left, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_sys(e, errno, "the copy on this machine");
		p += n;
		at += (uint64_t)n;
		left -= (size_t)n;
	}
	if (rc != RC_OK)
		return rc;
	pthread_mutex_lock(&z->lock);
	z->written = at;
	z->begun = true;
	changed(z);
	pthread_mutex_unlock(&z->lock);
	return RC_OK;
}

static void count_wire(struct zone_copy *z, size_t len)
{
	z->last_ms = clock_mono_ms();
	if (z->wire == 0)
		z->first_ms = z->last_ms;
	z->wire += len;
}

/* On the host's worker thread. */
static bool take_stream(void *ctx, const void *p, size_t len)
{
	struct zone_copy *z = ctx;
	const struct zone_stream_head *head;
	enum rc rc;

	if (cancel_raised(z->stop))
		return false;
	count_wire(z, len);
	rc = zone_stream_take(z->stream, p, len, &z->broken);
	z->broken.rc = rc;
	head = zone_stream_head(z->stream);
	if (head != NULL && z->total != head->size) {
		pthread_mutex_lock(&z->lock);
		z->total = head->size;
		z->compressed = head->compressed;
		pthread_mutex_unlock(&z->lock);
	}
	return rc == RC_OK;
}

static bool take_text(void *ctx, const void *p, size_t len)
{
	struct zone_copy *z = ctx;

	if (cancel_raised(z->stop))
		return false;
	z->broken.rc = store(z, p, len, &z->broken);
	return z->broken.rc == RC_OK;
}

/* ---- the transfer ---- */

static uint64_t rate_of(const struct zone_copy *z)
{
	int64_t took = z->last_ms - z->first_ms;

	return z->wire >= RATE_OCTETS ? z->wire * 1000 / (uint64_t)(took > 0 ? took : 1) : z->before.rate;
}

static bool compress(const struct zone_copy *z)
{
	struct host_state state;

	if (z->before.rate > 0)
		return z->before.rate < GZIP_BELOW;
	z->args.host->ops->state(z->args.host, &state);
	return state.link != LINK_UP || state.rtt_us == 0 || state.rtt_us > NEAR_US;
}

static void keep(struct zone_copy *z, const char *digest)
{
	const struct zone_stream_head *head = zone_stream_head(z->stream);
	struct zone_kept kept = { .size = head->size, .rate = rate_of(z) };

	(void)str_copy(kept.identity, sizeof kept.identity, head->identity);
	(void)str_copy(kept.digest, sizeof kept.digest, digest);
	zone_keep_put(z->path, z->fd, &kept);
}

static enum rc stream_ended(struct zone_copy *z, struct err *e)
{
	const struct zone_stream_head *head;
	char digest[ZONE_DIGEST];
	enum rc rc = zone_stream_end(z->stream, digest, e);

	if (rc != RC_OK)
		return rc;
	head = zone_stream_head(z->stream);
	if (head->same) {
		if (z->before_fd < 0 || strcmp(head->identity, z->before.identity) != 0)
			return err_set(e, RC_PARSE, "it is said to be the same as one that is not here");
		pthread_mutex_lock(&z->lock);
		z->fd = z->before_fd;
		z->before_fd = -1;
		z->written = z->before.size;
		z->kept = true;
		pthread_mutex_unlock(&z->lock);
		return RC_OK;
	}
	if (z->fd < 0) /* nothing is in it */
		rc = store(z, "", 0, e);
	if (rc == RC_OK && z->path != NULL)
		keep(z, digest);
	return rc;
}

static enum rc fetch(struct zone_copy *z, struct err *e)
{
	const char *words[4] = { z->zone };
	const struct far_call q = { .verb = "zone", .args = words, .timeout_s = z->args.timeout_s };
	enum rc rc;

	if (z->path != NULL) {
		zone_keep_open(z->path, &z->before, &z->before_fd);
		words[1] = compress(z) ? "gzip" : "plain";
		words[2] = z->before_fd >= 0 ? z->before.identity : NULL;
	}
	z->stream = zone_stream_new(store, z);
	rc = z->args.host->ops->read(z->args.host, &q, ZONE_OCTETS_MAX, take_stream, z, z->stop, e);
	if (rc == RC_OK)
		rc = stream_ended(z, e);
	return rc;
}

static void *work(void *arg)
{
	struct zone_copy *z = arg;
	struct resolver *r = z->args.resolver;
	struct err e = { 0 };
	const char *place = z->args.host != NULL ? z->args.host->config->name : z->server;
	enum rc rc;

	if (z->args.host != NULL)
		rc = fetch(z, &e);
	else
		rc = r->ops->transfer(r, z->server, z->zone, z->args.timeout_s * 1000, take_text, z, z->stop, &e);
	if (rc == RC_OK && z->fd < 0)
		rc = err_set(&e, RC_PARSE, "nothing came");
	if (rc != RC_OK && z->broken.rc != RC_OK) {
		rc = z->broken.rc;
		e = z->broken;
	}
	if (rc != RC_OK)
		(void)err_in(&e, "the signed zone %s of %s", z->zone, place);
	e.rc = rc;
	pthread_mutex_lock(&z->lock);
	z->err = e;
	z->ended = true;
	z->begun = z->begun || rc == RC_OK;
	if (rc == RC_OK)
		z->total = z->written;
	changed(z);
	pthread_mutex_unlock(&z->lock);
	return NULL;
}

struct zone_copy *zone_copy_start(const struct zone_copy_args *args)
{
	struct zone_copy *z = xcalloc(1, sizeof *z);
	sigset_t all, before;

	z->args = *args;
	z->zone = xstrdup(args->zone);
	z->server = xstrdup(args->server);
	z->path =
	    args->dir != NULL && args->host != NULL ? zone_keep_path(args->dir, args->host->config, args->zone) : NULL;
	z->fd = z->before_fd = -1;
	z->stop = cancel_new();
	z->change = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	pthread_mutex_init(&z->lock, NULL);
	/* Signals are the main thread's. */
	sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&z->thread, NULL, work, z) != 0)
		abort(); /* as without memory */
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return z;
}

void zone_copy_free(struct zone_copy **copy)
{
	struct zone_copy *z = *copy;

	if (z == NULL)
		return;
	cancel_raise(z->stop);
	(void)pthread_join(z->thread, NULL);
	zone_stream_free(&z->stream);
	if (z->fd >= 0)
		close(z->fd);
	if (z->before_fd >= 0)
		close(z->before_fd);
	close(z->change);
	cancel_free(&z->stop);
	pthread_mutex_destroy(&z->lock);
	free(z->zone);
	free(z->server);
	free(z->path);
	free(z);
	*copy = NULL;
}

/* ---- who waits and reads ---- */

struct seen { /* at one time */
	uint64_t written;
	bool begun, ended;
	struct err err;
};

static struct seen look(struct zone_copy *z)
{
	struct seen s;

	pthread_mutex_lock(&z->lock);
	s = (struct seen){ z->written, z->begun, z->ended, z->err };
	pthread_mutex_unlock(&z->lock);
	return s;
}

/* Until something changes behind the last look. */
static enum rc await(struct zone_copy *z, struct err *e)
{
	struct wait w = { .cancel = { z->args.cancel } };
	struct pollfd change = { .fd = z->change, .events = POLLIN };
	uint64_t n;

	if (wait_for(&w, &change, 1, -1) != RC_OK)
		return err_set(e, RC_CANCELLED, "interrupted");
	if (read(z->change, &n, sizeof n) < 0)
		return RC_OK; /* somebody else has seen it: it is looked at all the same */
	return RC_OK;
}

static enum rc outcome(const struct seen *s, struct err *e)
{
	if (s->err.rc != RC_OK && e != NULL)
		*e = s->err;
	return s->err.rc;
}

enum rc zone_copy_begun(struct zone_copy *z, struct err *e)
{
	for (;;) {
		struct seen s = look(z);
		enum rc rc;

		if (s.begun)
			return RC_OK;
		if (s.ended)
			return outcome(&s, e);
		rc = await(z, e);
		if (rc != RC_OK)
			return rc;
	}
}

enum rc zone_copy_ended(struct zone_copy *z, struct err *e)
{
	for (;;) {
		struct seen s = look(z);
		enum rc rc;

		if (s.ended)
			return outcome(&s, e);
		rc = await(z, e);
		if (rc != RC_OK)
			return rc;
	}
}

static ssize_t read_arriving(void *ctx, void *buf, size_t len, struct err *e)
{
	struct zone_copy *z = ctx;

	for (;;) {
		struct seen s = look(z);
		off_t at = lseek(z->fd, 0, SEEK_CUR);
		uint64_t left = s.written - (uint64_t)at;
		ssize_t n;

		if (left > 0) {
			n = read(z->fd, buf, left < len ? (size_t)left : len);
			if (n >= 0 || errno != EINTR)
				return n >= 0 ? n : (err_sys(e, errno, "the copy on this machine"), -1);
			continue;
		}
		if (s.ended)
			return outcome(&s, e) == RC_OK ? 0 : -1;
		if (await(z, e) != RC_OK)
			return -1;
	}
}

enum rc zone_copy_scan(struct zone_copy *z, struct zscan *s, const char *name, struct source_meter *meter,
                       struct err *e)
{
	struct seen now = look(z);
	enum rc rc = RC_OK;

	memset(s, 0, sizeof *s);
	s->source.fd = s->source.spool = -1;
	if (now.ended) {
		rc = outcome(&now, e);
		if (rc == RC_OK)
			rc = source_fd(&s->source, z->fd, name, z->args.cancel, e);
	} else { /* what is written moves no offset, so that it is the reader's */
		if (lseek(z->fd, 0, SEEK_SET) < 0)
			return err_sys(e, errno, "the copy on this machine");
		source_fn(&s->source, read_arriving, z, name, z->args.cancel);
		source_kept(&s->source, z->fd);
	}
	s->source.meter = meter;
	if (rc == RC_OK)
		rc = scan_start(s, NULL, e);
	return rc;
}

int zone_copy_fd(const struct zone_copy *z, uint64_t *size)
{
	*size = z->written;
	return z->fd;
}

void zone_copy_state(struct zone_copy *z, struct zone_copy_state *out)
{
	pthread_mutex_lock(&z->lock);
	*out = (struct zone_copy_state){ z->written, z->total, z->kept, z->compressed };
	pthread_mutex_unlock(&z->lock);
}
