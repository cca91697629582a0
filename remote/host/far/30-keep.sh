# What is kept on an instance about runs: the lease, the record of its role, the mirrored journal.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

lease_file=$FAR_HOME/lease

lease_facts() {
	if [ ! -f "$lease_file" ]; then
		fact held no
		return
	fi
	fact held yes
	for lease_key in run owner host pid reason taken heartbeat expires; do
		fact "$lease_key" "$(kept "$lease_file" "$lease_key")"
	done
	if lease_live; then fact expired no; else fact expired yes; fi
}

lease_live() {
	[ -f "$lease_file" ] || return 1
	lease_until=$(kept "$lease_file" expires)
	# What cannot be read is taken for live: never take over from somebody because of a damaged file.
	is_number "$lease_until" || return 0
	[ "$lease_until" -gt "$(now)" ]
}

# When the lease runs out, by this host's clock: EXPIRES is epoch seconds, or, below 10^8, seconds from now.
lease_end() { # EXPIRES
	if [ "$1" -lt 100000000 ]; then echo $(($(now) + $1)); else echo "$1"; fi
}

lease_write() { # RUN EXPIRES OWNER HOST PID REASON TAKEN
	{
		printf 'run=%s\nowner=%s\nhost=%s\npid=%s\n' "$1" "$(one_line "$3")" "$(one_line "$4")" "$(one_line "$5")"
		printf 'reason=%s\ntaken=%s\nheartbeat=%s\nexpires=%s\n' "$(one_line "$6")" "$7" "$(now)" "$(lease_end "$2")"
	} | keep "$lease_file" || finish "$FAR_FAILED" 'The lease could not be written.'
}

verb_lease() {
	lease_do=${1:-}
	[ $# -eq 0 ] || shift
	case $lease_do in
	show) need_args $# 0 ;;
	take | steal)
		need_args $# 6
		need_id "$1"
		need_number "$2"
		;;
	renew)
		[ $# -ge 2 ] || need_args $# 2
		need_id "$1"
		need_number "$2"
		;;
	release)
		[ $# -ge 1 ] || need_args $# 1
		need_id "$1"
		;;
	*) finish "$FAR_USAGE" 'lease show|take|renew|release|steal' ;;
	esac
	if [ "$lease_do" = show ]; then
		lease_facts
		finish "$FAR_OK"
	fi
	far_lock keep
	lease_holder=$(kept "$lease_file" run)
	case $lease_do in
	take)
		if [ -f "$lease_file" ] && [ "$lease_holder" != "$1" ] && lease_live; then
			lease_facts
			finish "$FAR_BLOCKED" "The lease is held by $(kept "$lease_file" owner) on $(kept "$lease_file" host), run $lease_holder."
		fi
		lease_taken=$(now)
		[ "$lease_holder" != "$1" ] || lease_taken=$(kept "$lease_file" taken)
		lease_write "$@" "$lease_taken"
		;;
	steal)
		[ -z "$lease_holder" ] || fact stolen-from "$lease_holder"
		lease_write "$@" "$(now)"
		;;
	renew)
		[ -f "$lease_file" ] || finish "$FAR_BLOCKED" "No lease is held; run $1 has lost it."
		[ "$lease_holder" = "$1" ] || {
			lease_facts
			finish "$FAR_BLOCKED" "The lease is held by run $lease_holder."
		}
		lease_write "$1" "$2" "$(kept "$lease_file" owner)" "$(kept "$lease_file" host)" "$(kept "$lease_file" pid)" \
			"$(kept "$lease_file" reason)" "$(kept "$lease_file" taken)"
		;;
	release)
		if [ -f "$lease_file" ]; then
			[ "$lease_holder" = "$1" ] || {
				lease_facts
				finish "$FAR_BLOCKED" "The lease is held by run $lease_holder."
			}
			rm -f "$lease_file"
			sync_at "$FAR_HOME"
		fi
		;;
	esac
	lease_facts
}

verb_record() {
	record_file=$FAR_HOME/record
	case ${1:-} in
	get) need_args $# 1 ;;
	set)
		need_args $# 4
		case $2 in active | standby) ;; *) finish "$FAR_USAGE" "A role is active or standby, not '$2'." ;; esac
		need_id "$3"
		is_word "$4" || finish "$FAR_USAGE" "Not a name of an instance: '$4'."
		far_lock keep
		printf 'role=%s\nrun=%s\nname=%s\nat=%s\n' "$2" "$3" "$4" "$(now)" | keep "$record_file" ||
			finish "$FAR_FAILED" 'The record could not be written.'
		;;
	*) finish "$FAR_USAGE" 'record get|set' ;;
	esac
	if [ -f "$record_file" ]; then
		for record_key in role run name at; do fact "$record_key" "$(kept "$record_file" "$record_key")"; done
	fi
}

verb_journal() {
	journal_do=${1:-}
	[ $# -eq 0 ] || shift
	case $journal_do in
	put)
		need_args $# 1
		need_id "$1"
		far_lock keep
		mkdir -p "$FAR_HOME/journal"
		journal_file=$FAR_HOME/journal/$1
		dd "of=$journal_file.new" bs=65536 conv=fsync 2>/dev/null || finish "$FAR_FAILED" 'The journal could not be written.'
		# An entry once mirrored stays: a console that knows less must read this one first.
		if [ -f "$journal_file" ] && [ "$(wc -l <"$journal_file.new")" -lt "$(wc -l <"$journal_file")" ]; then
			rm -f "$journal_file.new"
			finish "$FAR_BLOCKED" "The journal of run $1 here has more entries than the one given."
		fi
		mv -f "$journal_file.new" "$journal_file" || finish "$FAR_FAILED" 'The journal could not be put in its place.'
		sync_at "$FAR_HOME/journal"
		fact entries "$(wc -l <"$journal_file" | tr -d ' ')"
		;;
	get)
		need_args $# 1
		need_id "$1"
		[ -f "$FAR_HOME/journal/$1" ] || finish "$FAR_UNKNOWN" "No journal of run $1 is here."
		section journal cat "$FAR_HOME/journal/$1"
		;;
	list)
		need_args $# 0
		section journal journal_list
		;;
	*) finish "$FAR_USAGE" 'journal put|get|list' ;;
	esac
}

# "RUN OCTETS MTIME", the newest last.
journal_list() {
	[ -d "$FAR_HOME/journal" ] || return 0
	find "$FAR_HOME/journal" -type f ! -name '*.new' -exec stat -c '%n %s %Y' {} + |
		sed "s,^$FAR_HOME/journal/,," | sort -k 3n -k 1
}
