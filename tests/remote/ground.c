#include "ground.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"

enum { DAEMONS_MAX = 16, START_MS = 10000 };

static char dir[64];
static pid_t daemons[DAEMONS_MAX];

static void fail(const char *what)
{
	(void)fprintf(stderr, "ground: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void skip(const char *what)
{
	(void)printf("skipped: %s: %s (it takes root and the right to make namespaces)\n", what, strerror(errno));
	exit(GROUND_SKIP);
}

const char *ground_dir(void)
{
	return dir;
}

char *ground_path(const char *relative)
{
	return *relative == '/' ? xstrdup(relative) : xasprintf("%s/%s", dir, relative);
}

void ground_write(const char *path, const char *fmt, ...)
{
	char *whole = ground_path(path);
	FILE *out = fopen(whole, "we");
	va_list ap;

	if (out == NULL)
		fail(whole);
	va_start(ap, fmt);
	(void)vfprintf(out, fmt, ap);
	va_end(ap);
	if (fclose(out) != 0)
		fail(whole);
	free(whole);
}

char *ground_read(const char *path)
{
	char *whole = ground_path(path), chunk[4096];
	struct buf b = { 0 };
	FILE *in = fopen(whole, "re");
	size_t n;

	while (in != NULL && (n = fread(chunk, 1, sizeof chunk, in)) > 0)
		buf_add(&b, chunk, n);
	if (in != NULL)
		(void)fclose(in);
	free(whole);
	return buf_take(&b);
}

void ground_run(const char *fmt, ...)
{
	char *command = NULL;
	va_list ap;
	int status;

	va_start(ap, fmt);
	if (vasprintf(&command, fmt, ap) < 0)
		fail("memory");
	va_end(ap);
	status = system(command);
	if (status != 0) {
		(void)fprintf(stderr, "ground: status %d of: %s\n", status, command);
		exit(1);
	}
	free(command);
}

static void loopback_up(void)
{
	struct ifreq lo = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	lo.ifr_flags = IFF_UP | IFF_RUNNING;
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo) < 0)
		fail("loopback");
	close(fd);
}

/* A file of /etc with more lines at its end, in the place of the machine's own. */
static void extend(const char *file, const char *lines, mode_t mode)
{
	char *base = xasprintf("etc-%s", strrchr(file, '/') + 1), *copy = ground_path(base), *text = ground_read(file);

	ground_write(base, "%s%s", text, lines);
	if (chmod(copy, mode) < 0 || mount(copy, file, NULL, MS_BIND, NULL) < 0)
		fail(file);
	free(base);
	free(copy);
	free(text);
}

static void own_users(void)
{
	char line[512], *hash, *root, *home = ground_path("oper");

	ground_run("openssl passwd -6 -salt ods oper-secret >%s/hash", dir);
	hash = ground_read("hash");
	hash[strcspn(hash, "\n")] = '\0';
	(void)mkdir(home, 0755);
	(void)snprintf(line, sizeof line, "oper:x:61717:61717::%s:/bin/sh\n", home);
	extend("/etc/passwd", line, 0644);
	extend("/etc/group", "oper:x:61717:\n", 0644);
	(void)snprintf(line, sizeof line, "oper:%s:19000:0:99999:7:::\n", hash);
	/* root may have no password here; sshd takes keys for it then only when it is not locked ("!"). */
	root = ground_path("etc-shadow");
	extend("/etc/shadow", line, 0600);
	/* Written into, not replaced: the file is mounted. */
	ground_run("sed 's/^root:[^:]*:/root:*:/' %s >%s/edited && cat %s/edited >%s", root, dir, dir, root);
	/* The machine's own start files of root's shell are none of the test's business, and may be slow. */
	ground_run(
	    "sed 's|^root:.*|root:x:0:0:root:%s:/bin/sh|' /etc/passwd >%s/edited && cat %s/edited >%s/etc-passwd", dir,
	    dir, dir, dir);
	ground_run("chown 61717:61717 %s", home);
	free(root);
	free(home);
	free(hash);
}

void ground_enter(void)
{
	char *path;

	if (geteuid() != 0)
		skip("not root");
	if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC) < 0)
		skip("unshare");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		skip("private mounts");
	if (mount("tmpfs", "/run", "tmpfs", 0, "mode=755") < 0 ||
	    mount("tmpfs", "/usr/local/lib", "tmpfs", 0, "mode=755") < 0)
		skip("mount tmpfs");
	loopback_up();
	(void)str_copy(dir, sizeof dir, "/run/odsf-ground");
	if (mkdir(dir, 0755) < 0 || mkdir("/run/sshd", 0755) < 0 || mkdir("/run/sudo", 0711) < 0)
		fail("mkdir");
	path = ground_path("keys");
	(void)mkdir(path, 0755);
	free(path);
	path = ground_path("home");
	(void)setenv("HOME", path, 1);
	ground_run("mkdir -p %s/.ssh && chmod 700 %s/.ssh", path, path);
	free(path);
	(void)unsetenv("SSH_AUTH_SOCK");
	own_users();
	ground_write("sudoers", "root ALL=(ALL:ALL) ALL\n");
	ground_run("chmod 440 %s/sudoers && mount --bind %s/sudoers /etc/sudoers", dir, dir);
	ground_run("ssh-keygen -q -t ed25519 -N '' -f %s/host_key </dev/null", dir);
}

void ground_leave(void)
{
	size_t i;

	for (i = 0; i < DAEMONS_MAX; i++)
		if (daemons[i] != 0)
			ground_end(daemons[i]);
}

/* ---- daemons ---- */

static bool listens(int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool yes;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	yes = connect(fd, (const struct sockaddr *)&to, sizeof to) == 0;
	close(fd);
	return yes;
}

pid_t ground_daemon(const char *log, int port, const char *const *argv)
{
	char *path = ground_path(log);
	int64_t end = clock_mono_ms() + START_MS;
	pid_t pid = fork();
	size_t i;

	if (pid == 0) {
		int null = open("/dev/null", O_RDONLY), out = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)setsid();
		(void)dup2(null, 0);
		(void)dup2(out, 1);
		(void)dup2(out, 2);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (pid < 0)
		fail("fork");
	while (port != 0 && !listens(port)) {
		if (waitpid(pid, NULL, WNOHANG) == pid || clock_mono_ms() > end) {
			char *text = ground_read(log);

			(void)fprintf(stderr, "ground: %s does not listen on %d: %s\n", argv[0], port, text);
			exit(1);
		}
		(void)poll(NULL, 0, 5);
	}
	for (i = 0; i < DAEMONS_MAX && daemons[i] != 0; i++)
		continue;
	if (i < DAEMONS_MAX)
		daemons[i] = pid;
	free(path);
	return pid;
}

void ground_end(pid_t pid)
{
	size_t i;

	(void)kill(-pid, SIGKILL);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	for (i = 0; i < DAEMONS_MAX; i++)
		if (daemons[i] == pid)
			daemons[i] = 0;
}

void ground_pam(const char *service)
{
	static bool mounted;
	char *file = ground_path("pam-sshd");

	ground_write("pam-sshd", "%s", service); /* written into: it may be mounted already */
	if (!mounted && mount(file, "/etc/pam.d/sshd", NULL, MS_BIND, NULL) < 0)
		fail("/etc/pam.d/sshd");
	mounted = true;
	free(file);
}

pid_t ground_sshd(int port, const char *host_key, const char *more)
{
	char *name = xasprintf("sshd_config-%d", port), *log = xasprintf("sshd-%d.log", port);
	char *config = ground_path(name);
	const char *argv[] = { "/usr/sbin/sshd", "-D", "-e", "-f", config, NULL };
	const char *pam =
	    more != NULL && strstr(more, "UsePAM") != NULL ? "" : "UsePAM no\n"; /* the first one counts */
	pid_t pid;

	ground_write(
	    name,
	    "Port %d\nListenAddress 127.0.0.1\nHostKey %s/%s\n%sPidFile none\nStrictModes no\n"
	    "AuthorizedKeysFile %s/keys/%%u\nPermitRootLogin yes\nLogLevel VERBOSE\nMaxStartups 100:30:100\n%s\n",
	    port, dir, host_key != NULL ? host_key : "host_key", pam, dir, more != NULL ? more : "");
	pid = ground_daemon(log, port, argv);
	free(name);
	free(log);
	free(config);
	return pid;
}

void ground_key(const char *name, const char *passphrase, const char *user)
{
	ground_run("rm -f %s/%s %s/%s.pub; ssh-keygen -q -t ed25519 -N '%s' -C %s -f %s/%s </dev/null", dir, name, dir,
	           name, passphrase != NULL ? passphrase : "", name, dir, name);
	if (user != NULL)
		ground_run("cat %s/%s.pub >>%s/keys/%s", dir, name, dir, user);
}

/* ---- the operator ---- */

static enum rc answer_secret(void *ctx, const char *host, const char *prompt, bool echo, char *buf, size_t cap,
                             struct cancel *cancel)
{
	struct ground_operator *o = ctx;

	(void)host;
	(void)echo;
	(void)cancel;
	o->secrets_asked++;
	(void)str_copy(o->prompt, sizeof o->prompt, prompt);
	return o->secret != NULL && str_copy(buf, cap, o->secret) ? RC_OK : RC_CANCELLED;
}

static enum rc answer_key(void *ctx, const char *host, const char *type, const char *sha256, struct cancel *cancel)
{
	struct ground_operator *o = ctx;

	(void)host;
	(void)type;
	(void)cancel;
	o->keys_asked++;
	(void)str_copy(o->key, sizeof o->key, sha256);
	return o->accepts_key ? RC_OK : RC_BLOCKED;
}

static bool stands(void *ctx, const char *host)
{
	(void)host;
	return ((const struct ground_operator *)ctx)->refused;
}

void ground_operator_init(struct ground_operator *o, const char *secret, bool accepts_key)
{
	*o = (struct ground_operator){ .secret = secret, .accepts_key = accepts_key };
	o->port = (struct ask_port){ .secret = answer_secret, .host_key = answer_key, .refused = stands, .ctx = o };
}

/* ---- instances ---- */

void ground_know(int port, const char *host_key)
{
	ground_run("printf '[127.0.0.1]:%d %%s\\n' \"$(cut -d' ' -f1,2 %s/%s.pub)\" >>%s/home/.ssh/known_hosts", port,
	           dir, host_key != NULL ? host_key : "host_key", dir);
}

void ground_instance(struct instance_config *i, const char *name, int port, const char *user, const char *key)
{
	*i = (struct instance_config){ .name = xstrdup(name),
		                       .host = xstrdup("127.0.0.1"),
		                       .port = port,
		                       .user = xstrdup(user),
		                       .identity = key != NULL ? ground_path(key) : NULL,
		                       .configuration = xstrdup("/etc/opendnssec/conf.xml") };
}

void ground_instance_clear(struct instance_config *i)
{
	free(i->name);
	free(i->host);
	free(i->user);
	free(i->identity);
	free(i->certificate);
	free(i->known_hosts);
	free(i->configuration);
	*i = (struct instance_config){ 0 };
}
