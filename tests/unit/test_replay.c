#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "remote/replay/host.h"
#include "remote/replay/recording.h"

static char dir[] = "/tmp/odsf-replay-XXXXXX";
static char alpha_name[] = "alpha", conf[] = "/etc/opendnssec/conf.xml", host_name[] = "192.0.2.10";
static const struct instance_config alpha = { .name = alpha_name, .host = host_name, .configuration = conf };

static void put(const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", dir, name);
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
	free(path);
}

static bool collect(void *ctx, const void *p, size_t len)
{
	buf_add(ctx, p, len);
	return true;
}

static void answers_what_was_recorded(void **state)
{
	struct host *h = host_replay_new(&alpha, dir);
	const char *zone[] = { "8/29.2.0.192.in-addr.arpa", NULL };
	const struct far_call fetch = { .verb = "fetch", .args = zone, .timeout_s = 5 };
	struct far_answer a;
	struct host_state s;
	struct buf b = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(host_do(h, &a, 5, NULL, &e, "hello", NULL), RC_OK);
	assert_string_equal(far_fact(&a, "hostname"), "alpha");
	far_answer_clear(&a);
	assert_int_equal(h->ops->read(h, &fetch, 1000, collect, &b, NULL, &e), RC_OK);
	assert_string_equal(buf_str(&b), "zone text\n");
	assert_int_equal(h->ops->read(h, &fetch, 3, collect, &b, NULL, &e), RC_PARSE);
	h->ops->state(h, &s);
	assert_int_equal(s.link, LINK_UP);
	assert_string_equal(s.host_key, "SHA256:abc");
	buf_free(&b);
	h->ops->close(&h);
	assert_null(h);
}

static void refuses_what_was_not(void **state)
{
	struct host *h = host_replay_new(&alpha, dir);
	struct far_answer a;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(host_do(h, &a, 5, NULL, &e, "stop", "signer", "5", NULL), RC_BLOCKED);
	assert_non_null(strstr(e.text, "this is a recording"));
	far_answer_clear(&a);
	assert_int_equal(host_do(h, &a, 5, NULL, &e, "..", NULL), RC_BLOCKED);
	far_answer_clear(&a);
	h->ops->close(&h);
}

static void *raise_it(void *c)
{
	cancel_raise(c);
	return NULL;
}

static void fails_and_hangs_as_told(void **state)
{
	struct host *h = host_replay_new(&alpha, dir);
	struct cancel *c = cancel_new();
	int64_t before = clock_mono_ms();
	struct host_state s;
	struct far_answer a;
	struct err e = { 0 };
	pthread_t t;

	(void)state;
	assert_int_equal(host_do(h, &a, 5, NULL, &e, "observe", NULL), RC_CONNECT);
	assert_string_equal(e.text, "alpha cannot be reached");
	far_answer_clear(&a);
	h->ops->state(h, &s);
	assert_int_equal(s.link, LINK_DOWN);
	assert_string_equal(s.error, "alpha cannot be reached");
	assert_int_equal(host_do(h, &a, 1, NULL, &e, "keys", NULL), RC_TIMEOUT);
	far_answer_clear(&a);
	assert_true(clock_mono_ms() - before >= 1000);
	assert_int_equal(pthread_create(&t, NULL, raise_it, c), 0);
	assert_int_equal(host_do(h, &a, 50, c, &e, "keys", NULL), RC_CANCELLED);
	far_answer_clear(&a);
	assert_int_equal(pthread_join(t, NULL), 0);
	cancel_free(&c);
	h->ops->close(&h);
}

static void name_servers_too(void **state)
{
	struct resolver *r = resolver_replay_new(dir);
	struct arena arena = { 0 };
	struct dns_answer a;
	struct buf b = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(r->ops->query(r, "[192.0.2.53]:5353", "example.org.", "SOA", 1000, &arena, &a, NULL, &e),
	                 RC_OK);
	assert_int_equal(a.rcode, 0);
	assert_true(a.authoritative);
	assert_int_equal(a.record_count, 1);
	assert_non_null(strstr(a.records[0], "SOA"));
	assert_int_equal(r->ops->query(r, "[192.0.2.53]:5353", "none.example", "SOA", 1000, &arena, &a, NULL, &e),
	                 RC_OK);
	assert_int_equal(a.rcode, 3);
	assert_int_equal(a.record_count, 0);
	assert_int_equal(r->ops->query(r, "192.0.2.54", "example.org", "SOA", 1000, &arena, &a, NULL, &e), RC_BLOCKED);
	assert_int_equal(r->ops->transfer(r, "[192.0.2.53]:5353", "example.org", 1000, collect, &b, NULL, &e),
	                 RC_TIMEOUT);
	buf_free(&b);
	arena_free(&arena);
	r->ops->free(&r);
	assert_null(r);
}

static void keeps_only_what_looks(void **state)
{
	const struct far_call observe = { .verb = "observe" }, stop = { .verb = "stop" };
	char *kept = xasprintf("%s/bravo/observe.far", dir), *not_kept = xasprintf("%s/bravo/stop.far", dir);

	(void)state;
	assert_int_equal(setenv("ODSF_RECORD", dir, 1), 0);
	recording_keep("bravo", &observe, 7, "x", 1);
	recording_keep("bravo", &stop, 7, "x", 1);
	assert_int_equal(unsetenv("ODSF_RECORD"), 0);
	assert_int_equal(access(kept, R_OK), 0);
	assert_int_not_equal(access(not_kept, F_OK), 0);
	free(kept);
	free(not_kept);
}

/* What a name server said, or that it said nothing, is answered again as it was. */
static void keeps_what_name_servers_said(void **state)
{
	static const char *records[] = { "a.example.\t300\tIN\tSOA\tns. h. 1 2 3 4 5", "a.example.\t300\tIN\tNS\tns." };
	const struct dns_answer some = { .authoritative = true, .records = records, .record_count = 2 };
	const struct dns_answer none = { .rcode = 3, .denied_by = "example." };
	struct resolver *r = resolver_replay_new(dir);
	struct arena arena = { 0 };
	struct dns_answer a;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(setenv("ODSF_RECORD", dir, 1), 0);
	recording_keep_dns("192.0.2.1", "a.example", "SOA", &some, RC_OK, NULL);
	recording_keep_dns("192.0.2.1", "8/29.b.example.", "SOA", &none, RC_OK, NULL);
	(void)err_set(&e, RC_TIMEOUT, "name server 192.0.2.2 is silent");
	recording_keep_dns("192.0.2.2", "a.example", "SOA", &none, RC_TIMEOUT, &e);
	assert_int_equal(unsetenv("ODSF_RECORD"), 0);
	recording_keep_dns("192.0.2.3", "a.example", "SOA", &some, RC_OK, NULL); /* nobody wants it kept */

	assert_int_equal(r->ops->query(r, "192.0.2.1", "a.example.", "SOA", 100, &arena, &a, NULL, &e), RC_OK);
	assert_true(a.authoritative);
	assert_int_equal(a.rcode, 0);
	assert_int_equal(a.record_count, 2);
	assert_string_equal(a.records[1], records[1]);
	assert_null(a.denied_by);
	assert_int_equal(r->ops->query(r, "192.0.2.1", "8/29.b.example", "SOA", 100, &arena, &a, NULL, &e), RC_OK);
	assert_false(a.authoritative);
	assert_int_equal(a.rcode, 3);
	assert_int_equal(a.record_count, 0);
	assert_string_equal(a.denied_by, "example.");
	assert_int_equal(r->ops->query(r, "192.0.2.2", "a.example", "SOA", 100, &arena, &a, NULL, &e), RC_TIMEOUT);
	assert_string_equal(e.text, "name server 192.0.2.2 is silent");
	assert_int_equal(r->ops->query(r, "192.0.2.3", "a.example", "SOA", 100, &arena, &a, NULL, &e), RC_BLOCKED);
	arena_free(&arena);
	r->ops->free(&r);
}

static void knows_when_it_was(void **state)
{
	struct host *h = host_replay_new(&alpha, dir);
	struct far_answer a;
	struct err e = { 0 };
	int64_t sent, received;
	char *kept = xasprintf("%s/bravo/observe", dir);

	(void)state;
	assert_int_equal(recording_made(dir), 0);
	put("recorded", "2026-11-24T03:12:45Z\n");
	assert_int_equal(recording_made(dir), 1795489965);
	put("recorded", "yesterday\n");
	assert_int_equal(recording_made(dir), 0);

	put("alpha/space.far", "odsf1 begin space\n=free 1\nodsf1 end space 0\n");
	assert_int_equal(host_do(h, &a, 5, NULL, &e, "space", NULL), RC_OK);
	assert_int_equal(a.received_ms, 0);
	far_answer_clear(&a);
	put("alpha/space.times", "1795489963000 1795489964500\n");
	assert_int_equal(host_do(h, &a, 5, NULL, &e, "space", NULL), RC_OK);
	assert_int_equal(a.sent_ms, 1795489963000);
	assert_int_equal(a.received_ms, 1795489964500);
	far_answer_clear(&a);
	put("alpha/space.times", "1795489964500 1795489963000\n"); /* answered before it was asked */
	assert_int_equal(host_do(h, &a, 5, NULL, &e, "space", NULL), RC_OK);
	assert_int_equal(a.received_ms, 0);
	far_answer_clear(&a);

	/* What was kept a moment ago, in keeps_only_what_looks(). */
	assert_true(recording_times(kept, &sent, &received));
	assert_int_equal(received - sent, 7);
	free(kept);
	h->ops->close(&h);
}

static int make_recording(void **state)
{
	char *path;

	(void)state;
	assert_non_null(mkdtemp(dir));
	path = xasprintf("mkdir -p %s/alpha '%s/dns/[192.0.2.53]:5353'", dir, dir);
	assert_int_equal(system(path), 0);
	free(path);
	put("alpha/hello.far", "odsf1 begin hello\n=hostname alpha\nodsf1 end hello 0\n");
	put("alpha/fetch-8-29.2.0.192.in-addr.arpa.far", "odsf1 begin fetch\nzone text\n");
	put("alpha/host_key", "SHA256:abc\n");
	put("alpha/observe.error", "RC_CONNECT alpha cannot be reached\n");
	put("alpha/keys.delay_ms", "60000\n");
	put("dns/[192.0.2.53]:5353/example.org-SOA.txt", "example.org. 3600 IN SOA ns1.example.org. h. 1 2 3 4 5\n");
	put("dns/[192.0.2.53]:5353/none.example-SOA.txt", "; rcode 3\n");
	put("dns/[192.0.2.53]:5353/example.org-AXFR.error", "RC_TIMEOUT silent\n");
	return 0;
}

static int remove_recording(void **state)
{
	char *command = xasprintf("rm -rf %s", dir);
	int status = system(command);

	(void)state;
	free(command);
	return status;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_what_was_recorded), cmocka_unit_test(refuses_what_was_not),
		cmocka_unit_test(fails_and_hangs_as_told),   cmocka_unit_test(name_servers_too),
		cmocka_unit_test(keeps_only_what_looks),     cmocka_unit_test(keeps_what_name_servers_said),
		cmocka_unit_test(knows_when_it_was),
	};

	return cmocka_run_group_tests_name("replay", tests, make_recording, remove_recording);
}
