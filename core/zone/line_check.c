#include "core/zone/line_check.h"

#include <stddef.h>

#include "core/zone/rdata_text.h"
#include "core/zone/rrtype.h"

enum { LABEL_MAX = 63, SCRATCH = 2048 };

#define DIGIT 1
#define HEX 2
#define BASE64 4
#define NAME 8

/* clang-format off */
static const uint8_t classes[256] = {
	['0'] = 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,
	['A'] = 14, 14, 14, 14, 14, 14, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
	['a'] = 14, 14, 14, 14, 14, 14, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
	['-'] = NAME, ['_'] = NAME, ['*'] = NAME, ['+'] = BASE64, ['/'] = BASE64,
};
/* clang-format on */

bool line_base64(const char *p, const char *nl)
{
	size_t len = (size_t)(nl - p);
	uint8_t all = BASE64;

	if (len == 0 || len % 4 != 0)
		return false;
	if (nl[-1] == '=')
		nl -= nl[-2] == '=' ? 2 : 1;
	for (; p < nl; p++)
		all &= classes[(uint8_t)*p];
	return all != 0;
}

/* An absolute name of plain characters up to @end, short enough that no length
 * can be wrong. */
static bool name_good(const char *p, const char *end)
{
	const char *label = p;

	if (end - p < 2 || end - p > 250 || end[-1] != '.')
		return false;
	for (; p < end; p++) {
		if (*p == '.') {
			if (p == label || p - label > LABEL_MAX)
				return false;
			label = p + 1;
		} else if ((classes[(uint8_t)*p] & NAME) == 0) {
			return false;
		}
	}
	return true;
}

static bool signature_good(const char *p, const char *nl)
{
	for (int words = 8; words > 0; words--) {
		while (p < nl && *p != ' ')
			p++;
		if (p == nl)
			return false;
		p++;
	}
	return line_base64(p, nl);
}

bool line_rdata_good(uint16_t type, const char *p, const char *nl)
{
	uint8_t scratch[RDATA_MAX];
	size_t len;

	switch (type) {
	case RRTYPE_NS:
	case RRTYPE_CNAME:
		return name_good(p, nl);
	case RRTYPE_RRSIG:
		return signature_good(p, nl);
	default:
		return rdata_quick(type, p, (size_t)(nl - p), NULL, scratch, &len);
	}
}
