#!/bin/sh
# Every C file is as clang-format lays it out.
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0
for file in $(find core remote tui tests -name '*.[ch]' | sort); do
	if clang-format --dry-run -Werror "$file" >/dev/null 2>&1; then
		echo "ok format: $file"
	else
		echo "not ok format: $file (clang-format -i $file)"
		failed=1
	fi
done
exit $failed
