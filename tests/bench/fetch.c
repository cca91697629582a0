/* fetch.c -- a signed zone of 46 MB fetched over a real sshd in namespaces: by us, by scp, and by SFTP one request
 * after another; on loopback, and through a proxy that holds every octet back for 10 ms each way. Connecting counts.
 * Prints a row each: seconds on the wall, the least of three, and megabytes of zone a second. Needs root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <libssh/libssh.h>
#include <libssh/sftp.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/pair/zone_copy.h"
#include "remote/host/host.h"
#include "tests/remote/ground.h"

enum { PORT = 2201, FAR_PORT = 2202, DELAY_MS = 10, RECORDS = 260000, TRIALS = 3, SFTP_PART = 10, CHUNK = 32768 };

/* ---- the way that takes its time ---- */

struct held {
	struct held *next;
	int64_t due_ms;
	size_t len, sent;
	char p[65536];
};

struct direction {
	int from, to;
	struct held *first, **last;
	bool ended;
};

static bool take(struct direction *d)
{
	struct held *h = xcalloc(1, sizeof *h);
	ssize_t n = read(d->from, h->p, sizeof h->p);

	if (n <= 0) {
		d->ended = true;
		free(h);
		return false;
	}
	h->len = (size_t)n;
	h->due_ms = clock_mono_ms() + DELAY_MS;
	*d->last = h;
	d->last = &h->next;
	return true;
}

static bool give(struct direction *d)
{
	while (d->first != NULL && d->first->due_ms <= clock_mono_ms()) {
		struct held *h = d->first;
		ssize_t n = send(d->to, h->p + h->sent, h->len - h->sent, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0)
			return true; /* it is full: again in a moment */
		h->sent += (size_t)n;
		if (h->sent < h->len)
			return true;
		d->first = h->next;
		if (d->first == NULL)
			d->last = &d->first;
		free(h);
	}
	return !(d->ended && d->first == NULL);
}

static void carry(int client)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		                  .sin_port = htons(PORT),
		                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int server = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	struct direction d[2] = { { client, server, NULL, NULL, false }, { server, client, NULL, NULL, false } };

	if (connect(server, (struct sockaddr *)&to, sizeof to) != 0)
		_exit(1);
	(void)setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	(void)setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	d[0].last = &d[0].first;
	d[1].last = &d[1].first;
	for (;;) {
		struct pollfd p[2] = { { .fd = d[0].ended ? -1 : client, .events = POLLIN },
			               { .fd = d[1].ended ? -1 : server, .events = POLLIN } };

		(void)poll(p, 2, d[0].first != NULL || d[1].first != NULL ? 1 : -1);
		for (int i = 0; i < 2; i++) {
			if ((p[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
				(void)take(&d[i]);
			if (!give(&d[i]))
				_exit(0);
		}
	}
}

static pid_t proxy(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		                  .sin_port = htons(FAR_PORT),
		                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	pid_t pid;

	(void)setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(listener, 8), 0);
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)signal(SIGCHLD, SIG_IGN);
		for (;;) {
			int client = accept(listener, NULL, NULL);

			if (client >= 0 && fork() == 0) {
				(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
				carry(client);
			}
			if (client >= 0)
				close(client);
		}
	}
	close(listener);
	return pid;
}

/* ---- the zone, and an instance that has it ---- */

static uint64_t zone_size;
static char *zone_path;

/* Signatures do not compress, names do: as a signer's file, about a third. */
static void make_zone(void)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	FILE *out;
	struct stat st;
	uint32_t x = 1;

	zone_path = ground_path("signed");
	out = fopen(zone_path, "we");
	assert_non_null(out);
	(void)fputs("big.test.\t3600\tIN\tSOA\tns1.big.test. hm.big.test. 7 3600 900 1209600 300\n", out);
	for (int i = 0; i < RECORDS; i++) {
		char signature[89] = { 0 };

		for (int k = 0; k < 88; k++) {
			x = x * 1664525U + 1013904223U;
			signature[k] = digits[x >> 26];
		}
		if (i % 2 == 0)
			(void)fprintf(out, "host%d.big.test.\t3600\tIN\tA\t10.%d.%d.%d\n", i, i >> 16 & 255,
			              i >> 8 & 255, i & 255);
		(void)fprintf(
		    out,
		    "host%d.big.test.\t3600\tIN\tRRSIG\tA 13 3 3600 20261208143154 20261124235132 41187 big.test. "
		    "%s\n",
		    i, signature);
	}
	assert_int_equal(fclose(out), 0);
	assert_int_equal(stat(zone_path, &st), 0);
	zone_size = (uint64_t)st.st_size;
}

static void make_instance(struct instance_config *i, int port)
{
	char *enforcer = ground_path("enforcer"), *conf = ground_path("conf.xml");

	(void)mkdir(enforcer, 0755);
	ground_write(
	    "conf.xml",
	    "<?xml "
	    "version=\"1.0\"?>\n<Configuration><RepositoryList/><Common/><Enforcer><Datastore><SQLite>/none</SQLite>"
	    "</Datastore><WorkingDirectory>%s</WorkingDirectory></Enforcer></Configuration>\n",
	    enforcer);
	ground_write("enforcer/zones.xml",
	             "<?xml version=\"1.0\"?>\n<ZoneList><Zone "
	             "name=\"big.test\"><Policy>default</Policy><SignerConfiguration>/none"
	             "</SignerConfiguration><Adapters><Input><Adapter type=\"File\">/none</Adapter></Input><Output>"
	             "<Adapter type=\"File\">%s</Adapter></Output></Adapters></Zone></ZoneList>\n",
	             zone_path);
	ground_instance(i, "alpha", port, "root", "id");
	free(i->configuration);
	i->configuration = conf;
	free(enforcer);
}

/* ---- the ways ---- */

static const char *keep_dir; /* NULL: as it is */
static int trials = TRIALS;

static uint64_t ours(const struct instance_config *i)
{
	char *far = xasprintf("%s/far", getenv("ODSF_DATA"));
	struct host *h = host_ssh_new(i, NULL, far);
	struct zone_copy_args args = { .host = h, .zone = "big.test", .dir = keep_dir, .timeout_s = 300 };
	struct zone_copy *z = zone_copy_start(&args);
	struct err e = { 0 };
	uint64_t size = 0;

	if (zone_copy_ended(z, &e) != RC_OK)
		fail_msg("%s", e.text);
	(void)zone_copy_fd(z, &size);
	zone_copy_free(&z);
	h->ops->close(&h);
	free(far);
	assert_int_equal(size, zone_size);
	return size;
}

static uint64_t scp(const struct instance_config *i)
{
	ground_run("scp -q -B -P %d -i %s -o UserKnownHostsFile=$HOME/.ssh/known_hosts root@127.0.0.1:%s %s.copy",
	           i->port, i->identity, zone_path, zone_path);
	return zone_size;
}

static uint64_t sftp(const struct instance_config *i)
{
	ssh_session s = ssh_new();
	int port = i->port, one = 1;
	ssh_key key = NULL;
	sftp_session f;
	sftp_file file;
	uint64_t got = 0, wanted = zone_size / SFTP_PART;
	static char part[CHUNK];
	ssize_t n;

	(void)ssh_options_set(s, SSH_OPTIONS_HOST, "127.0.0.1");
	(void)ssh_options_set(s, SSH_OPTIONS_PORT, &port);
	(void)ssh_options_set(s, SSH_OPTIONS_USER, "root");
	(void)ssh_options_set(s, SSH_OPTIONS_NODELAY, &one);
	assert_int_equal(ssh_connect(s), SSH_OK);
	assert_int_equal(ssh_pki_import_privkey_file(i->identity, NULL, NULL, NULL, &key), SSH_OK);
	assert_int_equal(ssh_userauth_publickey(s, NULL, key), SSH_AUTH_SUCCESS);
	f = sftp_new(s);
	assert_int_equal(sftp_init(f), SSH_OK);
	file = sftp_open(f, zone_path, O_RDONLY, 0);
	assert_non_null(file);
	while (got < wanted && (n = sftp_read(file, part, sizeof part)) > 0)
		got += (uint64_t)n;
	(void)sftp_close(file);
	sftp_free(f);
	ssh_key_free(key);
	ssh_disconnect(s);
	ssh_free(s);
	return got;
}

/* Megabytes a second of the best trial. */
static double measure(const char *name, uint64_t (*way)(const struct instance_config *i),
                      const struct instance_config *i)
{
	double best = 0, wall = 0;

	for (int k = 0; k < trials; k++) {
		int64_t before = clock_mono_ms();
		uint64_t octets = way(i);
		int64_t took = clock_mono_ms() - before;
		double rate = (double)octets / 1000 / (double)(took > 0 ? took : 1);

		if (rate > best) {
			best = rate;
			wall = (double)zone_size / 1e6 / rate;
		}
	}
	printf("| %s | %.2f | %.1f |\n", name, wall, best);
	(void)fflush(stdout);
	return best;
}

int main(void)
{
	struct instance_config near = { 0 }, far = { 0 };
	double peer, us;
	pid_t sshd, way;
	bool good;

	ground_enter();
	make_zone();
	ground_key("id", "", "root");
	sshd = ground_sshd(PORT, NULL, "Subsystem sftp internal-sftp\n");
	way = proxy();
	ground_know(PORT, "host_key");
	ground_know(FAR_PORT, "host_key");
	make_instance(&near, PORT);
	make_instance(&far, FAR_PORT);
	printf("| fetch of %.1f MB over SSH | wall s | MB/s |\n| --- | --: | --: |\n", (double)zone_size / 1e6);
	peer = measure("loopback: scp", scp, &near);
	us = measure("loopback: ods-failover", ours, &near);
	printf("| loopback: wall against scp | %.2f | goal ≤ 1 |\n", peer / us);
	good = us >= peer;
	peer = measure("20 ms: SFTP, one request after another", sftp, &far);
	(void)measure("20 ms: scp", scp, &far);
	us = measure("20 ms: ods-failover, as it is", ours, &far);
	/* The first one shows how slow the link is; each file is another one, or it would not come again. */
	keep_dir = ground_path("kept");
	(void)mkdir(keep_dir, 0700);
	trials = 1;
	for (int k = 0; k < 2; k++) {
		ground_run("touch %s", zone_path);
		(void)measure(k == 0 ? "20 ms: ods-failover, the first and what is kept of it"
		                     : "20 ms: ods-failover, the next, compressed",
		              ours, &far);
	}
	printf("| 20 ms: rate against SFTP | %.1f | goal ≥ 10 |\n", us / peer);
	good = good && us >= 10 * peer;
	ground_instance_clear(&near);
	ground_instance_clear(&far);
	(void)kill(way, SIGKILL);
	(void)waitpid(way, NULL, 0);
	ground_end(sshd);
	ground_leave();
	return good ? 0 : 1;
}
