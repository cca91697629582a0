/* DS records against the keys of the RFCs, and against what they are not of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/zone/ds.h"
#include "core/zone/rr.h"

static struct ds ds_of(const char *text)
{
	ldns_rr *rr = rr_parse(text);
	struct buf rdata = { 0 };
	struct ds ds;

	assert_non_null(rr);
	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++)
		buf_add(&rdata, ldns_rdf_data(ldns_rr_rdf(rr, i)), ldns_rdf_size(ldns_rr_rdf(rr, i)));
	assert_true(ds_parse(&ds, (const uint8_t *)rdata.p, rdata.len));
	buf_free(&rdata);
	ldns_rr_free(rr);
	return ds;
}

/* RFC 4034 section 5.4, RFC 4509 section 2.3, RFC 6605 section 6. */
static const char rfc4034_key[] =
    "256 3 5 AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvx"
    "egXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==";
static const char rfc6605_key[] =
    "257 3 14 xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX45NBw"
    "Y8rp65F6Glur8I/mlVNgF6W/qTI37m40";
#define RFC4034_SHA1 "dskey.example.com. IN DS 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118"
#define RFC4509_SHA256 \
	"dskey.example.com. IN DS 60485 5 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A"
#define RFC6605_SHA384                                                                     \
	"example.net. IN DS 10771 14 4 "                                                   \
	"72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0563a9b5f4d288405" \
	"c3008a946df983d6"

static void those_of_the_rfcs_fit(void **state)
{
	static const struct {
		const char *ds, *zone, *key;
		int tag;
	} rows[] = {
		{ RFC4034_SHA1, "dskey.example.com", rfc4034_key, 60485 },
		{ RFC4509_SHA256, "DSkey.example.com.", rfc4034_key, 60485 },
		{ RFC6605_SHA384, "example.net", rfc6605_key, 10771 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct ds ds = ds_of(rows[i].ds);

		assert_int_equal(ds.tag, rows[i].tag);
		assert_true(ds_fits_text(&ds, rows[i].zone, rows[i].key));
		assert_false(ds_fits_text(&ds, "example.org", rows[i].key));
		assert_false(ds_fits_text(&ds, rows[i].zone, i == 2 ? rfc4034_key : rfc6605_key));
		assert_false(ds_fits_text(&ds, rows[i].zone, "257 3 14"));
		ds.digest[0] ^= 1;
		assert_false(ds_fits_text(&ds, rows[i].zone, rows[i].key));
		ds.digest[0] ^= 1;
		ds.algorithm++;
		assert_false(ds_fits_text(&ds, rows[i].zone, rows[i].key));
		ds.algorithm--;
		ds.digest_len--;
		assert_false(ds_fits_text(&ds, rows[i].zone, rows[i].key));
		ds.digest_len++;
		ds.digest_type = 3; /* not known here */
		assert_false(ds_fits_text(&ds, rows[i].zone, rows[i].key));
	}
}

static void what_is_no_ds_fits_nothing(void **state)
{
	uint8_t rdata[4 + 200] = { 0xec, 0x45, 5, 2, 0xd4 };
	struct ds ds;

	(void)state;
	assert_false(ds_parse(&ds, rdata, 0));
	assert_false(ds_parse(&ds, rdata, 4));
	assert_true(ds_parse(&ds, rdata, 5));
	assert_false(ds_fits_text(&ds, "dskey.example.com", rfc4034_key));
	assert_true(ds_parse(&ds, rdata, sizeof rdata));
	assert_int_equal(ds.tag, 60485);
	assert_false(ds_fits_text(&ds, "dskey.example.com", rfc4034_key));
}

static void sha1_is_passed_over_for_a_better_one(void **state)
{
	struct ds all[] = { ds_of(RFC4034_SHA1), ds_of(RFC4509_SHA256), ds_of(RFC6605_SHA384) };

	(void)state;
	assert_true(ds_is_passed_over(&all[0], all, 2));
	assert_false(ds_is_passed_over(&all[1], all, 2));
	assert_false(ds_is_passed_over(&all[0], all, 1));
	all[1] = all[2];
	assert_true(ds_is_passed_over(&all[0], all, 2));
	all[1].digest_type = 3;
	assert_false(ds_is_passed_over(&all[0], all, 2));
}

static void as_zone_text_it_is_the_same(void **state)
{
	struct ds ds = ds_of(RFC6605_SHA384), again;
	struct buf text = { 0 };

	(void)state;
	ds_text(&text, "example.net", &ds);
	again = ds_of(buf_str(&text));
	assert_memory_equal(&ds, &again, sizeof ds);
	assert_int_equal(buf_str(&text)[text.len - 1], '\n');
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_of_the_rfcs_fit),
		cmocka_unit_test(what_is_no_ds_fits_nothing),
		cmocka_unit_test(sha1_is_passed_over_for_a_better_one),
		cmocka_unit_test(as_zone_text_it_is_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
