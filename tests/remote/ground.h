/* ground.h -- a closed piece of this machine for tests of remote/: namespaces of its own with nothing but loopback, a
 * /run, users, sudo rules and a /usr/local/lib of its own, and real daemons started in it. */
#ifndef ODSF_TESTS_REMOTE_GROUND_H
#define ODSF_TESTS_REMOTE_GROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/pair/ask.h"
#include "core/pair/config.h"
#include "core/pair/host.h"

enum { GROUND_SKIP = 77 }; /* exit status: no namespace can be made; the reason was printed */

/* Enters it; before any thread is started. Ends the program with GROUND_SKIP where the right is missing. $HOME is an
 * empty directory afterwards, with an .ssh. Users: root, oper (password "oper-secret"); both take authorized_keys from
 * KEYS/%u. */
void ground_enter(void);
void ground_leave(void); /* ends the daemons, removes the directory */
const char *ground_dir(void);

/* Files below ground_dir(), or absolute. */
void ground_write(const char *path, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *ground_read(const char *path);     /* caller frees; "" when it is not there */
char *ground_path(const char *relative); /* caller frees */
/* Runs a shell command there; the test fails when it does. */
void ground_run(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A daemon in the foreground, its output in LOG; waits until it listens on @port (127.0.0.1). */
pid_t ground_daemon(const char *log, int port, const char *const *argv);
void ground_end(pid_t pid);

/* The lines of /etc/pam.d/sshd, from the next login on; for an sshd with "UsePAM yes". */
void ground_pam(const char *service);
/* sshd on @port with the host key "host_key" (or @host_key), and more lines of sshd_config. No PAM unless they say so.
 */
pid_t ground_sshd(int port, const char *host_key, const char *more);

/* A key at @name with @passphrase; its public part is allowed for @user, NULL: for nobody. */
void ground_key(const char *name, const char *passphrase, const char *user);

/* What was asked of the operator, and what is answered. */
struct ground_operator {
	struct ask_port port;
	const char *secret; /* NULL: declines */
	bool accepts_key;
	bool refused; /* what was refused stands */
	int secrets_asked, keys_asked;
	char prompt[200], key[100];
};
void ground_operator_init(struct ground_operator *o, const char *secret, bool accepts_key);

/* An instance at 127.0.0.1:@port; host key in the operator's known_hosts. Clear with ground_instance_clear(). */
void ground_instance(struct instance_config *i, const char *name, int port, const char *user, const char *key);
void ground_instance_clear(struct instance_config *i);
void ground_know(int port, const char *host_key); /* adds it to $HOME/.ssh/known_hosts */

#endif
