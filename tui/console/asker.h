/* asker.h -- how a worker's question (host key, passphrase) reaches the operator: the worker waits, the console shows a
 * prompt. Made before the hosts, so that they can be given its port; lives until they are closed. */
#ifndef ODSF_TUI_CONSOLE_ASKER_H
#define ODSF_TUI_CONSOLE_ASKER_H

struct ask_port; /* core/pair/ask.h */
struct console_asker;

struct console_asker *console_asker_new(void);
void console_asker_free(struct console_asker **asker);

/* For the hosts; valid as long as the asker. Before the console is up a question waits for it. */
struct ask_port *console_ask_port(struct console_asker *asker);

#endif
