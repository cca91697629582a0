/* vt.h -- runs a terminal program on a pty and keeps its screen in libvterm. */
#ifndef ODSF_TESTS_SUPPORT_VT_H
#define ODSF_TESTS_SUPPORT_VT_H

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>
#include <vterm.h>

struct vt {
	int master, slave; /* the slave stays open here, so that the terminal's modes can be looked at to the end */
	pid_t pid;
	int rows, cols;
	int frames; /* OSC 7770 marks seen: one for each finished frame of the program */
	VTerm *term;
	VTermScreen *screen;
	struct termios before;
};

/* @env: "NAME=value" strings, NULL-terminated; "NAME" alone is unset. TERM, locale and time zone are pinned. */
bool vt_spawn(struct vt *v, int rows, int cols, const char *term, char *const argv[], const char *const env[]);
bool vt_frame(struct vt *v, int timeout_ms);                   /* until one more frame was painted */
bool vt_until(struct vt *v, const char *text, int timeout_ms); /* until the screen shows @text */
void vt_type(struct vt *v, const char *bytes);
void vt_key(struct vt *v, VTermKey key);
void vt_resize(struct vt *v, int rows, int cols); /* the kernel sends SIGWINCH */
/* Caller frees: the cells as text, trailing blanks cut; "--- attributes" with '.' plain, b bold, u underlined, r
 * reverse, d other, 0-9 colour. */
char *vt_text(const struct vt *v);
char *vt_dump(const struct vt *v);
/* Whether the modes of the terminal are as before the program began. */
bool vt_restored(const struct vt *v);
/* Exit status, 128 + signal, or -1 when it had to be killed; the screen stays readable until vt_free(). */
int vt_wait(struct vt *v, int timeout_ms);
void vt_free(struct vt *v);

#endif
