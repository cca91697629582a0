# The daemons: whether they live, start, stop, kill; what the running enforcer and signer are asked to do.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

# By what names a manager of services may know them.
enforcer_units='opendnssec-enforcer ods-enforcerd ods-enforcer'
signer_units='opendnssec-signer ods-signerd ods-signer'

# Sets what the rest asks about one of the two: daemon_name (of process and program), daemon_client, daemon_pid_file, ...
daemon_of() { # enforcer|signer
	need_conf
	case $1 in
	enforcer)
		daemon_name=ods-enforcerd daemon_client=ods-enforcer
		daemon_pid_file=$conf_enforcer_pid daemon_socket=$conf_enforcer_socket
		daemon_user=$conf_enforcer_user daemon_group=$conf_enforcer_group
		daemon_units=$enforcer_units
		;;
	signer)
		daemon_name=ods-signerd daemon_client=ods-signer
		daemon_pid_file=$conf_signer_pid daemon_socket=$conf_signer_socket
		daemon_user=$conf_signer_user daemon_group=$conf_signer_group
		daemon_units=$signer_units
		;;
	*) finish "$FAR_USAGE" "Neither enforcer nor signer: '$1'." ;;
	esac
	daemon_what=$1
}

# Looks at a process, and starts none itself: process_parent, and process_began, in clock ticks, which tells a pid from a
# later process of the same pid. Both are empty, and the status is 1, when it is gone or dead.
process_look() { # PID
	process_parent='' process_began=''
	{ IFS= read -r process_line <"/proc/$1/stat"; } 2>/dev/null || return 1
	# shellcheck disable=SC2086 # words without blanks, behind the name, which may hold anything
	set -- ${process_line##*) }
	[ $# -ge 20 ] || return 1
	case $1 in Z | X) return 1 ;; esac
	process_parent=$2 process_began=${20}
}

process_lives() { [ -n "$2" ] && process_look "$1" && [ "$process_began" = "$2" ]; } # PID BEGAN

# The living processes that run the program of that name: their pids into daemon_list, one a line, their number into
# daemon_count. The program's file decides, not a word in a command line; a process of another pid namespace (a container's)
# is none of this host's; a zombie has no program; and the short-lived child by which a daemon starts a command is not a
# second daemon.
daemon_find() { # NAME
	daemon_list='' daemon_count=0
	set +f
	# shellcheck disable=SC2012 # numbers, and one process instead of hundreds
	daemon_found=$(ls -l /proc/[0-9]*/exe 2>/dev/null |
		sed -n "s,^.* /proc/\([0-9]*\)/exe -> .*/$1\( (deleted)\)\{0\,1\}\$,\1,p")
	set -f
	for daemon_p in $daemon_found; do
		# shellcheck disable=SC3013 # every shell that is sh somewhere has -ef
		[ "/proc/$daemon_p/ns/pid" -ef /proc/self/ns/pid ] && process_look "$daemon_p" || continue
		case "$far_lf$daemon_found$far_lf" in *"$far_lf$process_parent$far_lf"*) continue ;; esac
		daemon_list=$daemon_list${daemon_list:+$far_lf}$daemon_p
		daemon_count=$((daemon_count + 1))
	done
}

# Runs a client of a daemon: output in $far_tmp/out (both streams: the signer's client mixes them up), status as bounded().
client() { # SECONDS CLIENT WORD ...
	client_for=$1 client_name=$2
	shift 2
	: >"$far_tmp/out"
	have "$client_name" || return 127
	if [ "$client_name" = ods-enforcer ] && [ "$conf_enforcer_socket" != /run/opendnssec/enforcer.sock ]; then
		set -- -s "$conf_enforcer_socket" "$@"
	fi
	answers bounded "$client_for" "$client_name" "$@" >"$far_tmp/out" 2>&1 9>&-
}

# Sets daemon_answered. yes: it answered that it runs. no: it lives and did not, or does not live. unknown: cannot be asked.
daemon_ask() { # [SECONDS]
	client "${1:-5}" "$daemon_client" running
	case $? in
	0) if grep -q 'Engine running' "$far_tmp/out"; then daemon_answered=yes; else daemon_answered=no; fi ;;
	127) daemon_answered=unknown ;;
	*) daemon_answered=no ;;
	esac
}

daemon_facts() {
	daemon_find "$daemon_name"
	if [ -n "$daemon_list" ]; then
		daemon_ask
		fact running yes
		fact pid "${daemon_list%%"$far_lf"*}"
		fact answers "$daemon_answered"
	else
		fact running no
		fact pid 0
		fact answers no
	fi
	fact processes "$daemon_count"
	if [ -S "$daemon_socket" ]; then fact socket yes; else fact socket no; fi
	if [ -e "$daemon_pid_file" ]; then fact pidfile yes; else fact pidfile no; fi
}

verb_alive() {
	need_args $# 1
	daemon_of "$1"
	daemon_facts
}

# Removes what a daemon that ended otherwise left in /run; never while a process of that name lives, as a second one would
# then start beside it.
daemon_sweep() {
	daemon_find "$daemon_name"
	[ -z "$daemon_list" ] || return 0
	[ ! -e "$daemon_pid_file" ] && [ ! -e "$daemon_socket" ] || rm -f "$daemon_pid_file" "$daemon_socket"
}

# Blocks the call while one of the daemons lives: what it does would be torn under it.
need_down() { # enforcer|signer ...
	for down_what; do
		daemon_of "$down_what"
		daemon_find "$daemon_name"
		[ -z "$daemon_list" ] || finish "$FAR_BLOCKED" "The $down_what lives (pid $(one_line "$daemon_list")); stop it first."
	done
}

# ---- start --------------------------------------------------------------------------------------------------------

# How this host runs the daemon: sets manager to systemd, runit or ods-control, and manager_unit. What is only installed
# does not count, what is at work does: Debian ships files for all three.
manager_of() {
	manager=ods-control manager_unit=''
	if [ -d /run/systemd/system ] && have systemctl; then
		for manager_try in $daemon_units; do
			if bounded 20 systemctl cat "$manager_try.service" >/dev/null 2>&1; then
				manager=systemd manager_unit=$manager_try.service
				return
			fi
		done
	fi
	if have sv; then
		for manager_try in $daemon_units; do
			for manager_dir in /etc/service /service /var/service /etc/runit/runsvdir/current; do
				# "run:" or "down:" is answered by a living runsv only.
				case $(bounded 10 sv status "$manager_dir/$manager_try" 2>/dev/null) in
				run:* | down:* | finish:*)
					manager=runit manager_unit=$manager_dir/$manager_try
					return
					;;
				esac
			done
		done
	fi
}

# The last words of a daemon in the host's log, to say why it died.
daemon_log() {
	for daemon_log_file in /var/log/syslog /var/log/messages /var/log/daemon.log; do
		[ -r "$daemon_log_file" ] || continue
		tail -n 400 "$daemon_log_file" | grep "$daemon_name" | tail -n 6
		return
	done
	! have journalctl || bounded 10 journalctl -q -n 6 -t "$daemon_name" --no-pager -o cat 2>/dev/null
}

# A daemon must keep running for so many seconds: the signer says that it started before it has opened its keys.
start_settle=3

verb_start() {
	need_args $# 2
	need_number "$2"
	daemon_of "$1"
	far_clock
	start_end=$((far_now + $2))
	far_lock work
	daemon_find "$daemon_name"
	start_pids=$daemon_list
	if [ -z "$start_pids" ]; then
		[ ! -f "$FAR_HOME/fence" ] ||
			{
				kept "$FAR_HOME/fence" run
				finish "$FAR_BLOCKED" "This instance is fenced (run $far_kept); its daemons stay down."
			}
		manager_of
		fact by "$manager"
		daemon_sweep
		[ "$manager" = ods-control ] || [ ! -e /etc/opendnssec/prevent-startup ] ||
			finish "$FAR_BLOCKED" "$manager would skip the start: /etc/opendnssec/prevent-startup is there."
		case $manager in
		systemd)
			bounded "$2" systemctl start "$manager_unit" >"$far_tmp/start" 2>&1 9>&-
			;;
		runit) bounded "$2" sv up "$manager_unit" >"$far_tmp/start" 2>&1 9>&- ;;
		*)
			# Where systemd makes it at boot; ours to make where nobody did.
			if [ ! -d "${daemon_pid_file%/*}" ]; then
				mkdir -p "${daemon_pid_file%/*}" && chmod 0755 "${daemon_pid_file%/*}" &&
					chown "$daemon_user:$daemon_group" "${daemon_pid_file%/*}"
			fi
			(
				umask 022 # the signed zones are read by a name server; the files of a daemon started at boot have 0644
				bounded "$2" setsid "$daemon_name" -c "$far_conf" >/dev/null 2>&1 9>&-
			)
			;;
		esac
		start_status=$?
	else
		start_status=0
	fi
	# It is started when one and the same process has answered for start_settle seconds.
	start_pid='' start_began='' start_since=0
	while :; do
		far_clock
		if ! process_lives "$start_pid" "$start_began"; then
			daemon_find "$daemon_name"
			start_pid=${daemon_list%%"$far_lf"*}
			if [ -z "$start_pid" ]; then
				[ "$start_since" -eq 0 ] || break # it had come, and died
				[ "$start_status" -eq 0 ] || break
			else
				process_look "$start_pid" || continue
				start_began=$process_began start_since=$far_now start_answered=no
			fi
		fi
		# Asked until it answers, and once more when it has settled; that it lives is looked at in between.
		if [ -n "$start_pid" ] && { [ "$start_answered" = no ] || [ $((far_now - start_since)) -ge "$start_settle" ]; }; then
			daemon_ask 3
			if [ "$daemon_answered" = yes ]; then
				start_answered=yes
				[ -z "$start_pids" ] || break
				[ $((far_now - start_since)) -lt "$start_settle" ] || break
			fi
		fi
		[ "$far_now" -lt "$start_end" ] || break
		pause
	done
	daemon_facts
	if [ -z "$daemon_list" ]; then
		daemon_sweep
		section log daemon_log
		finish "$FAR_FAILED" "The $1 did not start, or died at once; its log says why."
	fi
	[ "$daemon_count" -eq 1 ] || finish "$FAR_FAILED" "More than one $daemon_name lives: $(one_line "$daemon_list")."
	[ "$start_answered" = yes ] || finish "$FAR_UNKNOWN" "The $1 lives (pid $daemon_list) but does not answer."
}

# ---- stop, kill ---------------------------------------------------------------------------------------------------

# Connections of clients to the daemon's socket: one that idles keeps it from ending.
daemon_clients() {
	awk -v "s=$daemon_socket" '$8 == s && $6 == "03" { n++ } END { print n + 0 }' /proc/net/unix 2>/dev/null
}

verb_stop() {
	need_args $# 2
	need_number "$2"
	daemon_of "$1"
	far_clock
	stop_end=$((far_now + $2))
	far_lock work
	daemon_find "$daemon_name"
	stop_pid=$daemon_list
	case $stop_pid in
	*"$far_lf"*)
		daemon_facts
		finish "$FAR_BLOCKED" "More than one $daemon_name lives ($(one_line "$stop_pid")); which is the right one? End the others by 'kill'."
		;;
	esac
	manager_of
	if [ -n "$stop_pid" ]; then
		process_look "$stop_pid" || :
		stop_start=$process_began
		# The client waits without end for a process that it picks by name: it is let go as soon as ours is gone.
		case $manager in
		runit) sv down "$manager_unit" </dev/null >/dev/null 2>&1 9>&- & ;;
		*)
			if [ "$1" = enforcer ] && [ "$daemon_socket" != /run/opendnssec/enforcer.sock ]; then
				timeout -k 5 "$2" ods-enforcer -s "$daemon_socket" stop </dev/null >/dev/null 2>&1 9>&- &
			else
				timeout -k 5 "$2" "$daemon_client" stop </dev/null >/dev/null 2>&1 9>&- &
			fi
			;;
		esac
		stop_job=$!
		while process_lives "$stop_pid" "$stop_start"; do
			far_clock
			[ "$far_now" -lt "$stop_end" ] || break
			pause
		done
		kill "$stop_job" 2>/dev/null
		wait "$stop_job" 2>/dev/null
	fi
	if [ -z "$stop_pid" ] || ! process_lives "$stop_pid" "$stop_start"; then
		# The unit has to know as well, or it would start it anew.
		if [ "$manager" = systemd ]; then
			bounded 60 systemctl stop "$manager_unit" >/dev/null 2>&1
			bounded 20 systemctl reset-failed "$manager_unit" >/dev/null 2>&1
		elif [ "$manager" = runit ]; then
			bounded 20 sv down "$manager_unit" >/dev/null 2>&1
		fi
		daemon_sweep
	fi
	daemon_facts
	[ -n "$daemon_list" ] || finish "$FAR_OK"
	if [ "$daemon_list" != "$stop_pid" ]; then
		finish "$FAR_FAILED" "The $1 was started anew by something else (pid $(one_line "$daemon_list"))."
	fi
	stop_clients=$(daemon_clients)
	fact clients "${stop_clients:-0}"
	stop_why=''
	[ "${stop_clients:-0}" -eq 0 ] || stop_why="; $stop_clients client connection(s) are open on $daemon_socket"
	finish "$FAR_UNKNOWN" "The $1 still lives (pid $stop_pid) after $2 s$stop_why. What it was told may still take effect."
}

verb_kill() {
	need_args $# 2
	need_number "$2"
	daemon_of "$1"
	far_lock work
	daemon_find "$daemon_name"
	case "$far_lf$daemon_list$far_lf" in
	*"$far_lf$2$far_lf"*)
		process_look "$2" || :
		kill_start=$process_began
		kill -KILL "$2" 2>/dev/null
		far_clock
		kill_end=$((far_now + 10))
		while process_lives "$2" "$kill_start" && [ "$far_now" -lt "$kill_end" ]; do
			pause
			far_clock
		done
		if process_lives "$2" "$kill_start"; then
			daemon_facts
			finish "$FAR_FAILED" "Process $2 does not end; it waits for its disk or network."
		fi
		;;
	*)
		# Gone already is as good; another program of that pid is not ours to end.
		if [ -d "/proc/$2" ]; then
			daemon_facts
			finish "$FAR_BLOCKED" "Process $2 is not $daemon_name."
		fi
		;;
	esac
	daemon_sweep
	daemon_facts
}

# ---- the running enforcer -----------------------------------------------------------------------------------------

need_running() { # enforcer|signer
	daemon_of "$1"
	daemon_find "$daemon_name"
	[ -n "$daemon_list" ] || finish "$FAR_BLOCKED" "The $1 does not run."
}

# What came of a client() that failed; ends the call.
client_failed() { # STATUS WHAT
	if timed_out "$1"; then
		finish "$FAR_UNKNOWN" "$2 got no answer in time; it may still take effect."
	fi
	client_said=$(one_line "$(head -c 400 "$far_tmp/out")")
	finish "$FAR_FAILED" "$2 failed (status $1)${client_said:+: $client_said}"
}

# idle_wait SECONDS TASKS: facts and status of idle. Busy workers, a task that is due and too few tasks are not idle.
idle_quiet=no # whether a wait that ended well says nothing, because another one follows
idle_wait() {
	far_clock
	idle_end=$((far_now + $1))
	while :; do
		far_clock
		idle_left=$((idle_end - far_now))
		[ "$idle_left" -gt 1 ] || idle_left=1
		[ "$idle_left" -lt 10 ] || idle_left=10
		client "$idle_left" ods-enforcer queue
		idle_status=$?
		# shellcheck disable=SC2046 # four words
		set -- "$1" "$2" $(awk '
			/^All worker threads idle/ { idle = 1 }
			/^There (is|are) [0-9]+ task/ { tasks = $3 }
			/^It is now / { at = epoch($0) }
			/^Next task scheduled immediately/ { next_at = -1 }
			/^Next task scheduled .*\(/ { next_at = epoch($0) }
			function epoch(line) { sub(/^.*\(/, "", line); return line + 0 }
			END { print idle + 0, tasks + 0, next_at + 0, at + 0 }
		' "$far_tmp/out")
		idle_tasks=$4 idle_next=$5 idle_yes=no
		if [ "$idle_status" -eq 0 ] && [ "$3" -eq 1 ] && [ "$4" -ge "$2" ] &&
			{ [ "$5" -eq 0 ] || [ "$5" -gt "$6" ]; }; then
			idle_yes=yes
		fi
		set -- "$1" "$2"
		far_clock
		[ "$idle_yes" = no ] && [ "$far_now" -lt "$idle_end" ] || break
		daemon_find ods-enforcerd
		if [ -z "$daemon_list" ]; then
			fact idle no
			finish "$FAR_FAILED" 'The enforcer has ended.'
		fi
		pause
	done
	[ "$idle_next" -ge 0 ] || idle_next=0
	if [ "$idle_yes" = no ] || [ "$idle_quiet" = no ]; then
		fact tasks "$idle_tasks"
		fact next "$idle_next"
		fact idle "$idle_yes"
	fi
	[ "$idle_yes" = yes ] || {
		[ "$idle_status" -eq 0 ] || client_failed "$idle_status" "'ods-enforcer queue'"
		finish "$FAR_FAILED" "The enforcer is not idle after $1 s, or has fewer than $2 tasks ($idle_tasks)."
	}
}

verb_idle() {
	need_args $# 2
	need_number "$1"
	need_number "$2"
	need_running enforcer
	idle_wait "$1" "$2"
}

verb_enforce() {
	need_args $# 1
	need_number "$1"
	need_running enforcer
	far_lock work
	client 60 ods-enforcer enforce || client_failed $? "'ods-enforcer enforce'"
	idle_quiet=yes
	idle_wait "$1" 0
	idle_quiet=no
	# An enforcer fills its stock of keys when it starts. What is lacking is made now, before the snapshot, so that the
	# new side's has nothing to make: a key made there would be in no copy.
	if ! conf_has Enforcer/ManualKeyGeneration; then
		client 120 ods-enforcer key generate --duration "$conf_generation_period" --all ||
			client_failed $? "'ods-enforcer key generate'"
	fi
	idle_wait "$1" 0
}

verb_backup() {
	need_args $# 1
	case $1 in prepare | commit | rollback | list) ;; *) finish "$FAR_USAGE" 'backup prepare|commit|rollback|list' ;; esac
	need_running enforcer
	if [ "$1" != list ]; then
		far_lock work
		# The words are ours: the enforcer takes 'backup prepare ANYTHING' for a prepare, and newer ones die of 'backup'.
		client 60 ods-enforcer backup "$1" || client_failed $? "'ods-enforcer backup $1'"
		fact flagged "$(awk '/^info: keys / { n = $NF } END { print n + 0 }' "$far_tmp/out")"
	fi
	client 60 ods-enforcer backup list || client_failed $? "'ods-enforcer backup list'"
	grep -v '^Locator:' "$far_tmp/out" | awk '
		/ Not Required *$/ { none++; next }
		/ Required *$/ { required++ }
		/ Prepared *$/ { prepared++ }
		/ Done *$/ { done++ }
		END {
			print "=required " required + 0; print "=prepared " prepared + 0
			print "=done " done + 0; print "=not-required " none + 0
		}'
}

# ---- the running signer -------------------------------------------------------------------------------------------

signer_zones() { # zones into $far_tmp/signer.zones; status of the client
	client 20 ods-signer zones || return $?
	sed -n 's/^- //p' "$far_tmp/out" >"$far_tmp/signer.zones"
}

signer_tasks() { # sets signer_task_count
	client 20 ods-signer queue || return $?
	signer_task_count=$(awk '/^There (is|are) [0-9]+ task/ { n = $3 } END { print n + 0 }' "$far_tmp/out")
}

verb_signer() {
	signer_do=${1:-}
	[ $# -eq 0 ] || shift
	case $signer_do in
	zones | queue | update-all | sign-all) need_args $# 0 ;;
	wait)
		need_args $# 1
		need_number "$1"
		;;
	sign)
		need_args $# 2
		need_number "$2"
		# Taken modulo 2^32 or for its greatest value otherwise, with status 0.
		[ "$2" -le 4294967295 ] || finish "$FAR_USAGE" "Not a serial: $2."
		;;
	*) finish "$FAR_USAGE" 'signer zones|queue|wait|update-all|sign-all|sign' ;;
	esac
	need_running signer
	case $signer_do in
	zones)
		signer_zones || client_failed $? "'ods-signer zones'"
		fact zones "$(wc -l <"$far_tmp/signer.zones" | tr -d ' ')"
		section zones cat "$far_tmp/signer.zones"
		;;
	queue)
		signer_tasks || client_failed $? "'ods-signer queue'"
		fact tasks "$signer_task_count"
		;;
	wait) signer_wait "$1" ;;
	update-all | sign-all)
		far_lock work
		# Before its first task is queued an update ends the signer, and a sign is lost.
		signer_tasks || client_failed $? "'ods-signer queue'"
		[ "$signer_task_count" -gt 0 ] ||
			finish "$FAR_BLOCKED" 'The signer has no task in its queue yet; told now, it would die or forget it.'
		client 120 ods-signer "${signer_do%-all}" --all
		signer_status=$?
		section output cat "$far_tmp/out"
		[ "$signer_status" -eq 0 ] || client_failed "$signer_status" "'ods-signer ${signer_do%-all} --all'"
		daemon_find ods-signerd
		[ -n "$daemon_list" ] || finish "$FAR_FAILED" 'The signer has died of it.'
		;;
	sign)
		need_zones
		zone_find "$1" || finish "$FAR_USAGE" "No zone '$1' in $(zones_xml)."
		far_lock work
		client 60 ods-signer sign "$zone_name" --serial "$2"
		signer_status=$?
		section output cat "$far_tmp/out"
		[ "$signer_status" -eq 0 ] || client_failed "$signer_status" "'ods-signer sign $zone_name --serial $2'"
		# Status 0 as well when it refuses.
		if grep -q '^Error' "$far_tmp/out"; then
			finish "$FAR_FAILED" "$(grep '^Error' "$far_tmp/out" | head -n 1)"
		fi
		;;
	esac
}

signer_wait() { # SECONDS
	far_clock
	signer_end=$((far_now + $1))
	signer_count=0
	while :; do
		signer_task_count=0
		if signer_tasks && signer_zones; then
			signer_count=$(wc -l <"$far_tmp/signer.zones" | tr -d ' ')
			[ "$signer_task_count" -eq 0 ] || [ "$signer_count" -eq 0 ] || break
		else
			daemon_find ods-signerd
			if [ -z "$daemon_list" ]; then
				section log daemon_log
				finish "$FAR_FAILED" 'The signer has died.'
			fi
		fi
		far_clock
		[ "$far_now" -lt "$signer_end" ] || break
		pause
	done
	fact tasks "$signer_task_count"
	fact zones "$signer_count"
	[ "$signer_task_count" -gt 0 ] && [ "$signer_count" -gt 0 ] ||
		finish "$FAR_FAILED" "After $1 s the signer has $signer_count zones and $signer_task_count tasks in its queue."
}

# ---- publish ------------------------------------------------------------------------------------------------------

verb_publish() {
	need_args $# 1
	bounded 300 sh -c "$1" >"$far_tmp/publish" 2>&1
	publish_status=$?
	section output head -c 65536 "$far_tmp/publish"
	fact exit "$publish_status"
	! timed_out "$publish_status" || finish "$FAR_UNKNOWN" 'The command did not end in time.'
	[ "$publish_status" -eq 0 ] || finish "$FAR_FAILED" "The command ended with status $publish_status."
}
