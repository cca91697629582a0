#!/bin/bash
# The README's first command, from a fresh copy of the sources: a switchover on a range of its own, proven by other means than
# the program's, in less than a quarter of an hour; and what Ctrl-C leaves behind: nothing.
set -u
cd "$(dirname "$0")" || exit 70
# shellcheck source=tests/integration/support.sh
. ./support.sh

SOURCES=$(cd ../.. && pwd)
copied() { mkdir "$WORK/copy" && (cd "$SOURCES" && git ls-files -z --cached --others --exclude-standard | tar --null -T - -cf -) | tar -C "$WORK/copy" -xf -; }
check 'the sources are copied' copied
cd "$WORK/copy" || exit 70

tried() {
	local status=0
	./try --headless </dev/null >"$WORK/said" 2>"$WORK/told" || status=$?
	cat "$WORK/told" "$WORK/said"
	[ $status -eq 0 ] && [ $SECONDS -lt 900 ]
}
check './try --headless ends with 0' tried
check 'its last line counts the zones' [ "$(tail -n 1 "$WORK/said")" = '12 of 12 zones verified' ]
check 'each zone has a greater serial' [ "$(grep -cE ': serial [0-9]+ -> [0-9]+, [0-9]+ signatures' "$WORK/told")" -eq 12 ]
check 'the range is gone' [ ! -e "$ODSF_RANGE_DIR" ]

interrupted() { # while the range stands
	local status=0
	env --default-signal=INT ./try --headless </dev/null >"$WORK/said" 2>"$WORK/told" &
	await 120 grep -q 'switchover from' "$WORK/told" || return
	kill -INT $!
	wait $! || status=$?
	cat "$WORK/told"
	[ $status -eq 130 ]
}
check 'interrupted it ends with 130' interrupted
check 'and leaves no range' [ ! -e "$ODSF_RANGE_DIR" ]
