#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <openssl/evp.h>
#include <semaphore.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "core/base/mem.h"
#include "core/pair/zone_copy.h"
#include "core/pair/zone_keep.h"
#include "core/pair/zone_stream.h"

static const char zone_text[] = "example.\t3600\tIN\tSOA\tns.example. hm.example. 7 1 1 1 1\n"
                                "example.\t3600\tIN\tNS\tns.example.\n"
                                "ns.example.\t3600\tIN\tA\t192.0.2.1\n";

/* ---- a far side that answers what it is told to ---- */

struct fake {
	struct host host;
	struct buf answer;
	size_t stop_at; /* waits there until @go; 0: nowhere */
	sem_t at, go;
	enum rc rc; /* in the end */
	uint64_t rtt_us;
	char words[3][256]; /* of the last call */
	int calls;
};

static enum rc fake_read(struct host *host, const struct far_call *q, uint64_t max, host_sink_fn sink, void *ctx,
                         struct cancel *c, struct err *e)
{
	struct fake *f = (struct fake *)host;
	size_t at = 0;

	(void)max;
	f->calls++;
	memset(f->words, 0, sizeof f->words);
	for (size_t i = 0; q->args[i] != NULL; i++)
		(void)snprintf(f->words[i], sizeof f->words[i], "%s", q->args[i]);
	assert_string_equal(q->verb, "zone");
	while (at < f->answer.len) {
		size_t n = f->answer.len - at < 7 ? f->answer.len - at : 7; /* lines are cut anywhere */

		if (f->stop_at > 0 && at >= f->stop_at) {
			f->stop_at = 0;
			sem_post(&f->at);
			sem_wait(&f->go);
		}
		if (!sink(ctx, f->answer.p + at, n))
			return err_set(e, RC_CANCELLED, "zone on alpha was cancelled");
		at += n;
	}
	if (f->rc != RC_OK)
		return err_set(e, f->rc, "the link broke");
	return cancel_raised(c) ? err_set(e, RC_CANCELLED, "stopped") : RC_OK;
}

static void fake_state(struct host *host, struct host_state *out)
{
	*out = (struct host_state){ .link = LINK_UP, .rtt_us = (int64_t)((struct fake *)host)->rtt_us };
}

static const struct host_ops fake_ops = { .read = fake_read, .state = fake_state };
static char name[] = "alpha", address[] = "192.0.2.10", conf[] = "/etc/opendnssec/conf.xml";
static const struct instance_config alpha = { .name = name, .host = address, .configuration = conf };

static void digest_of(char out[ZONE_DIGEST], const char *text, size_t len)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	assert_int_equal(EVP_Digest(text, len, sum, &n, EVP_sha256(), NULL), 1);
	for (unsigned i = 0; i < n; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

static void add_gzip(struct buf *out, const char *text, size_t len)
{
	z_stream z = { .next_in = (uint8_t *)text, .avail_in = (unsigned)len };
	static uint8_t packed[65536];

	assert_int_equal(deflateInit2(&z, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_out = packed;
	z.avail_out = sizeof packed;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	buf_add(out, packed, sizeof packed - z.avail_out);
	(void)deflateEnd(&z);
}

static void answer(struct fake *f, const char *encoding, const char *identity, const char *text)
{
	char digest[ZONE_DIGEST];

	digest_of(digest, text, strlen(text));
	buf_reset(&f->answer);
	buf_addf(&f->answer, "=size %zu\n=identity %s\n=encoding %s\n\n", strlen(text), identity, encoding);
	if (strcmp(encoding, "gzip") == 0)
		add_gzip(&f->answer, text, strlen(text));
	else if (strcmp(encoding, "plain") == 0)
		buf_adds(&f->answer, text);
	if (strcmp(encoding, "same") != 0)
		buf_addf(&f->answer, "=sha256 %s\n", digest);
}

static char dir[] = "/tmp/odsf-zones-XXXXXX";

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(dir) != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
	DIR *d = opendir(dir);
	const struct dirent *entry;

	(void)state;
	while ((entry = readdir(d)) != NULL)
		(void)unlinkat(dirfd(d), entry->d_name, 0);
	(void)closedir(d);
	return rmdir(dir);
}

static struct zone_copy *start(struct fake *f, const char *zone, const char *where, struct cancel *c)
{
	struct zone_copy_args args = { .host = &f->host, .zone = zone, .dir = where, .timeout_s = 5, .cancel = c };

	f->host.ops = &fake_ops;
	f->host.config = &alpha;
	return zone_copy_start(&args);
}

/* What a scanner reads of it. */
static size_t records(struct zone_copy *z)
{
	struct zscan s;
	struct zentry entry;
	struct err e = { 0 };
	bool more = true;
	size_t n = 0;

	assert_int_equal(zone_copy_scan(z, &s, "alpha", NULL, &e), RC_OK);
	while (scan_next(&s, &entry, &more, &e) == RC_OK && more)
		n++;
	scan_clear(&s);
	return more ? 0 : n;
}

static void comes_whole(void **state)
{
	static const char *const encodings[] = { "plain", "gzip" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct fake f = { .host.ops = NULL };
		struct err e = { 0 };
		struct zone_copy *z;
		uint64_t size = 0;

		answer(&f, encodings[i], "1.2.3", zone_text);
		z = start(&f, "example", NULL, NULL);
		assert_int_equal(zone_copy_begun(z, &e), RC_OK);
		assert_int_equal(zone_copy_ended(z, &e), RC_OK);
		assert_int_equal(records(z), 3);
		assert_int_equal(records(z), 3); /* as often as wanted */
		assert_true(zone_copy_fd(z, &size) >= 0);
		assert_int_equal(size, strlen(zone_text));
		assert_string_equal(f.words[0], "example");
		assert_string_equal(f.words[1], ""); /* a recording knows no other words */
		zone_copy_free(&z);
		buf_free(&f.answer);
	}
}

/* Half of it is read before the other half is sent. */
static void is_read_while_it_arrives(void **state)
{
	struct fake f = { .host.ops = NULL };
	struct err e = { 0 };
	struct zscan s;
	struct zentry entry;
	struct zone_copy_state now;
	struct zone_copy *z;
	bool more = false;

	(void)state;
	sem_init(&f.at, 0, 0);
	sem_init(&f.go, 0, 0);
	answer(&f, "plain", "1.2.3", zone_text);
	f.stop_at = (size_t)(strstr(f.answer.p, "ns.example.\t") - f.answer.p);
	z = start(&f, "example", NULL, NULL);
	sem_wait(&f.at);
	assert_int_equal(zone_copy_begun(z, &e), RC_OK);
	assert_int_equal(zone_copy_scan(z, &s, "alpha", NULL, &e), RC_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(scan_next(&s, &entry, &more, &e), RC_OK);
		assert_true(more);
	}
	zone_copy_state(z, &now);
	assert_true(now.done < strlen(zone_text));
	assert_int_equal(now.total, strlen(zone_text));
	sem_post(&f.go);
	assert_int_equal(scan_next(&s, &entry, &more, &e), RC_OK);
	assert_true(more);
	assert_int_equal(scan_next(&s, &entry, &more, &e), RC_OK);
	assert_false(more);
	assert_int_equal(zone_copy_ended(z, &e), RC_OK);
	scan_clear(&s);
	zone_copy_free(&z);
	buf_free(&f.answer);
}

/* Whoever reads is let go at once, and a transfer that stands still holds up nobody who gives it up. */
static void is_cancelled_at_once(void **state)
{
	struct fake f = { .host.ops = NULL };
	struct cancel *c = cancel_new();
	struct err e = { 0 };
	struct zone_copy *z;

	(void)state;
	sem_init(&f.at, 0, 0);
	sem_init(&f.go, 0, 0);
	answer(&f, "plain", "1.2.3", zone_text);
	f.stop_at = f.answer.len - 100;
	z = start(&f, "example", NULL, c);
	sem_wait(&f.at);
	cancel_raise(c);
	assert_int_equal(records(z), 0);
	assert_int_equal(zone_copy_ended(z, &e), RC_CANCELLED);
	sem_post(&f.go);
	zone_copy_free(&z);
	cancel_free(&c);
	buf_free(&f.answer);
}

static void is_not_fetched_again(void **state)
{
	struct fake f = { .host.ops = NULL };
	struct err e = { 0 };
	struct zone_copy_state now;
	struct zone_copy *z;
	char *path = zone_keep_path(dir, &alpha, "example");
	char *file = xasprintf("%s.zone", path);
	struct stat st;

	(void)state;
	answer(&f, "plain", "1.2.3", zone_text);
	z = start(&f, "example", dir, NULL);
	assert_int_equal(zone_copy_ended(z, &e), RC_OK);
	zone_copy_state(z, &now);
	assert_false(now.kept);
	zone_copy_free(&z);
	assert_string_equal(f.words[2], "");
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);

	answer(&f, "same", "1.2.3", zone_text);
	z = start(&f, "example", dir, NULL);
	assert_int_equal(zone_copy_ended(z, &e), RC_OK);
	assert_string_equal(f.words[2], "1.2.3");
	zone_copy_state(z, &now);
	assert_true(now.kept);
	assert_int_equal(now.done, strlen(zone_text));
	assert_int_equal(records(z), 3);
	zone_copy_free(&z);

	/* Another one there: it comes, and is kept instead. */
	answer(&f, "plain", "1.2.4", "example.\t1\tIN\tSOA\ta. b. 8 1 1 1 1\n");
	z = start(&f, "example", dir, NULL);
	assert_int_equal(zone_copy_ended(z, &e), RC_OK);
	assert_int_equal(records(z), 1);
	zone_copy_free(&z);
	answer(&f, "same", "1.2.4", "example.\t1\tIN\tSOA\ta. b. 8 1 1 1 1\n");
	z = start(&f, "example", dir, NULL);
	assert_int_equal(zone_copy_ended(z, &e), RC_OK);
	assert_string_equal(f.words[2], "1.2.4");
	assert_int_equal(records(z), 1);
	zone_copy_free(&z);

	/* Cut by whatever: then none is kept. */
	assert_int_equal(truncate(file, 5), 0);
	answer(&f, "plain", "1.2.4", zone_text);
	z = start(&f, "example", dir, NULL);
	assert_int_equal(zone_copy_ended(z, &e), RC_OK);
	assert_string_equal(f.words[2], "");
	zone_copy_free(&z);

	/* Said to be the same as one that is not here. */
	answer(&f, "same", "9", zone_text);
	z = start(&f, "other", dir, NULL);
	assert_int_equal(zone_copy_ended(z, &e), RC_PARSE);
	zone_copy_free(&z);
	free(path);
	free(file);
	buf_free(&f.answer);
}

static void is_compressed_where_that_pays(void **state)
{
	static const struct {
		uint64_t rtt_us;
		const char *word;
	} links[] = { { 100, "plain" }, { 20000, "gzip" }, { 0, "gzip" } };

	(void)state;
	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		struct fake f = { .rtt_us = links[i].rtt_us };
		struct err e = { 0 };
		struct zone_copy *z;
		char zone[32];

		(void)snprintf(zone, sizeof zone, "link-%zu", i);
		answer(&f, links[i].word, "1", zone_text);
		z = start(&f, zone, dir, NULL);
		assert_int_equal(zone_copy_ended(z, &e), RC_OK);
		assert_string_equal(f.words[1], links[i].word);
		zone_copy_free(&z);
		buf_free(&f.answer);
	}
}

static void what_is_not_whole_is_refused(void **state)
{
	static const struct {
		const char *head, *octets, *says;
	} bad[] = {
		{ "=size 9\n=identity a\n=encoding plain\n\n", "example.\n", "cut short" }, /* no digest */
		{ "=size 9\n=identity a\n=encoding plain\n\n", "exam", "cut short" },
		{ "=size 4\n=identity a\n=encoding plain\n\n", "example.\n", "not understood" },
		{ "=size 9\n=identity a\n=encoding plain\n\n",
		  "example.\n=sha256 0000000000000000000000000000000000000000000000000000000000000000\n",
		  "another digest" },
		{ "=size 9\n=identity a\n=encoding zip\n\n", "", "not understood" },
		{ "=size 9\n=identity a\n\n", "", "not whole" },
		{ "=size -9\n", "", "not understood" },
		{ "=identity a\n=encoding plain\n\n", "", "not whole" },
		{ "=size 9\n=identity a\n=encoding same\n\n", "example.\n", "said to be the same" },
		{ "=size 9\n=identity a\n=encoding gzip\n\n", "example.\n", "cannot be read" },
		{ "", "", "cut short" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct fake f = { .host.ops = NULL };
		struct err e = { 0 };
		struct zone_copy *z;

		buf_adds(&f.answer, bad[i].head);
		buf_adds(&f.answer, bad[i].octets);
		z = start(&f, "example", dir, NULL);
		assert_int_equal(zone_copy_ended(z, &e), RC_PARSE);
		if (strstr(e.text, bad[i].says) == NULL)
			fail_msg("%zu: %s", i, e.text);
		zone_copy_free(&z);
		buf_free(&f.answer);
	}
}

/* A compressed answer may not blow up: what was announced is the most that is taken. */
static void nothing_blows_up(void **state)
{
	struct fake f = { .host.ops = NULL };
	struct err e = { 0 };
	char *zeros = xcalloc(1, 2000000);
	struct zone_copy *z;

	(void)state;
	buf_adds(&f.answer, "=size 1000\n=identity a\n=encoding gzip\n\n");
	add_gzip(&f.answer, zeros, 2000000);
	z = start(&f, "example", NULL, NULL);
	assert_int_equal(zone_copy_ended(z, &e), RC_PARSE);
	assert_non_null(strstr(e.text, "more octets came"));
	zone_copy_free(&z);
	free(zeros);
	buf_free(&f.answer);
}

static void a_lost_link_is_no_end(void **state)
{
	struct fake f = { .rc = RC_UNKNOWN };
	struct err e = { 0 };
	struct zone_copy *z;

	(void)state;
	answer(&f, "plain", "1", zone_text);
	f.answer.len -= 80;
	z = start(&f, "example", dir, NULL);
	assert_int_equal(zone_copy_begun(z, &e), RC_OK);
	assert_int_equal(zone_copy_ended(z, &e), RC_UNKNOWN);
	assert_non_null(strstr(e.text, "the link broke"));
	assert_non_null(strstr(e.text, "alpha"));
	zone_copy_free(&z);
	buf_free(&f.answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_whole),
		cmocka_unit_test(is_read_while_it_arrives),
		cmocka_unit_test(is_cancelled_at_once),
		cmocka_unit_test(is_not_fetched_again),
		cmocka_unit_test(is_compressed_where_that_pays),
		cmocka_unit_test(what_is_not_whole_is_refused),
		cmocka_unit_test(nothing_blows_up),
		cmocka_unit_test(a_lost_link_is_no_end),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
