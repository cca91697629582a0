#include "nsd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ground.h"

static const char soa[] = "$TTL 3600\n@ SOA ns.test. hostmaster.test. 7 3600 600 86400 300\n@ NS ns.test.\n";

static const char sign[] =
    "cd %s/zones\n"
    "k=$(ldns-keygen -a ECDSAP256SHA256 -k example.test) z=$(ldns-keygen -a ECDSAP256SHA256 example.test)\n"
    "ldns-signzone -i 20260101000000 -e 20380101000000 -f late plain-example $k $z\n"
    "ldns-signzone -i 20260101000000 -e 20360101000000 -f early plain-example $k $z\n"
    "{ awk '!($4 == \"RRSIG\" && $5 == \"NS\")' late; awk '$4 == \"RRSIG\" && $5 == \"NS\"' early; } >example.test\n"
    "cat $k.ds >>test; echo ${k##*+} >ksk\n"
    "{ cat plain; for i in $(seq 40); do printf '@ TXT \"%%0100d\"\\n' $i; done; } >plain.test\n"
    "{ cat plain; seq 30000 | awk '{ print \"host\" $1, \"A 192.0.2.\" $1 %% 250 }'; } >large.test\n";

static void write_zones(void)
{
	ground_run("mkdir %s/zones", ground_dir());
	ground_write("zones/plain", "%s", soa);
	ground_write("zones/plain-example",
	             "$ORIGIN example.test.\n%s@ TXT \"a\" \"b c\"\nwww A 192.0.2.1\n*.wild MX 10 www\n"
	             "a.b.c TXT ent\nsub NS ns.sub\nns.sub A 192.0.2.2\nodd TYPE65400 \\# 4 0a000001\n",
	             soa);
	ground_write("zones/test", "%sns A 127.0.0.1\nhost A 192.0.2.3\nexample NS ns\ninsecure NS ns\n$ORIGIN test.\n",
	             soa);
	ground_run(sign, ground_dir());
}

static void start(const char *name, int port, const char *zones)
{
	char *config, file[40], log[40];
	const char *argv[] = { "/usr/sbin/nsd", "-d", "-c", NULL, NULL };

	(void)snprintf(file, sizeof file, "nsd-%s.conf", name);
	(void)snprintf(log, sizeof log, "nsd-%s.log", name);
	ground_write(
	    file,
	    "server:\n ip-address: 127.0.0.1@%d\n username: \"\"\n zonesdir: \"%s/zones\"\n database: \"\"\n"
	    " zonelistfile: \"%s/%s.list\"\n xfrdfile: \"%s/%s.xfrd\"\n xfrdir: \"%s\"\n pidfile: \"%s/%s.pid\"\n"
	    " server-count: 1\n rrl-ratelimit: 0\n verbosity: 1\nremote-control:\n control-enable: no\n%s",
	    port, ground_dir(), ground_dir(), name, ground_dir(), name, ground_dir(), ground_dir(), name, zones);
	config = ground_path(file);
	argv[3] = config;
	(void)ground_daemon(log, port, argv);
	free(config);
}

void nsd_start(void)
{
	write_zones();
	start("child", 5301,
	      "zone:\n name: example.test\n zonefile: example.test\n provide-xfr: 127.0.0.1 NOKEY\n"
	      "zone:\n name: plain.test\n zonefile: plain.test\n"
	      "zone:\n name: large.test\n zonefile: large.test\n provide-xfr: 127.0.0.1 NOKEY\n"
	      "zone:\n name: \"0/25.2.0.192.in-addr.arpa\"\n zonefile: plain\n"
	      "zone:\n name: xn--bcher-kva.test\n zonefile: plain\n"
	      "zone:\n name: never.test\n zonefile: never.test\n request-xfr: AXFR 127.0.0.1@5309 NOKEY\n"
	      " allow-notify: 127.0.0.1 NOKEY\n provide-xfr: 127.0.0.1 NOKEY\n");
	start("parent", 5302, "zone:\n name: test\n zonefile: test\n");
}

int nsd_ksk_tag(void)
{
	char *text = ground_read("zones/ksk");
	int tag = atoi(text);

	free(text);
	return tag;
}
