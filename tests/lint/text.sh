#!/bin/sh
# What no file of the project may hold: paths of a builder's machine, unfinished work, waiting by the clock, unsafe calls.
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0
# as tracked now, or about to be; without this file, whose patterns would find themselves
files=$(git ls-files --cached --others --exclude-standard | grep -v '^tests/lint/text.sh$' | while read -r f; do
	[ -f "$f" ] && printf '%s\n' "$f"
done)
code=$(printf '%s\n' "$files" | grep -E '\.(c|h)$')
product=$(printf '%s\n' "$code" | grep -v '^tests/')
scripts=$(printf '%s\n' "$files" | grep -E '\.(sh|bats)$|^(try|check)$')

# refuse NAME PATTERN FILE...
refuse() {
	name=$1 pattern=$2
	shift 2
	found=$(grep -nIE "$pattern" "$@" /dev/null)
	if [ -n "$found" ]; then
		printf '%s\n' "$found" | head -n 20 | cut -c1-200 | sed 's/^/# /'
		echo "not ok text: $name"
		failed=1
	else
		echo "ok text: $name"
	fi
}

# shellcheck disable=SC2086 # lists of files without blanks
{
	refuse 'no path of the machine it was written on' '/work/(main|wt|shared)|/tmp/b-' $files
	refuse 'no mark of unfinished work' '\b(TODO|FIXME|XXX|HACK)\b' $code $scripts
	refuse 'no unbounded or unsafe call' '\b(strcpy|strcat|sprintf|gets|system|popen|tmpnam|mktemp|atoi|strtok|alloca)\(' $product
	refuse 'no wait by the clock in C' '\b(sleep|usleep|nanosleep)\(' $code
	refuse 'no process ended by its name' '\b(pkill|killall)\b' $scripts $code
	refuse 'no blank at the end of a line' '[[:blank:]]+$' $code $scripts
}
exit $failed
