/* nsd.h -- real name servers for tests: NSD on loopback, with zones that are made and signed here. Behind
 * ground_enter(). */
#ifndef ODSF_TESTS_REMOTE_NSD_H
#define ODSF_TESTS_REMOTE_NSD_H

/* NSD_CHILD serves example.test (signed, serial 7, transferable), plain.test (of 40 long TXT; no transfer), large.test
 * (30,000 records, transferable), 0/25.2.0.192.in-addr.arpa, xn--bcher-kva.test, and never.test, which it never got.
 * NSD_PARENT serves test: delegates example.test with its DS and insecure.test without one, and has a host.test that
 * is no zone. Nothing listens on NSD_NOBODY. */
#define NSD_CHILD "[127.0.0.1]:5301"
#define NSD_PARENT "[127.0.0.1]:5302"
#define NSD_NOBODY "[127.0.0.1]:5309"

/* What example.test was signed with. The signature of its NS is the first one to expire. */
#define NSD_INCEPTION 1767225600 /* 2026-01-01T00:00:00Z */
#define NSD_FIRST 2082758400     /* 2036-01-01T00:00:00Z */

void nsd_start(void);
int nsd_ksk_tag(void);
/* The signed file of example.test, the file of large.test; below ground_dir(). */
#define NSD_SIGNED_FILE "zones/example.test"
#define NSD_LARGE_FILE "zones/large.test"

#endif
