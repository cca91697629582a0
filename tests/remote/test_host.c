/* Calls, reads and pipes over a real sshd: what comes back, and what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "ground.h"
#include "remote/host/host.h"

enum { PORT = 2201 };

static struct instance_config alpha;

/* A far side that does what its verb says; the real one is tested with the range. */
static const char fake_far[] = "while [ \"$1\" = --conf ]; do shift 2; done\n"
                               "v=$1; shift\n"
                               "begin() { echo \"odsf1 begin $v\"; }\n"
                               "end() { echo \"odsf1 end $v $1\"; exit \"$1\"; }\n"
                               "case $v in\n"
                               "hello) begin; echo \"=far handed-over\"; echo \"=uid $(id -u)\"; end 0 ;;\n"
                               "words) begin; for w; do printf '=word %s\\n' \"$w\"; done; end 0 ;;\n"
                               "cat) begin; echo @in; sed 's/^/|/'; echo .0; end 0 ;;\n"
                               "*) begin; echo '!no such verb'; end 64 ;;\n"
                               "esac\n";

static struct host *open_alpha(const char *program)
{
	char *path = ground_path("fake-far");
	struct host *h;

	ground_write("fake-far", "%s", program);
	h = host_ssh_new(&alpha, NULL, path);
	free(path);
	return h;
}

static void calls_and_answers(void **state)
{
	struct host *h = open_alpha(fake_far);
	struct far_answer a;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(host_do(h, &a, 10, NULL, &e, "hello", NULL), RC_OK);
	assert_int_equal(a.status, FAR_OK);
	assert_string_equal(far_fact(&a, "uid"), "0");
	far_answer_clear(&a);
	h->ops->close(&h);
	assert_null(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_and_answers),
	};
	int failed;

	ground_enter();
	ground_key("key", NULL, "root");
	(void)ground_sshd(PORT, NULL, "");
	ground_know(PORT, NULL);
	ground_instance(&alpha, "alpha", PORT, "root", "key");
	failed = cmocka_run_group_tests_name("host", tests, NULL, NULL);
	ground_instance_clear(&alpha);
	ground_leave();
	return failed;
}
