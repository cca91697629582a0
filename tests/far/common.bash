# common.bash -- how the tests of the far side reach their hosts (host.sh). Loaded by bats. $FAR: the program; made of its parts
# when it is not given.
# shellcheck shell=bash disable=SC2154 # output is that of bats

# To be called in setup_file: $T is where the hosts lie, $T/far the program.
far_setup() {
	export T=$BATS_FILE_TMPDIR HERE=$BATS_TEST_DIRNAME
	if [ -n "${FAR:-}" ]; then cp "$FAR" "$T/far"; else cat "$HERE"/../../remote/host/far/*.sh >"$T/far"; fi
}

on() { # HOST COMMAND ...
	local host=$1
	shift
	timeout 120 sh "$HERE/host.sh" in "$T/$host" "$@" 3>&-
}

# A call of the far side: its frame on standard output, its status.
far() { # HOST VERB ...
	local host=$1
	shift
	on "$host" sh /usr/local/far "$@"
}

fact() { printf '%s\n' "$output" | sed -n "s/^=$1 //p" | head -n 1; } # KEY

# Takes these hosts down, as far as they came up.
far_teardown() { # HOST ...
	local host
	for host; do
		[ ! -d "$T/$host" ] || sh "$HERE/host.sh" down "$T/$host"
	done
}
