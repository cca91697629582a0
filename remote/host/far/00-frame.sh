#!/bin/sh
# far: what the console runs on an instance, as root. Verbs, answers and files: docs/far.md.
# One program made of parts, concatenated in the order of their names. The parts only define functions and constants; the
# last line of the last part calls far_main. So nothing runs before the whole text has arrived, but for --seconds, which runs
# the program again, and only where it lies in a file.
#
# Of the tools, only what POSIX, coreutils and busybox have in common is used, and what an OpenDNSSEC host has besides.
# shellcheck shell=sh
# shellcheck disable=SC2015,SC2016,SC2034,SC2154,SC2317 # parts of one program, ended by exit; A && B || C is meant as it runs

set -u
umask 077
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
unset IFS CDPATH ENV BASH_ENV 2>/dev/null
set -f # no pathname expansion: every word is data. Where files are listed, `find` does it.

# --seconds N, which comes first: the whole call is over after N seconds. Only root can end what sudo has started, so the
# program that is installed runs itself again under a timeout(1) of its own. What a daemon's start left in a session of its
# own goes on. It stands here so that the rest is read once; where it is out of form, far_main says so.
if [ "${1:-}" = --seconds ] && [ "${2:-0}" -gt 0 ] 2>/dev/null; then
	case $0 in
	/*)
		read -r far_until far_rest </proc/uptime
		far_until=$((${far_until%%.*} + $2))
		export far_until
		far_seconds=$2
		shift 2
		exec timeout -k 5 "$far_seconds" "$0" "$@"
		;;
	esac
fi

FAR_HOME=/var/lib/ods-failover
FAR_OK=0 FAR_FAILED=1 FAR_BLOCKED=2 FAR_UNKNOWN=3 FAR_USAGE=64
far_verb=''
far_tmp=''
far_ended=no
far_lf='
'
far_tab='	'

# ---- the frame (core/pair/far.h) ----------------------------------------------------------------------------------

frame_begin() { # VERB
	far_verb=$1
	printf 'odsf1 begin %s\n' "$1"
}

# One line, no control characters, into far_line: what a fact or sentence may hold. What is that already costs no process.
to_line() {
	far_line=$1
	case $1 in
	*[[:cntrl:]]*) ;;
	*) [ ${#1} -gt 2000 ] || return 0 ;;
	esac
	far_line=$(printf '%s' "$1" | tr '\001-\037\177' ' ' | cut -c1-2000)
}

one_line() { to_line "$1" && printf '%s' "$far_line"; }

fact() { # KEY VALUE
	case $2 in
	*[[:cntrl:]]*) printf '=%s %s\n' "$1" "$(one_line "$2")" ;;
	*) printf '=%s %s\n' "$1" "$2" ;;
	esac
}

section_begin() { to_line "$1" && printf '@%s\n' "$far_line"; } # NAME
section_end() { printf '.%s\n' "${1:-0}"; }            # STATUS

# Payload: what comes on standard input. awk ends a last line that has no end.
payload() { awk '{ print "|" $0 }'; }

# section NAME COMMAND ...: a section of what COMMAND prints on standard output, closed with its status.
section() {
	section_begin "$1"
	shift
	{ "$@" </dev/null && echo 0 >"$far_tmp/section" || echo $? >"$far_tmp/section"; } | payload
	read -r section_status <"$far_tmp/section"
	section_end "$section_status"
}

sentence() { to_line "$1" && printf '!%s\n' "$far_line"; }

# Ends the frame and the program. Call it from the main shell only, never inside a pipe or a subshell.
finish() { # STATUS [SENTENCE]
	[ -z "${2:-}" ] || sentence "$2"
	printf 'odsf1 end %s %s\n' "$far_verb" "$1"
	far_ended=yes
	exit "$1"
}

# A raw verb (send, fetch, zone) has no end line: its exit status is its end, its sentence goes to standard error.
finish_raw() { # STATUS [SENTENCE]
	[ -z "${2:-}" ] || sentence "$2" >&2
	far_ended=yes
	exit "$1"
}

# ---- scratch, clean-up --------------------------------------------------------------------------------------------

# A directory of our own for this call; on a tmpfs where there is one, so that the host's disk is not touched by looking.
far_scratch() {
	[ -z "$far_tmp" ] || return 0
	far_tmp=$(mktemp -d /run/odsf.XXXXXX 2>/dev/null) || far_tmp=$(mktemp -d /tmp/odsf.XXXXXX) || {
		far_tmp=''
		return 1
	}
}

far_cleanup() {
	far_at_exit
	case $far_tmp in
	/run/odsf.??????* | /tmp/odsf.??????*) rm -rf "$far_tmp" ;;
	esac
	far_tmp=''
}

# A verb that holds something replaces this by its own.
far_at_exit() { :; }

far_traps() {
	trap 'far_cleanup' EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap '' PIPE
}

# ---- small tools --------------------------------------------------------------------------------------------------

have() { command -v "$1" >/dev/null 2>&1; }

# bounded SECONDS COMMAND ...: no input, ended by TERM after SECONDS and by KILL 5 s later. 124 (or 137, 143): it hung.
# Where the whole call has an end (far_until, of --seconds), it ends before that: a timeout(1) is out of reach of another one.
bounded() {
	bounded_for=$1
	shift
	if [ -n "${far_until:-}" ]; then
		far_clock
		bounded_left=$((far_until - far_now - 1)) # a second to say so
		[ "$bounded_left" -gt 0 ] || bounded_left=1
		[ "$bounded_for" -le "$bounded_left" ] || bounded_for=$bounded_left
	fi
	timeout -k 5 "$bounded_for" "$@" </dev/null
}

# answers COMMAND ...: runs it with the files that it writes, its output among them, cut at 16 MiB: a tool that prints without end
# must not fill the host. It is ended by SIGXFSZ then (153, or what it makes of a full disk). Not for what starts a daemon.
answers() {
	(
		ulimit -f 32768
		"$@"
	)
}

# Whether the status of bounded() says that the time was over.
timed_out() { case $1 in 124 | 137 | 143) return 0 ;; *) return 1 ;; esac; }

# Seconds since the epoch, by this host's clock: for what is written down.
now() { date +%s; }

# Whole seconds since the host started, into far_now: for deadlines. It costs no process, and nobody sets that clock.
far_clock() {
	read -r far_now far_rest </proc/uptime
	far_now=${far_now%%.*}
}

# Waits a moment between two looks at something; no fraction of a second where sleep(1) has none.
pause() { sleep 0.2 2>/dev/null || sleep 1; }

is_number() { case $1 in '' | *[!0-9]* | ???????????????*) return 1 ;; esac; }
is_id() { case $1 in '' | .* | -* | *[!A-Za-z0-9._-]*) return 1 ;; esac; [ ${#1} -le 128 ]; }
is_word() { case $1 in '' | *[!A-Za-z0-9._@:+-]*) return 1 ;; esac; [ ${#1} -le 255 ]; }

# Arguments that are out of form end the call here.
need_id() { is_id "$1" || finish "$FAR_USAGE" "Not an id of a snapshot or run: '$1'."; }
need_number() { is_number "$1" || finish "$FAR_USAGE" "Not a number: '$1'."; }
need_args() { # GIVEN WANTED
	[ "$1" -eq "$2" ] || finish "$FAR_USAGE" "'$far_verb' takes $2 arguments, not $1."
}

# Digest of FILE, into sha256.
sha256_of() {
	sha256=$(sha256sum <"$1")
	sha256=${sha256%% *}
}

# Name of this host, into far_hostname.
far_host() {
	read -r far_hostname </proc/sys/kernel/hostname || far_hostname=unknown
}

# Runs a command as USER with that user's groups, in the environment that we have.
as_user() { # USER COMMAND ...
	as_user_name=$1
	shift
	if [ "$as_user_name" = "$(id -un)" ]; then
		"$@"
	elif have setpriv; then
		setpriv --reuid "$as_user_name" --regid "$(id -g "$as_user_name")" --init-groups -- "$@"
	elif have runuser; then
		runuser -u "$as_user_name" -- "$@"
	else
		# su takes one string; quote each word for it.
		su -s /bin/sh "$as_user_name" -c "$(sh_words "$@")"
	fi
}

# The words quoted for a POSIX shell.
sh_words() {
	for sh_word; do
		printf "'%s' " "$(printf '%s' "$sh_word" | sed "s/'/'\\\\''/g")"
	done
}

# escape(s), of awk: percent-escapes a path for a manifest, every octet but the plain ones.
escape_program='
BEGIN { for (i = 1; i < 256; i++) escape_hex[sprintf("%c", i)] = sprintf("%%%02x", i) }
function escape(s,    i, c, out) {
	if (s ~ /^[A-Za-z0-9._\/@:,+=-]*$/) return s
	out = ""
	for (i = 1; i <= length(s); i++) { c = substr(s, i, 1); out = out (c ~ /[A-Za-z0-9._\/@:,+=-]/ ? c : escape_hex[c]) }
	return out
}
'

# The same of one word, into escaped.
escape() {
	escaped=$1
	case $1 in
	*[!A-Za-z0-9._/@:,+=-]*)
		escaped=$(printf '%s\n' "$1" | awk "$escape_program"'{ s = s (NR > 1 ? "\n" : "") $0 } END { print escape(s) }')
		;;
	esac
}

# A word that is to be one name of a file: its slashes as well.
escape_name() {
	escape "$1"
	while :; do
		case $escaped in */*) escaped=${escaped%%/*}%2f${escaped#*/} ;; *) return 0 ;; esac
	done
}

# And back, into unescaped.
unescape() {
	unescaped=$1
	case $1 in
	*%*) # \0ooo of printf %b, as %x is no POSIX
		unescaped=$(printf '%b' "$(printf '%s' "$1" | awk '{
			digits = "0123456789abcdef"; out = ""
			while ((p = index($0, "%")) > 0) {
				h = tolower(substr($0, p + 1, 2))
				n = (index(digits, substr(h, 1, 1)) - 1) * 16 + index(digits, substr(h, 2, 1)) - 1
				out = out substr($0, 1, p - 1) sprintf("\\0%03o", n)
				$0 = substr($0, p + 3)
			}
			printf "%s", out $0
		}')")
		;;
	esac
}

# ---- files of ours ------------------------------------------------------------------------------------------------

# Our directory, made when a verb first has something to keep. Root's alone, and no link to elsewhere.
home_make() {
	if [ -h "$FAR_HOME" ]; then
		finish "$FAR_FAILED" "$FAR_HOME is a symbolic link; it must be a directory of root's."
	fi
	[ ! -d "$FAR_HOME" ] || [ "$(stat -c '%u:%g %a' "$FAR_HOME")" != '0:0 700' ] || return 0
	mkdir -p "$FAR_HOME" && chown 0:0 "$FAR_HOME" && chmod 0700 "$FAR_HOME" ||
		finish "$FAR_FAILED" "Cannot make $FAR_HOME."
}

# Puts standard input in FILE: whole or not at all, on the disk when it returns. FILE gets mode 0600 and is root's.
keep() { # FILE
	dd "of=$1.new" bs=65536 conv=fsync 2>/dev/null && mv -f "$1.new" "$1" && sync_at "${1%/*}"
}

# Brings a file or directory on the disk; everything where sync(1) takes no names.
sync_at() { bounded 120 sync "$1" 2>/dev/null 9>&- || bounded 300 sync 9>&-; }

# Value of KEY= in a file of ours, into far_kept. No process: it is asked often.
kept() { # FILE KEY
	far_kept=
	[ -f "$1" ] || return 1
	while IFS= read -r kept_line || [ -n "$kept_line" ]; do
		case $kept_line in "$2="*)
			far_kept=${kept_line#*=}
			return 0
			;;
		esac
	done <"$1"
}

# One change at a time: a call whose connection was lost may still be at work. "work" is what changes the instance, "keep"
# what changes lease, record and journal, so that a lease can be renewed while something long is at work. A lock goes with
# this process and what it has started, so that a killed call's last move ends before the next call begins; what may outlive
# it and changes nothing of the instance's files, or is a daemon, is started with 9>&-.
far_lock() { # work|keep
	home_make
	have flock || finish "$FAR_UNKNOWN" 'flock is not there; without it two calls could work at once.'
	exec 9>"$FAR_HOME/lock.$1" || finish "$FAR_FAILED" "Cannot open $FAR_HOME/lock.$1."
	far_clock
	far_lock_end=$((far_now + 10))
	until flock -n 9; do
		far_clock
		[ "$far_now" -lt "$far_lock_end" ] ||
			finish "$FAR_BLOCKED" 'An earlier call is still at work on this instance; look again.'
		pause
	done
}

# Everything written below some directories onto the disk; everything at all where sync(1) cannot tell file systems apart.
sync_below() { # DIRECTORY ...
	bounded 300 sync -f "$@" 2>/dev/null 9>&- || bounded 300 sync 9>&-
}
