#!/bin/sh
# Every C file is as clang-format lays it out.
set -u
cd "$(dirname "$0")/../.." || exit 1
# Many at a time; one by one where something is wrong.
# shellcheck disable=SC2016 # for the inner shell
find core remote tui tests -name '*.[ch]' | sort | xargs -n 40 sh -c '
	if clang-format --dry-run -Werror "$@" >/dev/null 2>&1; then
		printf "ok format: %s\n" "$@"
		exit 0
	fi
	for file; do
		if clang-format --dry-run -Werror "$file" >/dev/null 2>&1; then
			echo "ok format: $file"
		else
			echo "not ok format: $file (clang-format -i $file)"
		fi
	done
	exit 1' sh
