/* console_child.h -- the real console on hosts that do what a test wants: the test starts itself again as its own
 * child. */
#ifndef ODSF_TESTS_SUPPORT_CONSOLE_CHILD_H
#define ODSF_TESTS_SUPPORT_CONSOLE_CHILD_H

/* The hosts of "console refuse" can't be reached, those of "console hang" answer nothing until they are cancelled,
 * those of "console deaf" not even then, those of "console slow" nothing for ten seconds;
 * "console hung-daemon" has a recorded pair whose active enforcer does not answer; "console ask" asks for trust in a
 * key and for a passphrase each time it is called, and says how often it was. Both sides of "console two-files" sign,
 * and a name of each zone differs; of "console endless-zone" both signed zones never end. Its clock is as far ahead as
 * the number in the file whose descriptor $TEST_CLOCK has. Its journal is $TEST_JOURNAL, or nowhere. Never returns when
 * argv says that this is the child; returns at once otherwise. */
void console_child(int argc, char **argv);

#endif
