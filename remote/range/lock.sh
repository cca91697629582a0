# lock.sh -- one `up` or `down` at a time. The lock lies beside the range, because the range's own file system comes and
# goes; whoever takes the range down removes it.
# shellcheck shell=bash

# The holder is alive: the process that wrote its number into the lock, and not another one that got the number since.
holder_lives() {
	local pid
	read -r pid <"$RANGE_LOCK" 2>/dev/null && grep -qzxF -- "$RANGE_WORK" "/proc/$pid/environ" 2>/dev/null
}

# take_from_dead: the holder was killed. What it started and left is ended; if something holds the lock still, the lock is
# nobody's, and removed, unless somebody else has replaced it since.
take_from_dead() {
	end_processes working_processes || exit 70
	flock -w 0.2 9 || {
		[ ! /proc/self/fd/9 -ef "$RANGE_LOCK" ] || rm -f "$RANGE_LOCK"
		return 1
	}
}

# lock: waits for whoever holds it
lock() {
	local told='' dead
	while :; do
		exec 9>>"$RANGE_LOCK" || die 70 "cannot open $RANGE_LOCK"
		dead=0
		until flock -w 0.2 9; do
			if holder_lives; then
				dead=0
				[ -n "$told" ] || say "waiting for process $(cat "$RANGE_LOCK"), which brings the range up or down"
				told=yes
			# A holder writes its number just after it took the lock: only what stays so is dead.
			elif [ $((dead += 1)) -ge 4 ]; then
				take_from_dead
				break
			fi
		done
		# The file may have been removed, with the range, while we waited for it.
		if flock -n 9 && [ /proc/self/fd/9 -ef "$RANGE_LOCK" ]; then
			echo "$BASHPID" >"$RANGE_LOCK"
			return
		fi
		exec 9>&-
	done
}

unlock() {
	range_mounted || rm -f "$RANGE_LOCK"
	exec 9>&-
}
