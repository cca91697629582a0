#!/bin/sh
# Every shell script passes shellcheck; the far side is POSIX sh for dash and busybox as well.
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0
# "SHELL FILE" a line, by name or first line; the parts of the far side are one program, checked whole below.
scripts() {
	# shellcheck disable=SC2016 # for the inner shell
	git ls-files --cached --others --exclude-standard -z | sort -z | xargs -0 sh -c 'for f; do [ ! -f "$f" ] || printf "%s\0" "./$f"; done' sh |
		xargs -0 awk 'FNR == 1 {
			name = substr(FILENAME, 3)
			if (name ~ /^remote\/host\/far\/[^\/]*\.sh$/) { }
			else if (name ~ /\.bats$/) print "bats", name
			else if (/^#!.*bash/) print "bash", name
			else if (/^#!.*sh/) print "sh", name
		}
		{ nextfile }'
}
# shellcheck disable=SC2046 # no script has a blank in its name
set -- $(scripts)
[ $# -gt 0 ] || failed=1
while [ $# -gt 0 ]; do
	shell=$1 script=$2
	shift 2
	if shellcheck -x -s "$shell" "$script" >/tmp/lint.$$ 2>&1; then
		echo "ok scripts: $script"
	else
		sed 's/^/# /' /tmp/lint.$$ | head -n 40
		echo "not ok scripts: $script"
		failed=1
	fi
done
whole=$(mktemp)
cat remote/host/far/*.sh >"$whole"
for tool in 'shellcheck -s sh' 'dash -n' 'busybox sh -n'; do
	if $tool "$whole" >/tmp/lint.$$ 2>&1; then
		echo "ok scripts: the far side passes $tool"
	else
		sed 's/^/# /' /tmp/lint.$$ | head -n 60
		echo "not ok scripts: the far side passes $tool"
		failed=1
	fi
done
rm -f "$whole" /tmp/lint.$$
exit $failed
