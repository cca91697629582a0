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
		kept "$lease_file" "$lease_key"
		fact "$lease_key" "$far_kept"
	done
	if lease_live; then fact expired no; else fact expired yes; fi
}

lease_live() {
	[ -f "$lease_file" ] || return 1
	kept "$lease_file" expires
	# What cannot be read is taken for live: never take over from somebody because of a damaged file.
	is_number "$far_kept" || return 0
	[ "$far_kept" -gt "$(now)" ]
}

# Whether the lease is held for RUN, and, where they are given, by that console. Two consoles may have one run in hand.
lease_is_of() { # RUN [HOST PID]
	kept "$lease_file" run && [ "$far_kept" = "$1" ] || return 1
	[ $# -gt 1 ] || return 0
	kept "$lease_file" host && [ "$far_kept" = "$2" ] && kept "$lease_file" pid && [ "$far_kept" = "$3" ]
}

# Ends the call: somebody else holds it.
lease_refuse() {
	lease_facts
	kept "$lease_file" owner
	lease_owner=$far_kept
	kept "$lease_file" run
	lease_run=$far_kept
	kept "$lease_file" host
	finish "$FAR_BLOCKED" "The lease is held by $lease_owner on $far_kept, run $lease_run."
}

# RUN EXPIRES OWNER HOST PID REASON TAKEN; TAKEN may be empty: now. By this host's clock the lease runs out at EXPIRES, which
# is epoch seconds, or, below 10^8, seconds from now.
lease_write() {
	lease_now=$(now)
	lease_until=$2
	[ "$2" -ge 100000000 ] || lease_until=$((lease_now + $2))
	{
		for lease_word in "run=$1" "owner=$3" "host=$4" "pid=$5" "reason=$6"; do
			to_line "$lease_word"
			printf '%s\n' "$far_line"
		done
		printf 'taken=%s\nheartbeat=%s\nexpires=%s\n' "${7:-$lease_now}" "$lease_now" "$lease_until"
	} | keep "$lease_file" || finish "$FAR_FAILED" 'The lease could not be written.'
}

# lease_extend RUN EXPIRES: of the run that holds it; the rest of it stays.
lease_extend() {
	for lease_key in owner host pid reason taken; do
		kept "$lease_file" "$lease_key"
		set -- "$@" "$far_kept"
	done
	lease_write "$@"
}

verb_lease() {
	lease_do=${1:-}
	[ $# -eq 0 ] || shift
	case $lease_do in
	show) need_args $# 0 ;;
	take | steal)
		[ "$lease_do" = take ] && [ $# -eq 7 ] || need_args $# 6
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
	case $lease_do in
	take)
		# GONE, the last word, names a console of the same machine that is no more.
		! lease_live || lease_is_of "$1" "$4" "$5" || { [ $# -eq 7 ] && lease_is_of "$1" "$4" "$7"; } || lease_refuse
		far_kept=
		! lease_is_of "$1" || kept "$lease_file" taken
		lease_write "$1" "$2" "$3" "$4" "$5" "$6" "$far_kept"
		;;
	steal)
		! kept "$lease_file" run || fact stolen-from "$far_kept"
		lease_write "$@" ''
		;;
	renew)
		[ -f "$lease_file" ] || finish "$FAR_BLOCKED" "No lease is held; run $1 has lost it."
		lease_is_of "$1" ${5:+"$4" "$5"} || lease_refuse
		lease_extend "$1" "$2"
		;;
	release)
		if [ -f "$lease_file" ]; then
			lease_is_of "$1" ${5:+"$4" "$5"} || lease_refuse
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
		for record_key in role run name at; do
			kept "$record_file" "$record_key"
			fact "$record_key" "$far_kept"
		done
	fi
}

verb_journal() {
	journal_do=${1:-}
	[ $# -eq 0 ] || shift
	case $journal_do in
	put)
		case $# in 1 | 4) ;; *) need_args $# 2 ;; esac
		need_id "$1"
		[ $# -eq 1 ] || need_number "$2"
		far_lock keep
		[ -d "$FAR_HOME/journal" ] || mkdir -p "$FAR_HOME/journal"
		journal_file=$FAR_HOME/journal/$1
		dd "of=$journal_file.new" bs=65536 conv=fsync 2>/dev/null || finish "$FAR_FAILED" 'The journal could not be written.'
		# The connection may have been lost meanwhile: a whole one ends with its count.
		case $(tail -n 1 "$journal_file.new") in
		'{"count":'*'}') ;;
		*)
			rm -f "$journal_file.new"
			finish "$FAR_FAILED" "What came of the journal of run $1 is cut short."
			;;
		esac
		# An entry once mirrored stays: a console that knows less, or something else, must read this one first.
		journal_new=$(wc -l <"$journal_file.new") journal_old=0
		[ ! -f "$journal_file" ] || journal_old=$(wc -l <"$journal_file")
		if [ "$journal_new" -lt "$journal_old" ]; then
			rm -f "$journal_file.new"
			finish "$FAR_BLOCKED" "The journal of run $1 here has more entries than the one given."
		fi
		awk -v "old=$journal_file" -v "n=$((journal_old - 1))" '
			NR > n { exit }
			(getline line <old) <= 0 || line != $0 { exit 1 }' "$journal_file.new" || {
			rm -f "$journal_file.new"
			finish "$FAR_BLOCKED" "The journal of run $1 here has other entries than the one given."
		}
		mv -f "$journal_file.new" "$journal_file" || finish "$FAR_FAILED" 'The journal could not be put in its place.'
		sync_at "$FAR_HOME/journal"
		fact entries $((journal_new)) # some wc(1) put blanks before it
		# The lease of that run is renewed by the same call; one that is lost is no failure of the mirror.
		[ $# -gt 1 ] || return 0
		if lease_is_of "$1" ${4:+"$3" "$4"}; then
			lease_extend "$1" "$2"
			fact lease renewed
		else
			fact lease lost
		fi
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
