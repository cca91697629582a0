# fence: the daemons of this instance cannot start by themselves, after a reboot either. ready: whatever keeps them from it
# is lifted. Each notes what it changed before it changes it, so that its opposite takes back exactly that.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

FENCE_STOP=/etc/opendnssec/prevent-startup   # asked by Debian's units (ConditionPathExists) and init scripts
# Every name that `start` looks for, and runit's services as well.
FENCE_UNITS='opendnssec-enforcer opendnssec-signer ods-enforcerd ods-signerd ods-enforcer ods-signer'

# Units of this host that start a daemon at boot without asking for prevent-startup, one a line.
fence_units() {
	[ -d /run/systemd/system ] && have systemctl || return 0
	for fence_unit in $FENCE_UNITS; do
		bounded 20 systemctl cat "$fence_unit.service" >"$far_tmp/unit" 2>/dev/null || continue
		grep -q "ConditionPathExists=!$FENCE_STOP" "$far_tmp/unit" || printf '%s.service\n' "$fence_unit"
	done
}

unit_state() { bounded 20 systemctl is-enabled "$1" 2>/dev/null; } # UNIT: enabled, disabled, masked, static, …

# A unit whose file somebody made where a mask would have to lie: it is made to ask for prevent-startup, as Debian's do.
FENCE_LOCAL=/etc/systemd/system
fence_is_local() { [ -f "$FENCE_LOCAL/$1" ] && [ ! -h "$FENCE_LOCAL/$1" ]; } # UNIT
fence_asks() { # UNIT
	mkdir -p "$FENCE_LOCAL/$1.d" && printf '[Unit]\nConditionPathExists=!%s\n' "$FENCE_STOP" >"$FENCE_LOCAL/$1.d/ods-failover.conf" &&
		chmod 0755 "$FENCE_LOCAL/$1.d" && chmod 0644 "$FENCE_LOCAL/$1.d/ods-failover.conf" && bounded 60 systemctl daemon-reload
}
fence_asks_not() { # UNIT
	rm -f "$FENCE_LOCAL/$1.d/ods-failover.conf" && { rmdir "$FENCE_LOCAL/$1.d" 2>/dev/null || :; } && bounded 60 systemctl daemon-reload
}

# Directories of runit's services for the daemons, one a line.
fence_services() {
	have sv || return 0
	for fence_at in /etc/service /service /var/service /etc/runit/runsvdir/current; do
		for fence_name in $FENCE_UNITS; do
			[ ! -f "$fence_at/$fence_name/run" ] || printf '%s/%s\n' "$fence_at" "$fence_name"
		done
	done
}

# What holds at this moment: a line each, as `by` says it.
fence_holds() {
	[ ! -e "$FENCE_STOP" ] || printf '%s\n' "$FENCE_STOP"
	for fence_unit in $(fence_units); do
		case $(unit_state "$fence_unit") in masked*) printf 'masked %s\n' "$fence_unit" ;; esac
	done
	for fence_dir in $(fence_services); do
		[ ! -e "$fence_dir/down" ] || printf '%s/down\n' "$fence_dir"
	done
}

# Whether every way by which a daemon starts at boot is closed.
fence_closed() {
	[ -e "$FENCE_STOP" ] || return 1
	for fence_unit in $(fence_units); do
		case $(unit_state "$fence_unit") in masked*) ;; *) return 1 ;; esac
	done
	for fence_dir in $(fence_services); do
		[ -e "$fence_dir/down" ] || return 1
	done
}

fence_facts() {
	if [ -f "$FAR_HOME/fence" ] && fence_closed; then fact fenced yes; else fact fenced no; fi
	fence_holds >"$far_tmp/holds"
	while IFS= read -r fence_line; do fact by "$fence_line"; done <"$far_tmp/holds"
	! kept "$FAR_HOME/fence" run || fact run "$far_kept"
}

# Daemons that systemd would not start at boot, fence or not: "DAEMON UNIT" a line. Only where every unit of it that there is is
# plainly disabled; what else it may be (masked, static, made of an init script) has other reasons, or starts.
fence_not_at_boot() {
	[ -d /run/systemd/system ] && have systemctl || return 0
	for fence_daemon in enforcer signer; do
		fence_off='' fence_other=''
		for fence_unit in $FENCE_UNITS; do
			case $fence_unit in *"$fence_daemon"*) ;; *) continue ;; esac
			case $(unit_state "$fence_unit.service") in
			disabled) fence_off=${fence_off:-$fence_unit.service} ;;
			'' | not-found) ;;
			*) fence_other=yes ;;
			esac
		done
		[ -z "$fence_off" ] || [ -n "$fence_other" ] || printf '%s %s\n' "$fence_daemon" "$fence_off"
	done
}

verb_fenced() {
	need_args $# 0
	fence_facts
	fence_not_at_boot >"$far_tmp/not-at-boot"
	while IFS= read -r fence_line; do fact not-at-boot "$fence_line"; done <"$far_tmp/not-at-boot"
}

# Closes what is open; each line of NOTES names one thing that was not closed before, and is on the disk first.
fence_close() { # NOTES
	while IFS= read -r fence_note; do
		case $fence_note in
		made=*)
			mkdir -p "${FENCE_STOP%/*}" && printf '%s\n' "Fenced by ods-failover, run $fence_run: this instance is not the active one." \
				'Lifted by the run that makes it active again, or by: far unfence RUN' >"$FENCE_STOP" && chmod 0644 "$FENCE_STOP" || return 1
			;;
		masked=*) bounded 60 systemctl mask "${fence_note#masked=}" >/dev/null 2>&1 || return 1 ;;
		asks=*) fence_asks "${fence_note#asks=}" || return 1 ;;
		down=*) : >"${fence_note#down=}" || return 1 ;;
		esac
	done <"$1"
}

# Opens what NOTES closed, and nothing else.
fence_open() { # NOTES
	while IFS= read -r fence_note; do
		case $fence_note in
		made=*) rm -f "$FENCE_STOP" || return 1 ;;
		masked=*) bounded 60 systemctl unmask "${fence_note#masked=}" >/dev/null 2>&1 || return 1 ;;
		asks=*) fence_asks_not "${fence_note#asks=}" || return 1 ;;
		down=*) rm -f "${fence_note#down=}" || return 1 ;;
		esac
	done <"$1"
}

verb_fence() {
	need_args $# 1
	need_id "$1"
	far_lock work
	# What an earlier run closed, and somebody opened since, is closed again as that run's: it stays with it.
	fence_run=$1
	! kept "$FAR_HOME/fence" run || fence_run=$far_kept
	{
		printf 'run=%s\nat=%s\n' "$fence_run" "$(now)"
		[ ! -f "$FAR_HOME/fence" ] || grep -E '^(made|masked|asks|down)=' "$FAR_HOME/fence"
		[ -e "$FENCE_STOP" ] || printf 'made=%s\n' "$FENCE_STOP"
		for fence_unit in $(fence_units); do
			if fence_is_local "$fence_unit"; then
				printf 'asks=%s\n' "$fence_unit"
			else
				case $(unit_state "$fence_unit") in masked*) ;; *) printf 'masked=%s\n' "$fence_unit" ;; esac
			fi
		done
		for fence_dir in $(fence_services); do
			[ -e "$fence_dir/down" ] || printf 'down=%s/down\n' "$fence_dir"
		done
	} | awk '!seen[$0]++' >"$far_tmp/notes"
	keep "$FAR_HOME/fence" <"$far_tmp/notes" || finish "$FAR_FAILED" 'The note of the fence could not be written.'
	fence_close "$FAR_HOME/fence" || finish "$FAR_FAILED" 'The fence could not be closed.'
	sync_at "${FENCE_STOP%/*}"
	fence_facts
	fence_closed || finish "$FAR_FAILED" 'A daemon could still start by itself.'
}

verb_unfence() {
	need_args $# 1
	need_id "$1"
	far_lock work
	# A fence that an earlier run closed was not closed by this one: it stays.
	if kept "$FAR_HOME/fence" run && [ "$far_kept" = "$1" ]; then
		fence_open "$FAR_HOME/fence" || finish "$FAR_FAILED" 'The fence could not be opened.'
		rm -f "$FAR_HOME/fence"
		sync_at "$FAR_HOME"
	fi
	fence_facts
}

# What keeps the daemons from starting here is moved into ready/, ours and anybody else's, until unready or the end of the
# run: fence (our own note), prevent-startup (the file), notes (units and services).
verb_ready() {
	need_args $# 1
	need_id "$1"
	far_lock work
	ready_dir=$FAR_HOME/ready
	kept "$ready_dir/notes" run
	if [ -d "$ready_dir" ] && [ "$far_kept" != "$1" ]; then
		rm -rf "$ready_dir" # of a run that ended: what it lifted is lifted
	fi
	mkdir -p "$ready_dir"
	if [ ! -f "$ready_dir/notes" ]; then
		{
			printf 'run=%s\n' "$1"
			for fence_unit in $(fence_units); do
				case $(unit_state "$fence_unit") in masked*) printf 'masked=%s\n' "$fence_unit" ;; esac
			done
			for fence_dir in $(fence_services); do
				[ ! -e "$fence_dir/down" ] || printf 'down=%s/down\n' "$fence_dir"
			done
		} | keep "$ready_dir/notes" || finish "$FAR_FAILED" 'The note of what is lifted could not be written.'
	fi
	[ ! -f "$FAR_HOME/fence" ] || mv -f "$FAR_HOME/fence" "$ready_dir/fence" ||
		finish "$FAR_FAILED" 'The note of the fence could not be put aside.'
	if [ -e "$FENCE_STOP" ]; then
		cp -p "$FENCE_STOP" "$ready_dir/prevent-startup.new" && mv -f "$ready_dir/prevent-startup.new" "$ready_dir/prevent-startup" &&
			sync_at "$ready_dir" && rm -f "$FENCE_STOP" || finish "$FAR_FAILED" "$FENCE_STOP could not be lifted."
	fi
	fence_open "$ready_dir/notes" || finish "$FAR_FAILED" 'A service could not be allowed to start.'
	sync_at "$FAR_HOME"
	ready_facts
	[ ! -e "$FENCE_STOP" ] || finish "$FAR_FAILED" "$FENCE_STOP is still there."
}

ready_facts() {
	fence_holds >"$far_tmp/holds"
	if [ -s "$far_tmp/holds" ]; then fact ready no; else fact ready yes; fi
	[ ! -f "$FAR_HOME/ready/prevent-startup" ] || fact lifted "$FENCE_STOP"
	[ ! -f "$FAR_HOME/ready/notes" ] || sed -n 's/^\(masked\|down\)=/\1 /p' "$FAR_HOME/ready/notes" | while IFS= read -r ready_note; do
		fact lifted "$ready_note"
	done
}

verb_unready() {
	need_args $# 1
	need_id "$1"
	far_lock work
	ready_dir=$FAR_HOME/ready
	if [ -d "$ready_dir" ] && kept "$ready_dir/notes" run && [ "$far_kept" = "$1" ]; then
		fence_run=$1
		[ ! -f "$ready_dir/prevent-startup" ] || cp -p "$ready_dir/prevent-startup" "$FENCE_STOP" ||
			finish "$FAR_FAILED" "$FENCE_STOP could not be put back."
		fence_close "$ready_dir/notes" || finish "$FAR_FAILED" 'A service could not be closed again.'
		[ ! -f "$ready_dir/fence" ] || mv -f "$ready_dir/fence" "$FAR_HOME/fence" ||
			finish "$FAR_FAILED" 'The note of the fence could not be put back.'
		sync_at "${FENCE_STOP%/*}"
		rm -rf "$ready_dir"
		sync_at "$FAR_HOME"
	fi
	ready_facts
}
