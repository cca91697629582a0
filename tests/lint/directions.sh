#!/bin/sh
# The directions between folders (docs/ARCHITECTURE.md): core knows neither tui nor remote, no curses, no libssh, no
# sockets; tui and remote do not know each other; only tui/main.c and tui/command wire them.
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0

# forbid NAME PATTERN FILE...: no file includes what matches PATTERN
forbid() {
	name=$1 pattern=$2
	shift 2
	found=$(grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]+[<\"]($pattern)" "$@" 2>/dev/null)
	if [ -n "$found" ]; then
		printf '%s\n' "$found" | sed 's/^/# /'
		echo "not ok directions: $name"
		failed=1
	else
		echo "ok directions: $name"
	fi
}

core=$(find core -name '*.[ch]')
remote=$(find remote -name '*.[ch]')
views=$(find tui -name '*.[ch]' ! -path tui/main.c ! -path 'tui/command/*')
# shellcheck disable=SC2086,SC2046 # lists of files without blanks
{
	forbid 'core includes nothing of tui or remote' '(tui|remote)/' $core
	forbid 'core includes no curses, libssh or socket header' '(n?curses|libssh/|sys/socket|netinet/|arpa/|netdb)' $core
	forbid 'remote includes nothing of tui, no curses' '(tui/|n?curses)' $remote
	forbid 'the console includes nothing of remote, no libssh' '(remote/|libssh/)' $views
	forbid 'core/base stands alone' 'core/(opendnssec|zone|pair|run)/' $(find core/base -name '*.[ch]')
	forbid 'core/zone includes base only' 'core/(opendnssec|pair|run)/' $(find core/zone -name '*.[ch]')
	forbid 'core/pair does not include run' 'core/run/' $(find core/pair -name '*.[ch]')
	forbid 'only tui/console includes curses' 'n?curses' $(find tui/view tui/widget tui/command -name '*.[ch]')
}
exit $failed
