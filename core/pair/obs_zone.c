/* Zones: the union of database and zones.xml, and what their files say. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/opendnssec/backup2.h"
#include "core/opendnssec/clitext.h"
#include "core/opendnssec/signconf.h"
#include "core/opendnssec/zonelist.h"
#include "core/pair/obs_answer.h"
#include "core/zone/ds.h"

static struct obs_zone *find(struct observation *o, const char *name)
{
	for (size_t i = 0; i < o->zone_count; i++) {
		if (name_equal(o->zones[i].name, name))
			return &o->zones[i];
	}
	return NULL;
}

static enum adapter adapter_of(enum zone_adapter a)
{
	return a == ZONE_ADAPTER_FILE ? ADAPTER_FILE : a == ZONE_ADAPTER_DNS ? ADAPTER_DNS : ADAPTER_UNKNOWN;
}

/* The list's text parsed; false with @know set when it is not there or not one. */
static bool read_list(struct obs_answer *r, struct zonelist *l, struct know *know, const char *section,
                      const char *file)
{
	const struct far_section *s = far_section(r->a, section);
	struct err e = { 0 };
	const char *why = NULL, *text = obs_section(r, section, &why);

	if (!r->o->conf.know.ok) {
		obs_unknown(r, know, file, "%s", r->o->conf.know.why);
	} else if (s && s->status == 66) {
		obs_bad(r, know, file, "%s is not there, or cannot be read", file);
	} else if (!s || !text) {
		obs_unknown(r, know, file, "%s: %s", file, why);
	} else if (zonelist_parse(l, &r->o->arena, file, s->text, s->len, &e) != RC_OK) {
		obs_bad(r, know, file, "%s", e.text);
	} else {
		obs_known(know, file);
	}
	return know->ok;
}

/* What the signer goes by is zones.xml: its paths count where both say one. */
static void join(struct obs_answer *r, const struct zonelist *l)
{
	struct observation *o = r->o;
	struct obs_zone *all = arena_alloc(&o->arena, (o->zone_count + l->zone_count) * sizeof *all + 1);

	if (o->zone_count)
		memcpy(all, o->zones, o->zone_count * sizeof *all);
	o->zones = all;
	for (size_t i = 0; i < l->zone_count; i++) {
		const struct zonelist_zone *from = &l->zones[i];
		struct obs_zone *z = find(o, from->name);

		if (!z) {
			z = &o->zones[o->zone_count++];
			z->name = from->name;
			z->policy = from->policy;
			z->in_database = r->database_rows ? TRI_NO : TRI_UNKNOWN;
		}
		z->in_zones_xml = TRI_YES;
		z->input = adapter_of(from->input);
		z->output = adapter_of(from->output);
		z->unsigned_path = z->input == ADAPTER_FILE ? from->input_uri : NULL;
		z->signed_path = z->output == ADAPTER_FILE ? from->output_uri : NULL;
		if (from->signconf)
			z->signconf_path = from->signconf;
	}
}

static int by_name(const void *x, const void *y)
{
	return strcasecmp(((const struct obs_zone *)x)->name, ((const struct obs_zone *)y)->name);
}

/* The signer's file name of a zone: '/' and blank become '-' (OpenDNSSEC 2.1.12 common/file.c). */
static const char *backup2_path(struct obs_answer *r, const char *zone)
{
	char *name = arena_strdup(&r->o->arena, zone);

	for (char *p = name; *p; p++) {
		if (*p == '/' || *p == ' ')
			*p = '-';
	}
	return arena_printf(&r->o->arena, "%s/%s.backup2", r->o->conf.signer_dir, name);
}

static const char *section_name(struct obs_answer *r, const char *kind, const char *zone)
{
	return arena_printf(&r->o->arena, "%s %s", kind, zone);
}

/* The section of a zone. One that is missing, or has no end, has the reason that the pass over the files gave. */
static char *zone_section(struct obs_answer *r, const char *kind, const char *zone, const char **why)
{
	const char *name = section_name(r, kind, zone), *error = far_fact(r->a, "zones-error");
	const struct far_section *s = far_section(r->a, name);
	char *text = obs_section(r, name, why);

	if (!text && error && (!s || s->status == -1))
		*why = error;
	return text;
}

/* Why a file of a zone says nothing. */
static void file_unknown(struct obs_answer *r, struct know *k, const char *path, const char *what, const char *why)
{
	if (!path)
		obs_bad(r, k, what, "the zone has no %s", what);
	else if (obs_exists(r, path) == TRI_NO)
		obs_bad(r, k, path, "%s is not there", path);
	else
		obs_unknown(r, k, path, "%s: %s", path, why);
}

static void read_unsigned(struct obs_answer *r, struct obs_zone *z)
{
	const char *why = NULL;
	char *lines = zone_section(r, "unsigned", z->name, &why), *line = NULL;

	z->unsigned_digest = obs_digest(r, z->unsigned_path);
	z->unsigned_exists = z->unsigned_path ? obs_exists(r, z->unsigned_path) : TRI_UNKNOWN;
	if (lines)
		line = obs_line(&lines);
	if (line && strncmp(line, "serial ", 7) == 0) {
		uint64_t v;

		if (str_u64(line + 7, UINT32_MAX, &v)) {
			obs_known(&z->unsigned_know, z->unsigned_path);
			z->unsigned_serial.ok = true;
			z->unsigned_serial.v = (int64_t)v;
			return;
		}
		why = "its serial is no number of 32 bits";
	} else if (line && strncmp(line, "unknown ", 8) == 0) {
		why = line + 8;
	}
	file_unknown(r, &z->unsigned_know, z->unsigned_path, "unsigned zone file",
	             why ? why : "nothing was said of it");
	if (line)
		z->unsigned_know.bad = true; /* it was read */
}

/* Key tag (RFC 4034 appendix B) of "flags protocol algorithm base64"; -1 when it is not one. */
static int key_tag(const char *text)
{
	uint8_t rdata[DNSKEY_OCTETS_MAX];
	size_t len = dnskey_octets(text, rdata);
	unsigned long sum = 0;

	if (len == 0)
		return -1;
	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? rdata[i] : (unsigned long)rdata[i] << 8;
	return (int)((sum + (sum >> 16 & 65535)) & 65535);
}

/* "20261124031301 owner TYPE" */
static bool read_moment(const char *s, int64_t *t, const char **what)
{
	char stamp[15];

	if (strlen(s) < 16 || s[14] != ' ')
		return false;
	memcpy(stamp, s, 14);
	stamp[14] = '\0';
	*what = s + 15;
	return time_parse(stamp, t);
}

static void add_dnskey(struct obs_answer *r, struct obs_signed *s, const char *text, size_t *cap, const char ***keys)
{
	(void)r;
	*keys = vec_grow(*keys, s->dnskey_count, cap, sizeof **keys);
	(*keys)[s->dnskey_count++] = text;
}

static int by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* One row of the section "signed ZONE"; false: not understood. */
static bool read_signed_row(struct obs_answer *r, struct obs_signed *s, char *line, int64_t *bytes, size_t *cap,
                            const char ***keys)
{
	char *value = strchr(line, ' ');
	struct num n;

	if (!value)
		return false;
	*value++ = '\0';
	if (strcmp(line, "expiry") == 0)
		return read_moment(value, &s->first_expiry, &s->first_rrset);
	if (strcmp(line, "inception") == 0)
		return read_moment(value, &s->last_inception, &s->last_inception_rrset);
	if (strcmp(line, "dnskey") == 0) {
		add_dnskey(r, s, value, cap, keys);
		return true;
	}
	n = obs_number(value);
	if (!n.ok)
		return false;
	if (strcmp(line, "serial") == 0) {
		s->serial = n;
		s->serial.ok = n.v <= UINT32_MAX;
		return s->serial.ok;
	}
	if (strcmp(line, "bytes") == 0)
		*bytes = n.v;
	else if (strcmp(line, "records") == 0)
		s->records = n.v;
	else if (strcmp(line, "signatures") == 0)
		s->signatures = n.v;
	else
		return false;
	return true;
}

/* The far side counts an octet more than there is when the last line has no end. The signer replaces the file by
 * rename, so the count is that of the file before or behind the pass; with neither, it is whole only if the file was
 * replaced. */
static void judge_complete(struct obs_answer *r, struct obs_zone *z, int64_t bytes)
{
	const struct obs_stat *before = obs_find_stat(&r->stat_before, z->signed_path);
	const struct obs_stat *after = obs_find_stat(&r->stat, z->signed_path);
	const struct obs_stat *is = before && before->size == bytes ? before : after;

	if (!is) {
		obs_unknown(r, &z->signed_zone.know, z->signed_path, "%s: its size is not known", z->signed_path);
		return;
	}
	z->signed_zone.size = is->size;
	z->signed_zone.mtime = is->mtime;
	z->signed_zone.inode = is->inode;
	z->signed_zone.complete = is->size == bytes;
	if (is->size != bytes && before && after && before->inode != after->inode)
		obs_unknown(r, &z->signed_zone.know, z->signed_path, "%s was replaced while it was read",
		            z->signed_path);
}

static void read_signed(struct obs_answer *r, struct obs_zone *z)
{
	struct obs_signed *s = &z->signed_zone;
	const char *why = NULL, **keys = NULL;
	char *lines = zone_section(r, "signed", z->name, &why), *line;
	int64_t bytes = -1;
	size_t cap = 0;

	if (!lines) {
		file_unknown(r, &s->know, z->signed_path, "signed zone file", why);
		return;
	}
	obs_known(&s->know, z->signed_path);
	while (s->know.ok && (line = obs_line(&lines)) != NULL) {
		if (!read_signed_row(r, s, line, &bytes, &cap, &keys))
			obs_unknown(r, &s->know, z->signed_path, "%s: what was read of it is not understood",
			            z->signed_path);
	}
	if (s->know.ok && bytes == 0)
		obs_bad(r, &s->know, z->signed_path, "%s is empty", z->signed_path);
	else if (s->know.ok && !s->serial.ok)
		obs_unknown(r, &s->know, z->signed_path, "%s has no SOA record, one a line", z->signed_path);
	if (s->know.ok)
		judge_complete(r, z, bytes);
	s->dnskeys = arena_dup(&r->o->arena, keys, s->dnskey_count, sizeof *keys);
	s->dnskey_tags = arena_alloc(&r->o->arena, s->dnskey_count * sizeof *s->dnskey_tags + 1);
	qsort(s->dnskeys, s->dnskey_count, sizeof *s->dnskeys, by_text);
	for (size_t i = 0; i < s->dnskey_count; i++)
		s->dnskey_tags[i] = key_tag(s->dnskeys[i]);
	free(keys);
}

static void read_backup2(struct obs_answer *r, struct obs_zone *z)
{
	struct obs_backup2 *b = &z->backup2;
	const struct obs_stat *stat = obs_find_stat(&r->stat, z->backup2_path);
	const char *why = NULL, *trailer = obs_find_word(&r->trailers, z->backup2_path);
	char *text = zone_section(r, "backup2", z->name, &why);
	struct backup2 parsed;
	struct err e = { 0 };

	b->exists = text ? TRI_YES : obs_exists(r, z->backup2_path);
	b->mtime = stat ? stat->mtime : 0;
	if (!text) {
		file_unknown(r, &b->know, z->backup2_path, "state file", why);
		return;
	}
	if (!*text) {
		obs_bad(r, &b->know, z->backup2_path, "%s is empty", z->backup2_path);
		b->complete = TRI_NO;
		return;
	}
	if (trailer)
		b->complete = strcmp(trailer, "yes") == 0 ? TRI_YES : TRI_NO;
	if (backup2_parse(&parsed, &r->o->arena, z->backup2_path, text, strlen(text), &e) != RC_OK) {
		obs_bad(r, &b->know, z->backup2_path, "%s", e.text);
		return;
	}
	obs_known(&b->know, z->backup2_path);
	b->inbound = parsed.inbound;
	b->internal = parsed.internal;
	b->outbound = parsed.outbound;
	b->lastmod = parsed.lastmod;
	b->locators = arena_alloc(&r->o->arena, parsed.key_count * sizeof *b->locators + 1);
	for (size_t i = 0; i < parsed.key_count; i++)
		b->locators[b->locator_count++] = parsed.keys[i].locator;
}

static void read_signconf(struct obs_answer *r, struct obs_zone *z)
{
	struct obs_signconf *s = &z->signconf;
	const struct obs_stat *stat = obs_find_stat(&r->stat, z->signconf_path);
	const char *why = NULL;
	char *text = zone_section(r, "signconf", z->name, &why);
	struct signconf parsed;
	struct err e = { 0 };

	s->exists = text ? TRI_YES : obs_exists(r, z->signconf_path);
	s->mtime = stat ? stat->mtime : 0;
	s->digest = obs_digest(r, z->signconf_path);
	if (!text) {
		file_unknown(r, &s->know, z->signconf_path, "signer configuration", why);
		return;
	}
	if (!*text) {
		obs_bad(r, &s->know, z->signconf_path, "%s is empty", z->signconf_path);
		return;
	}
	if (signconf_parse(&parsed, &r->o->arena, z->signconf_path, text, strlen(text), &e) != RC_OK) {
		obs_bad(r, &s->know, z->signconf_path, "%s", e.text);
		return;
	}
	obs_known(&s->know, z->signconf_path);
	s->locators = arena_alloc(&r->o->arena, parsed.key_count * sizeof *s->locators + 1);
	for (size_t i = 0; i < parsed.key_count; i++)
		s->locators[s->locator_count++] = parsed.keys[i].locator;
}

static void read_signer_zones(struct obs_answer *r)
{
	struct observation *o = r->o;
	static const char source[] = "ods-signer zones";
	const char *why = NULL;
	char *text = obs_section(r, "signer zones", &why), *queue = obs_section(r, "signer queue", &why);
	struct cli_names names;
	struct cli_queue q;
	struct err e = { 0 };

	if (o->signer.running == TRI_NO) {
		obs_unknown(r, &o->signer_zones_know, source, "the signer does not run");
	} else if (!text) {
		obs_unknown(r, &o->signer_zones_know, source, "the signer did not answer");
	} else if (cli_signer_zones(&names, &o->arena, text, &e) != RC_OK) {
		obs_unknown(r, &o->signer_zones_know, source, "%s", e.text);
	} else {
		obs_known(&o->signer_zones_know, source);
		o->signer_zones.ok = true;
		o->signer_zones.v = (int64_t)names.count;
		for (size_t i = 0; i < o->zone_count; i++)
			o->zones[i].in_signer = TRI_NO;
		for (size_t i = 0; i < names.count; i++) {
			struct obs_zone *z = find(o, names.names[i]);

			if (z)
				z->in_signer = TRI_YES;
		}
	}
	if (queue && cli_queue(&q, queue, NULL) == RC_OK) {
		o->signer_tasks.ok = true;
		o->signer_tasks.v = q.tasks;
	}
}

/* The operator's own list, which is read when it is imported, and at no other time. */
static void mark_listed(struct observation *o, const struct zonelist *l)
{
	for (size_t i = 0; i < o->zone_count; i++)
		o->zones[i].in_zonelist = TRI_NO;
	o->zonelist_only = arena_alloc(&o->arena, (l->zone_count + 1) * sizeof *o->zonelist_only);
	for (size_t i = 0; i < l->zone_count; i++) {
		struct obs_zone *z = find(o, l->zones[i].name);

		if (z)
			z->in_zonelist = TRI_YES;
		else
			o->zonelist_only[o->zonelist_only_count++] = l->zones[i].name;
	}
}

void obs_read_zones(struct obs_answer *r)
{
	struct observation *o = r->o;
	struct zonelist inner = { 0 }, outer = { 0 };
	const char *zones_xml =
	    o->conf.know.ok ? arena_printf(&o->arena, "%s/zones.xml", o->conf.enforcer_dir) : "zones.xml";
	const char *zonelist = o->conf.know.ok ? o->conf.zonelist_file : "zonelist.xml";

	for (size_t i = 0; i < o->zone_count; i++)
		o->zones[i].in_zones_xml = TRI_UNKNOWN;
	if (read_list(r, &inner, &o->zones_xml, "zones.xml", zones_xml)) {
		for (size_t i = 0; i < o->zone_count; i++)
			o->zones[i].in_zones_xml = TRI_NO;
		join(r, &inner);
	} else if (obs_exists(r, zones_xml) == TRI_NO) {
		for (size_t i = 0; i < o->zone_count; i++)
			o->zones[i].in_zones_xml = TRI_NO;
	}
	if (read_list(r, &outer, &o->zonelist, "zonelist", zonelist))
		mark_listed(o, &outer);
	if (o->zone_count)
		qsort(o->zones, o->zone_count, sizeof *o->zones, by_name);
	for (size_t i = 0; i < o->zone_count; i++) {
		struct obs_zone *z = &o->zones[i];

		z->backup2_path = backup2_path(r, z->name);
		read_unsigned(r, z);
		read_signed(r, z);
		read_backup2(r, z);
		read_signconf(r, z);
	}
	read_signer_zones(r);
	for (size_t i = 0; i < o->key_count; i++) {
		const struct obs_zone *z = o->keys[i].zone ? find(o, o->keys[i].zone) : NULL;

		o->keys[i].next_change = z ? z->next_change : 0;
	}
}
