/* kasp.xml of an instance against the policies of its database. */
#include "core/opendnssec/kasp_change.h"
#include "core/pair/obs_answer.h"

void obs_read_kasp(struct obs_answer *r)
{
	struct observation *o = r->o;
	const char *file = o->conf.know.ok ? o->conf.policy_file : "kasp.xml", *why = NULL;
	const struct far_section *s = far_section(r->a, "kasp");
	const char *text = obs_section(r, "kasp", &why);
	struct kasp k;
	struct err e = { 0 };

	if (!o->conf.know.ok) {
		obs_unknown(r, &o->kasp, file, "%s", o->conf.know.why);
	} else if (s != NULL && s->status == 66) {
		obs_bad(r, &o->kasp, file, "%s is not there, or cannot be read", file);
	} else if (s == NULL || text == NULL) {
		obs_unknown(r, &o->kasp, file, "%s: %s", file, why);
	} else if (kasp_parse(&k, &o->arena, file, s->text, s->len, &e) != RC_OK) {
		obs_bad(r, &o->kasp, file, "%s", e.text);
	} else {
		obs_known(&o->kasp, file);
		if (r->database_rows)
			o->kasp_change_count = kasp_changes(&k, &r->stored, &o->arena, &o->kasp_changes);
	}
}
