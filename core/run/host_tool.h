/* host_tool.h -- the programs that the far side calls on an instance, as its verb `hello` names them, and where each is
 * got from. */
#ifndef ODSF_CORE_RUN_HOST_TOOL_H
#define ODSF_CORE_RUN_HOST_TOOL_H

#include <stddef.h>

#include "core/pair/far.h"
#include "core/pair/observation.h"

enum tool_need {
	TOOL_HELPS,     /* the far side has another way, or only shows what it says */
	TOOL_NEEDED,    /* by steps on either instance */
	TOOL_NEW_ACTIVE /* by the proof of the keys, on the instance that becomes active */
};

struct host_tool {
	const char *name;
	enum tool_need need;
	const char *debian, *rhel; /* packages of Debian 12, and of RHEL 9; NULL: of the host's own system */
};

extern const struct host_tool host_tools[];
extern const size_t host_tool_count;

/* Whether the host that gave the answer @hello has it ("=tool NAME yes|no"). */
enum tri host_tool_there(const struct far_answer *hello, const char *name);

#endif
