#!/bin/bash
# range.sh up | down | status [--json] | enter [COMMAND ...] -- the training range: a pair of real instances with their public
# name server, in namespaces of this machine. `ods-failover range` runs it. ODSF_RANGE_DIR names the range's directory,
# ODSF_FAR the program of the far side. Facts on stdout, progress on stderr.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in base process lock rights network hosts; do
	# shellcheck source=/dev/null
	. "$here/$part.sh"
done

usage() {
	cat <<-'END'
		usage: ods-failover range up | down | status [--json] | enter [COMMAND ...]

		  up       raises the range: alpha (active), bravo (cold standby) and ns1 (public name server), reached from
		           the operator's desk only; prints the path of its failover.xml last
		  down     ends it; nothing of it is left
		  status   says whether it is up, and where its failover.xml lies
		  enter    runs COMMAND, or a shell, at the operator's desk
	END
}

misused() {
	[ $# -eq 0 ] || say "$*"
	usage >&2
	exit 64
}

is_up() {
	local name
	[ -f "$RANGE_DIR/complete" ] && range_mounted || return
	for name in desk "${RANGE_HOSTS[@]}"; do lives "$name" || return; done
}

# What was begun does not stay: an `up` that fails or is interrupted takes away what it made, or says what is left.
abandon() { # STATUS
	trap '' INT TERM HUP
	say "taking down what was begun"
	clear_away && unlock
	exit "$1"
}

up() {
	local began
	began=$(now_ms)
	# A trap from the first: without one bash goes on when it is interrupted while a command of its own runs.
	trap 'exit 130' INT TERM HUP
	require_rights
	require_programs
	lock
	if is_up; then
		say "the range is up"
		echo "$RANGE_CONFIG"
		unlock
		return
	fi
	trap 'abandon 130' INT TERM HUP
	if [ -e "$RANGE_DIR" ]; then
		say "clearing away what is left of an earlier range"
		clear_away || {
			unlock
			exit 70
		}
	fi
	raise || abandon 70
	trap - INT TERM HUP
	say "up after $((($(now_ms) - began) / 1000)) s"
	echo "$RANGE_CONFIG"
	unlock
}

down() {
	[ "$(id -u)" -eq 0 ] || die 4 "the range is taken down by root: start it by sudo"
	trap '' INT HUP
	lock
	clear_away || {
		unlock
		exit 70
	}
	unlock
	say "down"
}

status() {
	local name text state=down config='' json=''
	if is_up; then
		state=up
	elif range_mounted; then
		state=partly
	fi
	[ "$state" != up ] || config=$RANGE_CONFIG
	if [ "${1-}" = --json ]; then
		for name in "${RANGE_HOSTS[@]}"; do
			text=false
			! lives "$name" || text=true
			json+=", {\"name\": \"$name\", \"address\": \"$(address_of "$name")\", \"up\": $text}"
		done
		printf '{"schema": 1, "up": %s, "state": "%s", "directory": %s, ' \
			"$([ "$state" = up ] && echo true || echo false)" "$state" "$(json_text "$RANGE_DIR")"
		[ -z "$config" ] || printf '"config": %s, ' "$(json_text "$config")"
		printf '"hosts": [%s]}\n' "${json#, }"
	else
		echo "range: $state"
		[ -z "$config" ] || echo "config: $config"
		for name in "${RANGE_HOSTS[@]}"; do
			text=down
			! lives "$name" || text=up
			printf '%-6s %-12s %s\n' "$name" "$(address_of "$name")" "$text"
		done
	fi
	[ "$state" = up ]
}

enter() {
	[ "$(id -u)" -eq 0 ] || die 4 "the desk is entered by root: start it by sudo"
	lives desk || die 4 "the range is not up: ods-failover range up"
	export ODSF_RANGE_DIR="$RANGE_DIR" ODS_FAILOVER_CONFIG="$RANGE_CONFIG"
	[ $# -gt 0 ] || set -- "${SHELL:-/bin/bash}"
	exec nsenter --net="/proc/$(cat "$RANGE_DIR/ns/desk.pid")/ns/net" -- "$@"
}

[ $# -gt 0 ] || misused
command=$1
shift
case $command in
up | down)
	[ $# -eq 0 ] || misused "$command takes no argument: $1"
	# By this mark the processes of an `up` that was killed are found again.
	case $(tr '\0' '\n' </proc/$$/environ) in
	*"$RANGE_WORK"*) ;;
	*) exec env "$RANGE_MARK" "$RANGE_WORK" bash "${BASH_SOURCE[0]}" "$command" ;;
	esac
	"$command"
	;;
status)
	[ $# -eq 0 ] || [ "$*" = --json ] || misused "status takes --json only: $1"
	status "$@"
	;;
enter) enter "$@" ;;
--help | -h | help) usage ;;
*) misused "unknown command: $command" ;;
esac
