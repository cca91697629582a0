# support.sh -- what the tests on a real range share. Sourced by bash. $ODS_FAILOVER is the program (default: the one in PATH).
# Every test has a range of its own, and takes it down however it ends.
# shellcheck shell=bash
# shellcheck disable=SC2034 # used by the tests

ODS_FAILOVER=${ODS_FAILOVER:-ods-failover}
ODSF_RANGE_DIR=${ODSF_RANGE_DIR:-/run/odsf-test.$$}
XDG_STATE_HOME=$(mktemp -d "${TMPDIR:-/tmp}/odsf-test.XXXXXX")
export ODS_FAILOVER ODSF_RANGE_DIR XDG_STATE_HOME
WORK=$XDG_STATE_HOME
PASSED=0 FAILED=0

# check NAME COMMAND...: one test; what it printed is shown when it fails
check() {
	local name=$1
	shift
	if "$@" >"$WORK/out" 2>&1; then
		PASSED=$((PASSED + 1))
		echo "ok $name"
	else
		FAILED=$((FAILED + 1))
		sed 's/^/# /' "$WORK/out" | tail -n 40
		echo "not ok $name"
	fi
}

finish() {
	local status=$?
	trap - EXIT
	trap '' INT TERM HUP
	"$ODS_FAILOVER" range down >"$WORK/down" 2>&1 || {
		sed 's/^/# /' "$WORK/down"
		echo 'not ok the range is taken down at the end'
		FAILED=$((FAILED + 1))
	}
	rm -rf "$WORK"
	echo "# $PASSED passed, $FAILED failed"
	[ "$status" -eq 0 ] || exit "$status"
	[ "$FAILED" -eq 0 ] || exit 1
	exit 0
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

range() { "$ODS_FAILOVER" range "$@"; }
# At the operator's desk, as `range enter` does it, which test_range.sh tests.
desk() {
	local pid
	read -r pid <"$ODSF_RANGE_DIR/ns/desk.pid" && nsenter --net="/proc/$pid/ns/net" -- "$@"
}
console() { desk "$ODS_FAILOVER" "$@"; }

# host NAME COMMAND...: within a host of the range, as its root
host() {
	local pid
	read -r pid <"$ODSF_RANGE_DIR/ns/$1.pid" || return
	shift
	nsenter --target "$pid" --mount --uts --ipc --net --pid --root --wd -- \
		env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"
}

# await SECONDS COMMAND...: true as soon as COMMAND is. Where it looks at a file or screen, let it start no process.
await() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.2
	done
}

# is EXPECTED COMMAND...: COMMAND exits with that status
is() {
	local expected=$1 got
	shift
	"$@"
	got=$?
	[ "$got" -eq "$expected" ] || {
		echo "exit status $got, not $expected: $*"
		return 1
	}
}

raised() {
	range up >"$WORK/config" 2>"$WORK/up" </dev/null || {
		sed 's/^/# /' "$WORK/up"
		echo 'not ok the range comes up'
		FAILED=$((FAILED + 1))
		exit 1
	}
	CONFIG=$(tail -n 1 "$WORK/config")
	mapfile -t ZONES < <(host alpha sed -n 's/.*<Zone name="\([^"]*\)".*/\1/p' /etc/opendnssec/zonelist.xml)
}

# serial SERVER ZONE: of the SOA that it serves, nothing when it serves none. (kdig takes a third of the time of dig.)
serial() {
	local name mail number rest
	read -r name mail number rest < <(desk kdig +short +norec +time=2 +retry=1 "@$1" "$2." SOA 2>/dev/null)
	[ -z "$number" ] || echo "$number"
}

# serial_greater A B: in the arithmetic of RFC 1982
serial_greater() {
	local distance=$((($1 - $2) & 0xffffffff))
	[ $distance -gt 0 ] && [ $distance -lt 2147483648 ]
}

# transfer SERVER ZONE FILE: the whole zone, as the server gives it
transfer() {
	desk dig +noall +answer +onesoa +norecurse +time=20 "@$1" "$2." AXFR >"$3" 2>/dev/null &&
		grep -q '[[:space:]]SOA[[:space:]]' "$3"
}

# raw FILE: it has an octet that a terminal would obey
raw() { LC_ALL=C grep -q $'[\001-\010\013-\037\177\200-\237]' <(LC_ALL=C sed 's/\xe2[\x80-\xbf][\x80-\xbf]//g; s/\xc2[\xa0-\xbf]//g' "$1"); }

# What a real daemon now and then needs, one stop in ten: it hangs as it ends, its threads waiting for each other.
BEFOREHAND=(--yes --kill-hung)

# carried COMMAND...: a run or a resume; what it says goes to $WORK/run as well, and its status is returned
carried() {
	"$@" >"$WORK/run" 2>&1
	local status=$?
	cat "$WORK/run"
	return $status
}
