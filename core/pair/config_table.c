#include "core/pair/config_check.h"

#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

/* Whole of 1 to @max octets out of @set, the first of them out of @first. */
static bool made_of(const char *text, const char *first, const char *set, size_t max)
{
	size_t len = strlen(text);

	return len >= 1 && len <= max && strchr(first, text[0]) != NULL && strspn(text, set) == len;
}

static bool is_name(const char *text)
{
	return made_of(text, LETTERS DIGITS, LETTERS DIGITS "._-", 63);
}

/* The JSON of a zone's serials has the instances' names beside these. */
static bool is_instance_name(const char *text)
{
	static const char *const taken[] = { "policy", "unsigned", "public", "predicted" };

	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (strcmp(text, taken[i]) == 0)
			return false;
	return is_name(text);
}

static bool is_role(const char *text)
{
	return strcmp(text, "active") == 0 || strcmp(text, "standby") == 0;
}

static bool is_mode(const char *text)
{
	return strcmp(text, "cold") == 0 || strcmp(text, "warm") == 0 || strcmp(text, "dual") == 0;
}

/* A name or address; never what ssh could take for an option. */
static bool is_host(const char *text)
{
	return made_of(text, LETTERS DIGITS "_:", LETTERS DIGITS "_.:%-", 253);
}

static bool is_port(const char *text)
{
	uint64_t port;

	return str_u64(text, 65535, &port) && port >= 1;
}

static bool is_user(const char *text)
{
	return made_of(text, LETTERS DIGITS "_", LETTERS DIGITS "_.@\\$-", 64);
}

static bool is_local_path(const char *text)
{
	return strncmp(text, "~/", 2) == 0 ? text[2] != '\0' : text[0] == '/' && text[1] != '\0';
}

static bool is_far_path(const char *text)
{
	return text[0] == '/' && text[1] != '\0';
}

static bool is_address(const char *text)
{
	ldns_rdf *rdf = NULL;
	bool ok = strchr(text, ':') != NULL ? ldns_str2rdf_aaaa(&rdf, text) == LDNS_STATUS_OK
	                                    : ldns_str2rdf_a(&rdf, text) == LDNS_STATUS_OK;

	ldns_rdf_deep_free(rdf);
	return ok;
}

static bool is_server(const char *text)
{
	const char *end = strchr(text, ']');
	char *address;
	bool ok;

	if (text[0] != '[')
		return is_address(text);
	if (end == NULL || (end[1] != '\0' && (end[1] != ':' || !is_port(end + 2))))
		return false;
	address = xstrndup(text + 1, (size_t)(end - text - 1));
	ok = is_address(address);
	free(address);
	return ok;
}

static bool is_zone(const char *text)
{
	ldns_rdf *name;

	if (strlen(text) > 253 || text[strcspn(text, " \t\r\n")] != '\0')
		return false;
	name = ldns_dname_new_frm_str(text);
	ldns_rdf_deep_free(name);
	return name != NULL;
}

static bool is_duration(const char *text)
{
	int64_t seconds;

	return duration_parse(text, &seconds);
}

static bool is_command(const char *text)
{
	return text[0] != '\0' && strlen(text) <= 4096;
}

static const struct config_value name_value = { "letters, digits, '.', '_' and '-', at most 63", is_name };
static const struct config_value instance_value = {
	"letters, digits, '.', '_' and '-', at most 63; not policy, unsigned, public, predicted", is_instance_name
};
static const struct config_value role_value = { "active, standby", is_role };
static const struct config_value mode_value = { "cold, warm, dual", is_mode };
static const struct config_value host_value = { "a host name or an address, without port or user", is_host };
static const struct config_value port_value = { "1 to 65535", is_port };
static const struct config_value user_value = { "a login name, at most 64 letters", is_user };
static const struct config_value local_value = { "a path that begins with / or ~/", is_local_path };
static const struct config_value far_value = { "a path on the instance that begins with /", is_far_path };
static const struct config_value server_value = { "an address, or [address]:port", is_server };
static const struct config_value zone_value = { "the name of a zone", is_zone };
static const struct config_value duration_value = { "a duration such as PT30M, PT1H30M or P3D", is_duration };
static const struct config_value command_value = { "a shell command, at most 4096 letters", is_command };

/* clang-format off */
const struct config_element config_elements[] = {
	{ NULL, "Failover", { NULL }, { NULL }, NULL, 1, 1, "The whole file.", NULL },
	{ "Failover", "Pair", { "name" }, { &name_value }, NULL, 1, 0,
	  "Two instances, one active and one standby.", NULL },
	{ "Pair", "Instance", { "name", "role" }, { &instance_value, &role_value }, NULL, 2, 2,
	  "One OpenDNSSEC host. The role is that before the first run; after it, the record kept on the instances decides.",
	  NULL },
	{ "Instance", "Host", { NULL }, { NULL }, &host_value, 1, 1, "Where it is reached.", NULL },
	{ "Instance", "Port", { NULL }, { NULL }, &port_value, 0, 1, "The port of its SSH server.",
	  "~/.ssh/config, else 22" },
	{ "Instance", "User", { NULL }, { NULL }, &user_value, 0, 1, "The login there, which may use sudo.",
	  "~/.ssh/config, else the operator's own name" },
	{ "Instance", "IdentityFile", { NULL }, { NULL }, &local_value, 0, 1,
	  "The one private key to log in with; no other is tried.", "~/.ssh/config, the agent, and the usual files" },
	{ "Instance", "Certificate", { NULL }, { NULL }, &local_value, 0, 1, "The certificate of that key.",
	  "KEY-cert.pub beside the key, where there is one" },
	{ "Instance", "KnownHosts", { NULL }, { NULL }, &local_value, 0, 1,
	  "The one file of known host keys; no other is read.", "~/.ssh/config, else ~/.ssh/known_hosts" },
	{ "Instance", "Configuration", { NULL }, { NULL }, &far_value, 0, 1,
	  "Its conf.xml. Everything else about the instance is read from there.", "/etc/opendnssec/conf.xml" },
	{ "Pair", "Mode", { NULL }, { NULL }, &mode_value, 0, 1,
	  "cold: no daemon runs on the standby; warm: it signs and does not publish; dual: both sign, one publishes.",
	  "cold" },
	{ "Pair", "NameServer", { NULL }, { NULL }, &server_value, 0, 0,
	  "A public name server to ask what the world sees.", NULL },
	{ "Pair", "Parent", { "zone" }, { &zone_value }, &server_value, 0, 0,
	  "Where to ask for the DS records of that zone.", NULL },
	{ "Pair", "FailoverTime", { NULL }, { NULL }, &duration_value, 0, 1,
	  "How long a failover takes, until runs and drills have measured it.", "PT30M" },
	{ "Pair", "Margin", { NULL }, { NULL }, &duration_value, 0, 1,
	  "What must be left when a failover has ended, before the first signature expires.", "PT1H" },
	{ "Pair", "Publish", { NULL }, { NULL }, NULL, 0, 1, "What makes the new active's zones public.", "nothing" },
	{ "Publish", "Command", { NULL }, { NULL }, &command_value, 1, 0,
	  "A shell command, run as root on the new active once its zones are proven.", NULL },
};
/* clang-format on */
const size_t config_element_count = sizeof config_elements / sizeof *config_elements;
