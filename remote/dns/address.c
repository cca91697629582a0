#include "remote/dns/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

#include "core/base/str.h"

static bool set_address(const char *host, uint16_t port, struct sockaddr_storage *to, socklen_t *len)
{
	struct sockaddr_in *four = (struct sockaddr_in *)to;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)to;

	memset(to, 0, sizeof *to);
	if (inet_pton(AF_INET, host, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons(port);
		*len = sizeof *four;
		return true;
	}
	if (inet_pton(AF_INET6, host, &six->sin6_addr) == 1) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons(port);
		*len = sizeof *six;
		return true;
	}
	return false;
}

enum rc address_parse(const char *server, struct sockaddr_storage *to, socklen_t *len, struct err *e)
{
	char host[INET6_ADDRSTRLEN + 2];
	uint64_t port = 53;
	const char *close = server[0] == '[' ? strchr(server, ']') : NULL;

	if (close != NULL) {
		size_t n = (size_t)(close - server - 1);

		if (n >= sizeof host ||
		    (close[1] != '\0' && (close[1] != ':' || !str_u64(close + 2, 65535, &port) || port == 0)))
			goto bad;
		memcpy(host, server + 1, n);
		host[n] = '\0';
	} else if (!str_copy(host, sizeof host, server)) {
		goto bad;
	}
	if (set_address(host, (uint16_t)port, to, len))
		return RC_OK;
bad:
	return err_set(e, RC_USAGE,
	               "\"%.80s\" is no name server's address: 192.0.2.53, 2001:db8::53, [192.0.2.53]:5353 or "
	               "[2001:db8::53]:5353 are",
	               server);
}
