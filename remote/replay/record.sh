#!/bin/bash
# record.sh PROGRAM [DIRECTORY] -- makes the recorded pair that comes with the program (remote/replay/recording.h): raises a
# range of its own, leaves some things in it that an operator would want to see, looks at it once, and takes it down.
# DIRECTORY (otherwise the one beside this script) is replaced at the end, when the recording holds no secret and is
# shown as the pair itself was. Needs root, and some minutes.
set -eu
if [ $# -lt 1 ] || ! [ -x "$1" ]; then
	echo 'usage: record.sh PROGRAM [DIRECTORY]' >&2
	exit 64
fi
program=$(realpath "$1")
place=$(realpath -m "${2:-$(dirname "${BASH_SOURCE[0]}")/recording}")
scratch=$(mktemp -d "${TMPDIR:-/tmp}/ods-failover-record.XXXXXX")
export ODSF_RANGE_DIR=/run/ods-failover-record.$$ XDG_STATE_HOME=$scratch/state
new=$scratch/recording
mkdir "$new"

# shellcheck disable=SC2317 # called at the end
finish() {
	local status=$?
	trap - EXIT
	trap '' INT TERM HUP
	"$program" range down || status=70
	rm -rf "$scratch"
	exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

say() { printf 'record: %s\n' "$*" >&2; }
fail() {
	say "$*"
	exit 1
}

host() { # NAME COMMAND...: within a host of the range, as its root
	local pid
	pid=$(cat "$ODSF_RANGE_DIR/ns/$1.pid") || return
	shift
	nsenter --target "$pid" --mount --uts --ipc --net --pid --root --wd -- \
		env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@" </dev/null
}

await() { # SECONDS COMMAND...
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.1
	done
}

desk() { "$program" range enter "$@"; }
serial() { desk dig +norec +short +time=2 "@$1" "$2" SOA | cut -d' ' -f3; }

# A name server that does not follow: ns1 is told nothing of one zone, which is signed again.
# shellcheck disable=SC2317 # called by await
signed_again() { [ "$(serial 10.77.1.10 date.example)" != "$1" ]; }
leave_a_zone_behind() {
	local was
	was=$(serial 10.77.1.53 date.example)
	# shellcheck disable=SC2016 # for the shell inside
	host ns1 sh -ec 'sed -i "/name: \"date.example\"/,/^zone:/{/request-xfr/d;/allow-notify/d}" /etc/nsd/nsd.conf
		nsd-control -c /etc/nsd/nsd.conf reconfig' >&2
	host alpha ods-signer sign date.example >&2
	await 60 signed_again "$was" || fail 'date.example was not signed again'
	[ "$(serial 10.77.1.53 date.example)" = "$was" ] || fail 'ns1 has followed all the same'
}

# A zone that somebody edited as root, so that the signer cannot read it.
leave_a_zone_unreadable() {
	host alpha sh -ec 'chown root:root /var/lib/opendnssec/unsigned/wild.example
		chmod 0600 /var/lib/opendnssec/unsigned/wild.example'
}

# A standby with a job that would start the signer in the middle of everything.
leave_a_job() {
	host bravo sh -ec 'mkdir -p /etc/cron.d
		echo "*/5 * * * * root ods-control signer start" >/etc/cron.d/opendnssec'
}

"$program" range up >"$scratch/config"
config=$(tail -n 1 "$scratch/config")
leave_a_zone_behind
leave_a_zone_unreadable
leave_a_job

say 'looking at the pair'
desk env ODSF_RECORD="$new" "$program" -c "$config" plan switchover >"$scratch/plan" || say "plan: exit status $?"
desk env ODSF_RECORD="$new" "$program" -c "$config" status --json >"$scratch/board" || say "status: exit status $?"
jq -er .at "$scratch/board" >"$new/recorded"
for name in alpha bravo; do
	jq -er --arg name "$name" '.instances[] | select(.name == $name).host_key' "$scratch/board" >"$new/$name/host_key"
done
# Where the operator's keys lie is nothing of the pair's.
sed -e '/<IdentityFile>/d' -e '/<KnownHosts>/d' -e '/<!--/d' "$config" >"$new/failover.xml"

# --- is it what was seen, and no more?
pin=$(host alpha sed -n 's/.*<PIN>\(.*\)<\/PIN>.*/\1/p' /etc/opendnssec/conf.xml)
[ ${#pin} -ge 8 ] || fail 'the PIN was not found, so that it cannot be looked for'
for secret in "$pin" "$ODSF_RANGE_DIR" "$(dirname "$program")" 'PRIVATE KEY' '<Secret>'; do
	! grep -rqF -e "$secret" "$new" || fail "the recording holds what it must not: $(grep -rlF -e "$secret" "$new")"
done
! grep -qE '<PIN>[^<]' "$new"/*/observe.far || fail 'a PIN is not blank'
"$program" --replay="$new" status --json >"$scratch/replayed" || :
# The clocks' difference is known better from the recorded times: those of the console count the login as well.
for board in board replayed; do
	jq -S 'del(.instances[].clock_offset) | del(.findings[] | select(.id == "clock-skew"))' "$scratch/$board" >"$scratch/$board.sorted"
done
diff -u "$scratch/board.sorted" "$scratch/replayed.sorted" >&2 || fail 'the recording is not shown as the pair was'

rm -rf "$place"
cp -r "$new" "$place"
say "$(cat "$place/recorded"): $(find "$place" -type f | wc -l) files, $(du -sb "$place" | cut -f1) octets in $place"
