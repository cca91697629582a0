#include "core/run/host_tool.h"

#include <string.h>

const struct host_tool host_tools[] = {
	{ "ods-enforcer", TOOL_NEEDED, "opendnssec-enforcer-sqlite3", "opendnssec" },
	{ "ods-enforcerd", TOOL_NEEDED, "opendnssec-enforcer-sqlite3", "opendnssec" },
	{ "ods-signer", TOOL_NEEDED, "opendnssec-signer", "opendnssec" },
	{ "ods-signerd", TOOL_NEEDED, "opendnssec-signer", "opendnssec" },
	{ "ods-hsmutil", TOOL_NEEDED, "libhsm-bin", "opendnssec" },
	{ "sqlite3", TOOL_NEEDED, "sqlite3", "sqlite" },
	{ "awk", TOOL_NEEDED, "mawk", "gawk" },
	{ "sha256sum", TOOL_NEEDED, "coreutils", "coreutils" },
	{ "timeout", TOOL_NEEDED, "coreutils", "coreutils" },
	{ "dd", TOOL_NEEDED, "coreutils", "coreutils" },
	{ "stat", TOOL_NEEDED, "coreutils", "coreutils" },
	{ "tar", TOOL_NEEDED, "tar", "tar" },
	{ "find", TOOL_NEEDED, "findutils", "findutils" },
	{ "xargs", TOOL_NEEDED, "findutils", "findutils" },
	{ "cmp", TOOL_NEEDED, "diffutils", "diffutils" },
	{ "flock", TOOL_NEEDED, "util-linux", "util-linux" },
	{ "setsid", TOOL_NEEDED, "util-linux", "util-linux" },
	{ "unshare", TOOL_NEW_ACTIVE, "util-linux", "util-linux" },
	{ "mount", TOOL_NEW_ACTIVE, "mount", "util-linux" },
	{ "setpriv", TOOL_HELPS, "util-linux", "util-linux" },
	{ "softhsm2-util", TOOL_HELPS, "softhsm2", "softhsm" },
	{ "ods-control", TOOL_HELPS, "opendnssec-common", "opendnssec" },
	/* Service managers: a host has the one that it has. */
	{ "systemctl", TOOL_HELPS, NULL, NULL },
	{ "sv", TOOL_HELPS, NULL, NULL },
};
const size_t host_tool_count = sizeof host_tools / sizeof *host_tools;

enum tri host_tool_there(const struct far_answer *hello, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < hello->fact_count; i++) {
		const char *value = hello->facts[i].value;

		if (strcmp(hello->facts[i].key, "tool") != 0 || strncmp(value, name, len) != 0 || value[len] != ' ')
			continue;
		if (strcmp(value + len, " yes") == 0)
			return TRI_YES;
		if (strcmp(value + len, " no") == 0)
			return TRI_NO;
	}
	return TRI_UNKNOWN;
}
