#include "core/zone/scan_line.h"

#include <stddef.h>

#include "core/zone/special.h"

/* Behind the blanks at @p; NULL when there are none. */
static const char *gap(const char *p, const char *nl)
{
	const char *start = p;

	while (p < nl && is_blank(*p))
		p++;
	return p > start ? p : NULL;
}

bool line_head(struct zline *l, const char *p, const char *nl)
{
	const char *q = blank_find(p, nl);
	uint64_t ttl = 0;

	if (q == p || q[-1] != '.' || q == nl || (q - p > 1 && q[-2] == '\\'))
		return false;
	l->owner = p;
	l->owner_len = (uint32_t)(q - p);
	if ((p = gap(q, nl)) == NULL)
		return false;
	for (q = p; q < nl && *q >= '0' && *q <= '9' && q - p < 11; q++)
		ttl = ttl * 10 + (uint64_t)(*q - '0');
	if (q == p || ttl > UINT32_MAX)
		return false;
	l->ttl = (uint32_t)ttl;
	if ((p = gap(q, nl)) == NULL || nl - p < 4 || (p[0] | 0x20) != 'i' || (p[1] | 0x20) != 'n')
		return false;
	if ((p = gap(p + 2, nl)) == NULL)
		return false;
	l->type_text = p;
	while (p < nl && !is_blank(*p))
		p++;
	l->type_len = (uint32_t)(p - l->type_text);
	while (p < nl && is_blank(*p))
		p++;
	l->rdata = p;
	return l->type_len > 0;
}

const char *line_record_end(const char *p, const char *nl)
{
	p = special_find(p, nl);
	return p == nl || *p == ';' ? p : NULL;
}
