# base.sh -- what the parts of the range share: its names, its voice, waiting. Sourced by bash, needs no root.
# shellcheck shell=bash
# shellcheck disable=SC2034 # the names are read by the other parts

# The range is this one directory, a file system of its own; nothing of it lies elsewhere, but for the lock beside it.
RANGE_DIR=$(realpath -ms -- "${ODSF_RANGE_DIR:-/run/ods-failover-range}")
RANGE_LOCK=$RANGE_DIR.lock
RANGE_SOURCE=ods-failover-range            # the "device" of its mount, by which it is known
RANGE_CONFIG=$RANGE_DIR/failover.xml
RANGE_HOSTS=(alpha bravo ns1)
DESK_ADDRESS=10.77.1.1
NS1_ADDRESS=10.77.1.53

address_of() {
	case $1 in
	alpha) echo 10.77.1.10 ;;
	bravo) echo 10.77.1.20 ;;
	ns1) echo $NS1_ADDRESS ;;
	esac
}

say() { printf 'range: %s\n' "$*" >&2; }

die() { # STATUS SENTENCE
	local status=$1
	shift
	say "$*"
	exit "$status"
}

# now_ms: milliseconds on a clock that only goes forward
now_ms() {
	local up
	read -r up _ </proc/uptime
	echo $((10#${up/./} * 10))
}

# await SECONDS COMMAND...: true as soon as COMMAND is, asked again every 100 ms; false when SECONDS have passed
await() {
	local end=$(($(now_ms) + $1 * 1000))
	shift
	until "$@"; do
		[ "$(now_ms)" -lt "$end" ] || return 1
		sleep 0.1
	done
}
