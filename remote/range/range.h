/* range.h -- the training range: real instances in namespaces of this machine. All of it is remote/range/range.sh. */
#ifndef ODSF_REMOTE_RANGE_RANGE_H
#define ODSF_REMOTE_RANGE_RANGE_H

/* Becomes the range's script: `up`, `down`, `status [--json]`, `enter [COMMAND ...]` and what else stands in
 * @argv[0..@argc), all that follows the word `range` on the command line. @script NULL: the program's own,
 * data_path("range/range.sh"). $ODSF_RANGE_DIR names the range's directory. The script is told where the far side lies
 * (ODSF_FAR) and finds this very program first in PATH, so that what is entered at the desk is the same build.
 * Call it before any thread runs. Returns only when the script could not be started: 70, after a sentence on stderr. */
int range_main(const char *script, int argc, char **argv);

#endif
