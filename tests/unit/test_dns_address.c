#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <netinet/in.h>

#include "remote/dns/address.h"

static int port_of(const char *server)
{
	struct sockaddr_storage to;
	socklen_t len;
	struct err e;

	if (address_parse(server, &to, &len, &e) != RC_OK)
		return -1;
	return ntohs(to.ss_family == AF_INET ? ((struct sockaddr_in *)&to)->sin_port
	                                     : ((struct sockaddr_in6 *)&to)->sin6_port);
}

static void takes_what_failover_xml_allows(void **state)
{
	(void)state;
	assert_int_equal(port_of("192.0.2.53"), 53);
	assert_int_equal(port_of("2001:db8::53"), 53);
	assert_int_equal(port_of("[192.0.2.53]:5353"), 5353);
	assert_int_equal(port_of("[2001:db8::53]:65535"), 65535);
	assert_int_equal(port_of("[2001:db8::53]"), 53);
}

static void refuses_names_and_bad_ports(void **state)
{
	static const char *const bad[] = { "ns1.example.org",  "",
		                           "[192.0.2.53]:0",   "[192.0.2.53]:65536",
		                           "[192.0.2.53]5353", "[192.0.2.53]:53x",
		                           "192.0.2.53:53",    "[2001:db8::53",
		                           "192.0.2.256" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(port_of(bad[i]), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_failover_xml_allows),
		cmocka_unit_test(refuses_names_and_bad_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
