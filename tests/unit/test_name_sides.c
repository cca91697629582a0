/* One name out of the kept copies of both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ftw.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/pair/zone_keep.h"
#include "tui/console/name_sides.h"

static char alpha[] = "alpha", bravo[] = "bravo", at_alpha[] = "192.0.2.10", at_bravo[] = "192.0.2.20";
static const struct pair_config pair = { .instance = { { .name = alpha, .host = at_alpha },
	                                               { .name = bravo, .host = at_bravo } } };
static const uint32_t serials[] = { 7, 8 };

#define SOA(serial) "example. 3600 IN SOA ns.example. hm.example. " serial " 1 1 1 1\n"
#define SIG(until, from, tag, octets) \
	"www.example. 3600 IN RRSIG A 13 2 3600 " until " " from " " tag " example. " octets "\n"

static const char *const files[] = {
	SOA("7") "www.example. 3600 IN A 192.0.2.1\n"
	         "WWW.example. 3600 IN A 192.0.2.3\n" /* names compare without regard to case */
	         "www.example. 300 IN TXT \"v\"\n"
	         "www.example. 3600 IN CNAME a.EXAMPLE.\n" SIG("20261208000000", "20261124000000", "4711", "AAAA")
	             SIG("20261208000000", "20261124000000", "4712", "AAAA") "wwww.example. 3600 IN A 192.0.2.9\n",
	SOA("8") "www.example. 3600 IN A 192.0.2.1\n"
	         "www.example. 3600 IN A 192.0.2.33\n"
	         "www.example. 3600 IN TXT \"v\"\n"
	         "www.example. 3600 IN CNAME A.example.\n" SIG("20261209000000", "20261125000000", "4711", "BBBB")
	             SIG("20261209000000", "20261125000000", "4713", "BBBB"),
};

static char dir[64];

static void keep(int k, const char *text)
{
	char *path = zone_keep_path(dir, &pair.instance[k], "example");
	struct zone_kept kept = { .identity = "1", .digest = "d", .size = strlen(text) };
	struct err e = { 0 };
	int fd;

	assert_int_equal(zone_keep_new(path, &fd, &e), RC_OK);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	zone_keep_put(path, fd, &kept);
	close(fd);
	free(path);
}

static int set_up(void **state)
{
	(void)state;
	(void)str_copy(dir, sizeof dir, "/tmp/odsf-name-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	for (int k = 0; k < 2; k++)
		keep(k, files[k]);
	return 0;
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	return nftw(dir, drop, 4, FTW_DEPTH | FTW_PHYS);
}

/* "= 3600 A 192.0.2.1|! alpha 3600 A …|": caller frees. */
static char *all(const char *owner, const uint32_t want[2])
{
	static const char marks[] = { [NAME_SAME] = '=', [NAME_TIMING] = '~', [NAME_ALONE] = '!' };
	struct name_args args = { .dir = dir, .pair = &pair, .zone = "example", .owner = owner, .serials = want };
	struct name_sides *sides = name_sides_read(&args);
	struct buf out = { 0 };

	buf_adds(&out, sides->why);
	for (size_t i = 0; i < sides->count; i++) {
		const struct name_record *r = &sides->records[i];

		buf_addf(&out, "%c%s%s %s|", marks[r->match], r->match == NAME_SAME ? "" : " ",
		         r->match == NAME_SAME ? "" : pair.instance[r->side].name, r->text);
	}
	name_sides_free(&sides);
	return buf_take(&out);
}

static void every_record_of_a_name(void **state)
{
	char *text = all("www.example", serials);

	(void)state;
	assert_string_equal(text, "= 3600 A 192.0.2.1|! alpha 3600 A 192.0.2.3|! bravo 3600 A 192.0.2.33|"
	                          "~ alpha 3600 RRSIG A 13 2 3600 20261208000000 20261124000000 4711 example. AAAA|"
	                          "~ bravo 3600 RRSIG A 13 2 3600 20261209000000 20261125000000 4711 example. BBBB|"
	                          "! alpha 3600 RRSIG A 13 2 3600 20261208000000 20261124000000 4712 example. AAAA|"
	                          "! bravo 3600 RRSIG A 13 2 3600 20261209000000 20261125000000 4713 example. BBBB|"
	                          "= 3600 CNAME a.EXAMPLE.|! alpha 300 TXT \"v\"|! bravo 3600 TXT \"v\"|");
	free(text);
	text = all("example", serials);
	assert_string_equal(text, "~ alpha 3600 SOA ns.example. hm.example. 7 1 1 1 1|"
	                          "~ bravo 3600 SOA ns.example. hm.example. 8 1 1 1 1|");
	free(text);
	text = all("no-such.example", serials);
	assert_string_equal(text, "");
	free(text);
}

/* Of other files than those that were compared nothing is said. */
static void what_was_not_compared_is_not_shown(void **state)
{
	static const uint32_t others[] = { 7, 9 };
	struct name_args args = { .dir = dir, .pair = &pair, .zone = "example", .owner = "example" };
	struct name_sides *sides;
	char *text = all("www.example", others);

	(void)state;
	assert_string_equal(text, "the file of bravo that is kept here is another one by now");
	free(text);
	assert_int_equal(name_sides_size(&args), strlen(files[0]) + strlen(files[1]));
	keep(0, SOA("7") "www.example. 3600 IN A 192.0.2.\n");
	text = all("www.example", serials);
	assert_non_null(strstr(text, "alpha:2: "));
	free(text);
	args.dir = NULL;
	args.serials = serials;
	assert_int_equal(name_sides_size(&args), 0);
	sides = name_sides_read(&args);
	assert_string_equal(sides->why, "no file of a zone is kept on this machine");
	name_sides_free(&sides);
}

static void a_file_that_is_not_there(void **state)
{
	char *path = zone_keep_path(dir, &pair.instance[1], "example"), *meta = xasprintf("%s.meta", path), *text;

	(void)state;
	assert_int_equal(remove(meta), 0);
	text = all("www.example", serials);
	assert_string_equal(text, "the file of bravo is not kept on this machine any more");
	free(text);
	free(meta);
	free(path);
}

/* A name of very many records takes no more memory than it is worth. */
static void a_name_of_very_many_records(void **state)
{
	struct name_args args = {
		.dir = dir, .pair = &pair, .zone = "example", .owner = "www.example", .serials = serials
	};
	struct buf text = { 0 };
	struct name_sides *sides;

	(void)state;
	buf_adds(&text, SOA("7"));
	for (int i = 0; i < 3000; i++)
		buf_addf(&text, "www.example. 3600 IN A 10.0.%d.%d\n", i / 256, i % 256);
	keep(0, buf_str(&text));
	sides = name_sides_read(&args);
	assert_string_equal(sides->why, "");
	assert_int_equal(sides->left_out, 1000);
	name_sides_free(&sides);
	buf_free(&text);
}

static void it_can_be_given_up(void **state)
{
	struct cancel *cancel = cancel_new();
	struct name_args args = { .dir = dir,
		                  .pair = &pair,
		                  .zone = "example",
		                  .owner = "www.example",
		                  .serials = serials,
		                  .cancel = cancel };
	struct name_sides *sides;

	(void)state;
	cancel_raise(cancel);
	sides = name_sides_read(&args);
	assert_string_not_equal(sides->why, "");
	name_sides_free(&sides);
	cancel_free(&cancel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_record_of_a_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_was_not_compared_is_not_shown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_file_that_is_not_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_name_of_very_many_records, set_up, tear_down),
		cmocka_unit_test_setup_teardown(it_can_be_given_up, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
