#!/bin/sh
# Every header compiles alone, and its guard is made of its path.
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0
flags=$(pkg-config --cflags libxml-2.0 sqlite3 ldns libcrypto jansson libssh ncursesw cmocka vterm)
for header in $(find core remote tui tests/support -name '*.h' | sort); do
	guard=ODSF_$(printf '%s' "$header" | tr 'a-z/.-' 'A-Z___')
	# shellcheck disable=SC2086 # flags are words
	if ! printf '#include "%s"\n' "$header" | gcc -std=c11 -D_GNU_SOURCE -DSOURCE_DIR='""' -DBUILD_DIR='""' -Wall -Wextra -Werror -I. $flags -x c -fsyntax-only - 2>&1 |
		sed 's/^/# /' | grep . && grep -q "^#define $guard\$" "$header"; then
		echo "ok headers: $header"
	else
		echo "not ok headers: $header (must compile alone, guard $guard)"
		failed=1
	fi
done
exit $failed
