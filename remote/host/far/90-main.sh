# The verbs, and the start of it all. This part comes last.
# shellcheck shell=sh
# shellcheck disable=SC2015,SC2034,SC2154

# Calls verb_NAME with the words after the verb ('-' in a verb is '_' in its function). Only what is listed here is a verb.
far_dispatch() { # VERB [ARGUMENT ...]
	case $1 in
	hello | observe | fetch | zone | keys | serials | space | lease | record | journal) ;;
	alive | start | stop | kill | enforce | idle | backup | signer | publish) ;;
	snapshot | snapped | manifest | send | receive | verify-copy | tidy) ;;
	install) ;;
	swap | swap-back | swapped | prove | guard | fence | unfence | fenced | ready | unready) ;;
	*) finish "$FAR_USAGE" "This far side does not know '$1'." ;;
	esac
	far_function=verb_$1
	while :; do
		case $far_function in *-*) far_function=${far_function%%-*}_${far_function#*-} ;; *) break ;; esac
	done
	have "$far_function" || finish "$FAR_USAGE" "This far side does not know '$1'."
	shift
	"$far_function" "$@"
}

# Who is not root cannot see the processes of others (/proc/PID/exe), nor their files: "no daemon runs" would be concluded from
# nothing. Only hello says who we are.
far_root() { # VERB
	[ "$(id -u)" != 0 ] || return 0
	far_not_root="The far side has to run as root, and runs as uid $(id -u): let the login in by sudo."
	case $1 in
	send | fetch | zone) finish_raw "$FAR_BLOCKED" "$far_not_root" ;;
	*) finish "$FAR_BLOCKED" "$far_not_root" ;;
	esac
}

far_main() {
	if [ "${1:-}" = --seconds ]; then
		frame_begin none
		finish "$FAR_USAGE" '--seconds takes a number above 0, and a program called by its whole path.'
	fi
	if [ "${1:-}" = --conf ]; then
		case ${2:-} in
		/*) far_conf=$2 ;;
		*) set -- '--conf' ;;
		esac
		[ $# -lt 2 ] || shift 2
	fi
	case ${1:-} in
	'' | *[!a-z-]* | -*)
		frame_begin none
		finish "$FAR_USAGE" 'usage: far [--conf /PATH] VERB [ARGUMENT ...]'
		;;
	esac
	far_traps
	frame_begin "$1"
	[ "$1" = hello ] || far_root "$1"
	case "$1 ${2:-}" in
	'lease '* | 'record '* | 'journal put') ;; # asked often, and they need none
	*) far_scratch || finish "$FAR_FAILED" 'No room for scratch files in /run or /tmp.' ;;
	esac
	far_dispatch "$@"
	finish "$FAR_OK"
}

far_main "$@"
