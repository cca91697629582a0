# process.sh -- which processes belong to a range, and their end. Nothing is ended by its name: a process is the
# range's when it lives in one of its namespaces, or was started by an `up` of this very directory.
#
# Some of this runs in traps, where bash lets a bare `return` give the status from before the trap: here it says which.
# shellcheck shell=bash

# Marks in the environment, by which the processes of a range are known:
RANGE_WORK=ODSF_RANGE_WORK=$RANGE_DIR      # of `up` and `down`, and of all that they start and wait for
RANGE_MARK=ODSF_RANGE_MARK=$RANGE_DIR      # of these, and of the processes that hold the range's namespaces
RANGE_INSIDE=ODSF_RANGE_INSIDE=$RANGE_DIR  # of those that were started within these namespaces

# own_line: this process and all above it, which are never ended
own_line() {
	local pid=$BASHPID stat
	while [ "$pid" -gt 0 ]; do
		echo "$pid"
		read -r stat 2>/dev/null <"/proc/$pid/stat" || return 0
		stat=${stat##*) }
		read -r _ pid _ <<<"$stat"
	done
}

# with_mark MARK: the pids of the processes that have it in their environment
with_mark() { grep -lzxF -- "$1" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3; }

# net_of PID...: the number of its network namespace; nothing when it is gone
net_of() { stat -Lc %i "${@/#//proc/}" 2>/dev/null; }

# range_networks: the network namespaces of the range, a number a line: those that it wrote down, and those of what was
# started in them, as an `up` that was killed may not have come to writing. Never the machine's own, nor the one that
# this command runs in: all processes of the range's hosts and of its desk have another.
range_networks() {
	local pid
	{
		sed -n 's/^net:\[\([0-9]*\)\]$/\1/p' "$RANGE_DIR"/ns/* 2>/dev/null
		for pid in $(with_mark "$RANGE_INSIDE"); do
			net_of "$pid/ns/net"
		done
	} | sort -u | grep -vxF -e "$(net_of 1/ns/net)" -e "$(net_of self/ns/net)"
}

# range_processes: the pids of all that belongs to the range, but for this process and those above it
range_processes() {
	local pid spared all
	spared=" $(own_line | tr '\n' ' ') "
	all=$(
		with_mark "$RANGE_MARK"
		find /proc/[0-9]*/ns/net -printf '%h %l\n' 2>/dev/null | sed 's|^/proc/||; s|/ns net:\[| |; s|\]$||' |
			awk -v networks="$(range_networks | tr '\n' ' ')" '
				BEGIN { n = split(networks, list); for (i = 1; i <= n; i++) ours[list[i]] = 1 }
				$2 in ours { print $1 }'
	)
	# What asked is gone by now; a process that is listed and still there is the range's.
	# shellcheck disable=SC2013 # numbers, a word each
	for pid in $(sort -un <<<"$all"); do
		[ "$pid" -le 1 ] || [[ $spared == *" $pid "* ]] || [ ! -d "/proc/$pid" ] || echo "$pid"
	done
}

# working_processes: those of an `up` or `down`, which is done or killed, but for this one and those above it
working_processes() {
	local pid spared
	spared=" $(own_line | tr '\n' ' ') "
	for pid in $(with_mark "$RANGE_WORK"); do
		[[ $spared == *" $pid "* ]] || [ ! -d "/proc/$pid" ] || echo "$pid"
	done
}

none_left() { # LISTING-FUNCTION
	local pids
	pids=$("$1")
	[ -n "$pids" ] || return 0
	# shellcheck disable=SC2086 # one word a pid
	kill -KILL $pids 2>/dev/null
	return 1
}

# end_processes LISTING-FUNCTION: kills what it lists, and again what was born meanwhile, until none is left
end_processes() {
	await 20 none_left "$1" || {
		say "processes that do not end: $("$1" | tr '\n' ' ')"
		return 1
	}
}

# range_mounted: a range's own file system lies on the directory
range_mounted() { [ "$(findmnt -nro SOURCE --mountpoint "$RANGE_DIR" 2>/dev/null | tail -n 1)" = "$RANGE_SOURCE" ]; }

# clear_away: ends whatever there is of the range, whole or half. Nothing but a file system of ours is ever emptied.
clear_away() {
	end_processes range_processes || return 1
	while range_mounted; do
		find "$RANGE_DIR" -xdev -mindepth 1 -delete
		umount "$RANGE_DIR" 2>/dev/null || umount -l "$RANGE_DIR" || return 1
	done
	[ ! -d "$RANGE_DIR" ] || rmdir "$RANGE_DIR" 2>/dev/null || {
		say "$RANGE_DIR is left: it holds files that are not the range's"
		return 1
	}
}
