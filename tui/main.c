/* main.c -- the one place that knows tui and remote: reads the command line and gives the commands what they work with.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/data.h"
#include "core/base/mem.h"
#include "remote/dns/address.h"
#include "remote/dns/resolver.h"
#include "remote/host/host.h"
#include "remote/range/range.h"
#include "remote/replay/host.h"
#include "remote/replay/recording.h"
#include "tui/command/command.h"
#include "tui/command/help.h"
#include "tui/command/say.h"

static int range_port(int argc, char **argv)
{
	return range_main(NULL, argc, argv);
}

static struct host *host_port(const struct instance_config *config, const struct ask_port *ask)
{
	char *far = data_path("far");
	struct host *host = host_ssh_new(config, ask, far);

	free(far);
	return host;
}

/* What was seen is as old as it was then: slack, ages, the clock of the screens. No thread runs yet. */
static void stop_clock(int64_t at)
{
	char *text = xasprintf("%" PRId64, at);

	if (at != 0)
		(void)setenv("ODSF_NOW", text, 0);
	free(text);
}

/* The recorded pair of @dir: its failover.xml beside a directory for each instance and one for name servers. */
static enum rc recording_port(const char *dir, struct config **config, struct host *hosts[2],
                              struct resolver **resolver, int64_t *at, struct err *e)
{
	char *path = xasprintf("%s/failover.xml", dir), *rng = data_path("schema/failover.rng");
	enum rc rc = config_load(config, path, rng, e);

	for (int i = 0; i < 2 && rc == RC_OK; i++)
		hosts[i] = host_replay_new(&(*config)->pairs[0].instance[i], dir);
	if (rc == RC_OK)
		*resolver = resolver_replay_new(dir);
	*at = recording_made(dir);
	stop_clock(*at);
	free(path);
	free(rng);
	return rc;
}

static const struct ports ports = {
	.recording = recording_port,
	.host = host_port,
	.resolver = resolver_dns_new,
	.range = range_port,
};

/* A closed standard descriptor would be taken by the next file that is opened, and be written into. */
static void open_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			/* Not to be written to, so that output that nobody gets is still an error. */
			(void)open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
}

/* Passphrases pass through memory: no core file may keep them, no other process of the user read them. */
static void keep_memory_private(void)
{
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__ /* whose search for leaks reads the program from beside */
	(void)prctl(PR_SET_DUMPABLE, 0);
#endif
}

/* Before any host is asked anything: what is typed wrong is said at once. */
static enum rc check_server(const struct args *args, struct err *e)
{
	struct sockaddr_storage to;
	socklen_t len;

	return args->server != NULL ? address_parse(args->server, &to, &len, e) : RC_OK;
}

int main(int argc, char **argv)
{
	struct args args;
	struct err e = { 0 };

	open_standard_descriptors();
	(void)setlocale(LC_ALL, "");
	(void)setlocale(LC_NUMERIC, "C");
	if (args_parse(&args, argc, argv, &e) != RC_OK)
		return say_error(&e);
	if (args.manual != NULL)
		return say_end(manual_section(args.manual) ? 0 : say_refusal(64, NULL, "no such part of the manual"));
	if (args.version) {
		puts("ods-failover " ODSF_VERSION);
		return say_end(0);
	}
	if (args.help) {
		if (args.command != NULL)
			help_command(args.command);
		else
			help_program();
		return say_end(0);
	}
	if (check_server(&args, &e) != RC_OK)
		return say_error(&e);
	/* The range's programs inherit what is set here; they want to be as they are everywhere else. */
	if (args.command != NULL && args.command->takes_all)
		return say_end(args.command->run(&args, &ports));
	keep_memory_private();
	mem_keep_freed();
	(void)signal(SIGPIPE, SIG_IGN);
	return args.command != NULL ? say_end(args.command->run(&args, &ports)) : command_console(&args, &ports);
}
