# The swap: the old state aside, a copy set in place; and back.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

# aside/RUN holds
#   state    moving     old entries are being moved to old/; nothing new is in place yet
#            placing    all old entries are in old/; new ones are being placed
#            swapped    done
#            clearing   on the way back: what is in place is being moved to new/
#            restoring  all of it is; old entries are being moved back
#            back       done
#   moves    what the swap handles, written before anything is moved. Paths are percent-escaped:
#              copy ID
#              old N PATH             an entry that was there: it goes to old/N
#              dir N UID GID MODE PATH  a directory whose entries are handled; dirs/N has its times
#              whole PATH             of it, every entry is handled
#              single PATH            a place for a new file or directory elsewhere
# Each state is on the disk before its first move. An entry is moved by way of NAME.~o~ (as long as the .tmp of the daemons:
# a name may be so long that there is room for no more) beside its destination, so that
# a destination that exists is whole, whatever happened; so each of these states can be entered again.

swap_state() { cat "$aside/state" 2>/dev/null || echo none; }

swap_enter() { # STATE
	swap_sync
	printf '%s\n' "$1" | keep "$aside/state" || finish "$FAR_FAILED" "Cannot write $aside/state."
}

# All places that a swap writes to.
swap_sync() {
	set -- "$FAR_HOME"
	for sync_dir in "$conf_signer_dir" "$conf_enforcer_dir" "${conf_sqlite%/*}" "$(softhsm_dir)"; do
		[ ! -d "$sync_dir" ] || set -- "$@" "$sync_dir"
	done
	sync_below "$@"
}

# Moves an entry, also between file systems; again after a crash in any moment.
move_entry() { # FROM TO
	if [ ! -e "$1" ] && [ ! -h "$1" ]; then
		# mv takes the source away only when the copy is whole.
		[ ! -e "$2.~o~" ] || mv "$2.~o~" "$2" || move_failed "$2"
		return 0
	fi
	if [ -d "$1" ] && [ ! -h "$1" ]; then
		if [ ! -e "$2" ]; then
			rm -rf "$2.~o~"
			cp -Rp "$1" "$2.~o~" && mv "$2.~o~" "$2" || move_failed "$1"
		fi
		rm -rf "$1" || move_failed "$1"
	else
		mv -f "$1" "$2.~o~" && mv -f "$2.~o~" "$2" || move_failed "$1"
	fi
	moved=$((moved + 1))
}

move_failed() { finish "$FAR_FAILED" "$1 could not be moved; is the disk full? Call swap or swap-back again."; }

# Whether FILE's directory is one for zones here: below the directory that holds OpenDNSSEC's state, or a daemon's own, or
# one that this host's own zone list uses. The zone list in a copy set comes from elsewhere.
place_allowed() { # FILE
	place_dir=${1%/*}
	case $1 in /*) ;; *) return 1 ;; esac
	case $1/ in */../* | */./*) return 1 ;; esac
	for place_base in "${conf_enforcer_dir%/*}" "${conf_signer_dir%/*}"; do
		[ -n "$place_base" ] || continue
		case $1 in "$place_base"/*) return 0 ;; esac
	done
	case $(stat -c %U "$place_dir" 2>/dev/null) in
	root | '') ;;
	"$conf_enforcer_user" | "$conf_signer_user") return 0 ;;
	esac
	grep -qxF "$place_dir" "$far_tmp/dirs.here"
}

# Sets swap_to: where a file of the manifest goes on this host. Tokens are placed whole, by place_tokens.
swap_target() { # COMPONENT RELPATH
	case $1 in
	database) swap_to=$conf_sqlite ;;
	zones.xml) swap_to=$conf_enforcer_dir/zones.xml ;;
	signer) swap_to=$conf_signer_dir/$2 ;;
	signconf | unsigned) swap_to=/$2 ;;
	kasp.xml) swap_to=$conf_policy_file ;;
	zonelist.xml) swap_to=$conf_zonelist_file ;;
	addns.xml) swap_to=$(addns_file) ;;
	*) finish "$FAR_FAILED" "No place for $1 is known." ;;
	esac
}

# Lists of directories and files that the swap handles, into $far_tmp/whole and $far_tmp/single.
swap_survey() { # COPY-DIRECTORY
	: >"$far_tmp/zones.here"
	[ ! -f "$(zones_xml)" ] || zones_of "$(zones_xml)" >"$far_tmp/zones.here" ||
		finish "$FAR_BLOCKED" "This host's own zone list cannot be read: $xml_error."
	zones_of "$1/tree/zones.xml/zones.xml" >"$far_tmp/zones.new" || finish "$FAR_BLOCKED" "The copy set's zone list cannot be read."
	# Directories of this host's own zones.
	while IFS= read -r survey_row; do
		zone_row "$survey_row"
		for survey_file in "$zone_signconf" "$zone_in" "$zone_out"; do
			case $survey_file in /*) printf '%s\n' "${survey_file%/*}" ;; esac
		done
	done <"$far_tmp/zones.here" | sort -u >"$far_tmp/dirs.here"
	: >"$far_tmp/files"
	printf '%s\n' "$conf_signer_dir" >"$far_tmp/whole.all"
	: >"$far_tmp/inputs"
	cat "$far_tmp/zones.here" "$far_tmp/zones.new" | sort -u >"$far_tmp/zones.both"
	while IFS= read -r survey_row; do
		zone_row "$survey_row"
		place_allowed "$zone_signconf" || finish "$FAR_BLOCKED" "Zone $zone_name: $zone_signconf is no place for a signer configuration here."
		printf '%s\n' "$zone_signconf" >>"$far_tmp/files"
		printf '%s\n' "${zone_signconf%/*}" >>"$far_tmp/whole.all"
		if [ "$zone_out_type" = File ]; then
			place_allowed "$zone_out" || finish "$FAR_BLOCKED" "Zone $zone_name: $zone_out is no place for a signed zone here."
			printf '%s\n%s\n' "$zone_out" "$zone_out.tmp" >>"$far_tmp/files"
			printf '%s\n' "${zone_out%/*}" >>"$far_tmp/whole.all"
		fi
		if [ "$zone_in_type" = File ]; then
			place_allowed "$zone_in" || finish "$FAR_BLOCKED" "Zone $zone_name: $zone_in is no place for an unsigned zone here."
			printf '%s\n' "${zone_in%/*}" >>"$far_tmp/inputs"
			# Only what the copy set brings is replaced: other unsigned zones are the operator's.
			[ ! -f "$1/tree/unsigned/${zone_in#/}" ] || printf '%s\n' "$zone_in" >>"$far_tmp/files"
		fi
	done <"$far_tmp/zones.both"
	# A directory is emptied as a whole when it is OpenDNSSEC's alone: below its state and without unsigned zones in it. What
	# lies beside a working directory at the top, or below /srv, is anybody's.
	sort -u "$far_tmp/whole.all" | while IFS= read -r survey_dir; do
		if [ "$survey_dir" = "$conf_signer_dir" ]; then
			printf '%s\n' "$survey_dir"
			continue
		fi
		case $survey_dir in "$conf_enforcer_dir" | "${conf_sqlite%/*}") continue ;; esac
		for survey_state in "${conf_enforcer_dir%/*}" "${conf_signer_dir%/*}"; do
			case $survey_state in /*/*) ;; *) continue ;; esac
			case $survey_dir in
			"$survey_state"/*)
				awk -v "d=$survey_dir/" 'index($0 "/", d) == 1 { exit 1 }' "$far_tmp/inputs" && printf '%s\n' "$survey_dir"
				break
				;;
			esac
		done
	done >"$far_tmp/whole.some"
	# One within another goes with it.
	awk '{
		for (i = 1; i <= n; i++) if (index($0, kept[i] "/") == 1) next
		kept[++n] = $0
		print
	}' "$far_tmp/whole.some" >"$far_tmp/whole"
	printf '%s\n' "$conf_sqlite" "$conf_sqlite-journal" "$conf_sqlite-wal" "$conf_sqlite-shm" "$(zones_xml)" >>"$far_tmp/files"
	for survey_file in kasp.xml zonelist.xml addns.xml; do
		[ -f "$1/tree/$survey_file/$survey_file" ] || continue
		swap_target "$survey_file" .
		printf '%s\n' "$swap_to" >>"$far_tmp/files"
	done
	# The token of that label that is here now, and the place of the one that comes.
	while IFS=$far_tab read -r survey_name survey_module survey_label survey_required; do
		is_softhsm "$survey_module" || continue
		token_component "$survey_name"
		[ -d "$1/tree/$component" ] || continue
		softhsm_dir >/dev/null || finish "$FAR_UNKNOWN" "$softhsm_conf cannot be read."
		token_dirs "$survey_label" >>"$far_tmp/files"
		(cd "$1/tree/$component" && find . -mindepth 1 -maxdepth 1 -type d) | sed "s,^\.,$(softhsm_dir)," >>"$far_tmp/files"
	done <<-END
		$conf_repositories
	END
	grep '^/' "$far_tmp/files" | sort -u | awk -v "w=$far_tmp/whole" '
		BEGIN { while ((getline line <w) > 0) whole[++n] = line "/" }
		{
			for (i = 1; i <= n; i++) if (index($0, whole[i]) == 1) next
			print
		}' >"$far_tmp/single"
}

# Every entry that is there now, of what the swap handles; one a line.
swap_entries() {
	while IFS= read -r entries_dir; do
		[ ! -d "$entries_dir" ] || find "$entries_dir" -mindepth 1 -maxdepth 1
	done <"$far_tmp/whole"
	while IFS= read -r entries_file; do
		if [ -e "$entries_file" ] || [ -h "$entries_file" ]; then printf '%s\n' "$entries_file"; fi
	done <"$far_tmp/single"
}

# Writes aside/RUN/moves and state "moving".
swap_plan() { # ID
	swap_survey "$FAR_HOME/copy/$1"
	rm -rf "$aside.new"
	mkdir -p "$aside.new/old" "$aside.new/new" "$aside.new/dirs" || finish "$FAR_FAILED" "Cannot make $aside."
	swap_entries | sort -u >"$far_tmp/entries"
	{
		printf 'copy %s\n' "$1"
		plan_n=0
		while IFS= read -r plan_path; do
			plan_n=$((plan_n + 1))
			escape "$plan_path"
			printf 'old %s %s\n' "$plan_n" "$escaped"
		done <"$far_tmp/entries"
		for plan_kind in whole single; do
			while IFS= read -r plan_path; do
				escape "$plan_path"
				printf '%s %s\n' "$plan_kind" "$escaped"
			done <"$far_tmp/$plan_kind"
		done
		{
			cat "$far_tmp/whole"
			sed 's,/[^/]*$,,' "$far_tmp/single"
		} | sort -u | while IFS= read -r plan_path; do
			[ -d "$plan_path" ] || continue
			plan_n=$((plan_n + 1))
			mkdir "$aside.new/dirs/$plan_n"
			touch -r "$plan_path" "$aside.new/dirs/$plan_n"
			escape "$plan_path"
			printf 'dir %s %s %s\n' "$plan_n" "$(stat -c '%u %g %a' "$plan_path")" "$escaped"
		done
	} >"$aside.new/moves"
	printf 'moving\n' >"$aside.new/state"
	sync_below "$FAR_HOME"
	mv "$aside.new" "$aside" || finish "$FAR_FAILED" "Cannot make $aside."
	sync_at "$FAR_HOME/aside"
}

# For each line "WORD A [B]" of moves: calls FUNCTION A B.
swap_each() { # WORD FUNCTION
	sed -n "s/^$1 //p" "$aside/moves" >"$far_tmp/each.$1"
	while IFS=' ' read -r each_a each_b; do
		"$2" "$each_a" "$each_b"
	done <"$far_tmp/each.$1"
}

swap_old_away() {
	unescape "$2"
	away_path=$unescaped
	if [ -e "$aside/old/$1" ] && [ ! -d "$aside/old/$1" ]; then
		# Written again by something that ran in between: not what is to be put back.
		swap_clear_path "$away_path"
	else
		move_entry "$away_path" "$aside/old/$1"
	fi
}
swap_old_back() {
	unescape "$2"
	old_path=$unescaped
	[ -d "${old_path%/*}" ] || mkdir -p "${old_path%/*}"
	# What stands there now can only be the end of this very move, but for a directory that was copied.
	move_entry "$aside/old/$1" "$old_path"
}

# A user of the instance that the copy set is from, as its counterpart here, into owner_here. Files have few owners and come
# one after another: the last answer is kept.
owner_asked='' group_asked=''
owner_of() { # OWNER DEFAULT
	[ "$owner_asked" != "$1 $2" ] || return 0
	owner_asked="$1 $2"
	case $1 in
	"$copy_enforcer_user") owner_here=$conf_enforcer_user ;;
	"$copy_signer_user") owner_here=$conf_signer_user ;;
	*) if id -u "$1" >/dev/null 2>&1; then owner_here=$1; else owner_here=$2; fi ;;
	esac
}

group_of() { # GROUP DEFAULT
	[ "$group_asked" != "$1 $2" ] || return 0
	group_asked="$1 $2"
	if grep -q "^$1:" /etc/group; then group_here=$1; else group_here=$2; fi
}

# What stood at PATH before the swap, as "UID GID MODE" into place_before; nothing where nothing did.
place_look_before() { # PATH
	place_before=
	escape "$1"
	place_old=$(awk -v "p=$escaped" '$1 == "old" && $3 == p { print $2; exit }' "$aside/moves")
	[ -z "$place_old" ] || [ ! -e "$aside/old/$place_old" ] || place_before=$(stat -c '%u %g %a' "$aside/old/$place_old")
}

# Makes a directory, and those on the way to it, where they are not there: for USER, or as they were before the swap.
place_directory() { # DIRECTORY USER GROUP
	[ -n "$1" ] && [ ! -d "$1" ] || return 0
	place_directory "${1%/*}" "$2" "$3"
	place_look_before "$1"
	[ -n "$place_before" ] && [ -d "$aside/old/$place_old" ] || place_before="$2 $3 0755"
	place_rest=${place_before#* }
	mkdir "$1" && chown "${place_before%% *}:${place_rest%% *}" "$1" && chmod "${place_rest#* }" "$1" || move_failed "$1"
}

# Reads "SHA256 SIZE MODE MTIME OWNER GROUP COMPONENT RELPATH" of the manifest and places that file; the copy has its times.
place_file() {
	unescape "$8"
	place_rel=$unescaped
	swap_target "$7" "$place_rel"
	place_mode=$3
	case $7 in
	database | zones.xml | signconf) place_user=$conf_enforcer_user place_group=$conf_enforcer_group ;;
	signer) place_user=$conf_signer_user place_group=$conf_signer_group ;;
	unsigned)
		owner_of "$5" "$conf_signer_user"
		group_of "$6" "$conf_signer_group"
		place_user=$owner_here place_group=$group_here
		;;
	*)
		# The operator's own files keep the owner and mode that they have on this host.
		owner_of "$5" root
		group_of "$6" root
		place_user=$owner_here place_group=$group_here
		place_look_before "$swap_to"
		if [ -n "$place_before" ]; then
			place_user=${place_before%% *} place_mode=${place_before#* }
			place_group=${place_mode%% *} place_mode=${place_mode#* }
		fi
		;;
	esac
	place_directory "${swap_to%/*}" "$place_user" "$place_group"
	install -p -o "$place_user" -g "$place_group" -m "$place_mode" "$copy/tree/$7/$place_rel" "$swap_to.~o~" && mv -f "$swap_to.~o~" "$swap_to" || move_failed "$swap_to"
	moved=$((moved + 1))
}

# Each token directory as a whole: its owner's alone, as SoftHSM wants it, and of the group that this host's tokens have.
place_tokens() {
	place_root=$(softhsm_dir)
	(cd "$copy/tree" && find . -mindepth 2 -maxdepth 2 -type d -path './token:*') >"$far_tmp/place.tokens"
	while IFS= read -r place_line; do
		place_line=${place_line#./}
		swap_to=$place_root/${place_line##*/}
		place_user=$(awk -v "c=${place_line%%/*}" '$1 == "file" && $8 == c { print $6; exit }' "$copy/manifest")
		owner_of "$place_user" "$conf_enforcer_user"
		rm -rf "$swap_to.~o~" "$swap_to"
		cp -Rp "$copy/tree/$place_line" "$swap_to.~o~" &&
			chown -R "$owner_here:$(stat -c %g "$place_root")" "$swap_to.~o~" &&
			chmod 0700 "$swap_to.~o~" && mv "$swap_to.~o~" "$swap_to" || move_failed "$swap_to"
		moved=$((moved + 1))
	done <"$far_tmp/place.tokens"
}

# A directory in which a daemon has to write: given to its user unless that user can write there anyway.
place_writable() { # DIRECTORY USER GROUP
	[ -d "$1" ] || return 0
	as_user "$2" test -w "$1" -a -x "$1" </dev/null || chown "$2:$3" "$1"
}

swap_place() {
	copy_enforcer_user=$(sed -n 's/^meta enforcer-user //p' "$copy/manifest" | head -n 1)
	copy_signer_user=$(sed -n 's/^meta signer-user //p' "$copy/manifest" | head -n 1)
	grep '^file ' "$copy/manifest" | cut -c6- | grep -v '^[^ ]* [^ ]* [^ ]* [^ ]* [^ ]* [^ ]* token:' >"$far_tmp/place"
	while IFS= read -r place_line; do
		# shellcheck disable=SC2086 # eight words without blanks, checked by copy_check
		place_file $place_line
	done <"$far_tmp/place"
	place_tokens
	place_writable "${conf_sqlite%/*}" "$conf_enforcer_user" "$conf_enforcer_group"
	place_writable "$conf_enforcer_dir" "$conf_enforcer_user" "$conf_enforcer_group"
	place_writable "$conf_signer_dir" "$conf_signer_user" "$conf_signer_group"
	zones_of "$copy/tree/zones.xml/zones.xml" >"$far_tmp/zones" || :
	while IFS= read -r place_line; do
		zone_row "$place_line"
		printf 'c %s\n' "${zone_signconf%/*}"
		[ "$zone_out_type" != File ] || printf 's %s\n' "${zone_out%/*}"
	done <"$far_tmp/zones" | sort -u >"$far_tmp/place.dirs"
	# One in which zones are written went with what was in it, or was never here: the signer makes none.
	while IFS=' ' read -r place_kind place_line; do
		case $place_kind in
		c) set -- "$place_line" "$conf_enforcer_user" "$conf_enforcer_group" ;;
		*) set -- "$place_line" "$conf_signer_user" "$conf_signer_group" ;;
		esac
		place_directory "$@"
		place_writable "$@"
	done <"$far_tmp/place.dirs"
}

verb_swap() {
	need_args $# 2
	need_id "$2"
	need_conf
	need_sqlite
	far_lock work
	need_down enforcer signer
	need_copy "$1"
	aside=$FAR_HOME/aside/$2
	moved=0
	mkdir -p "$FAR_HOME/aside"
	case $(swap_state) in clearing | restoring) swap_go_back ;; esac
	if [ "$(swap_state)" = back ]; then
		# All of it is back in place; what the run had there meanwhile is kept beside.
		swap_n=1
		while [ -e "$aside.$swap_n" ]; do swap_n=$((swap_n + 1)); done
		mv "$aside" "$aside.$swap_n"
	fi
	if [ "$(swap_state)" != none ] && [ "$(sed -n 's/^copy //p' "$aside/moves")" != "$1" ]; then
		finish "$FAR_BLOCKED" "Run $2 has swapped in another copy set."
	fi
	[ "$(swap_state)" != none ] || swap_plan "$1"
	if [ "$(swap_state)" = moving ]; then
		swap_each old swap_old_away
		swap_each whole swap_clear_whole
		swap_enter placing
	fi
	if [ "$(swap_state)" = placing ]; then
		swap_place
		swap_enter swapped
	fi
	fact moved "$moved"
}

# What is in place goes to new/: all entries of whole directories, and the single ones.
swap_clear() {
	swap_each whole swap_clear_whole
	swap_each single swap_clear_single
}
swap_clear_whole() {
	unescape "$1"
	clear_dir=$unescaped
	[ -d "$clear_dir" ] || return 0
	find "$clear_dir" -mindepth 1 -maxdepth 1 >"$far_tmp/clear"
	while IFS= read -r clear_path; do swap_clear_path "$clear_path"; done <"$far_tmp/clear"
}
swap_clear_single() {
	unescape "$1"
	clear_single=$unescaped
	rm -rf "$clear_single.~o~"
	swap_clear_path "$clear_single"
}
swap_clear_path() {
	case $1 in *.~o~)
		rm -rf "$1"
		return 0
		;;
	esac
	escape_name "$1"
	# A zone's name alone may be as long as that of a file may be.
	[ ${#escaped} -le 200 ] || escaped=$(printf '%s' "$escaped" | sha256sum | cut -c1-64)
	move_entry "$1" "$aside/new/$escaped"
}

swap_dir_back() { # N "UID GID MODE PATH"
	dir_uid=${2%% *} dir_rest=${2#* }
	dir_gid=${dir_rest%% *} dir_rest=${dir_rest#* }
	unescape "${dir_rest#* }"
	dir_path=$unescaped
	[ -d "$dir_path" ] || return 0
	chown "$dir_uid:$dir_gid" "$dir_path" && chmod "${dir_rest%% *}" "$dir_path" && touch -r "$aside/dirs/$1" "$dir_path" ||
		finish "$FAR_FAILED" "$dir_path could not be given back its owner and times."
}

swap_go_back() {
	# A part that the swap was writing when it was ended stands beside its place.
	case $(swap_state) in placing | swapped) swap_enter clearing ;; esac
	if [ "$(swap_state)" = clearing ]; then
		swap_clear
		swap_enter restoring
	fi
	[ "$(swap_state)" != moving ] || swap_enter restoring
	if [ "$(swap_state)" = restoring ]; then
		swap_each old swap_old_finish
		swap_each old swap_old_back
		swap_each dir swap_dir_back
		swap_enter back
	fi
}

# Ends moves to old/ that were interrupted: where the source is gone, the part is whole; where it is not, it is dropped.
swap_old_finish() {
	[ -e "$aside/old/$1.~o~" ] || return 0
	unescape "$2"
	finish_path=$unescaped
	if [ -e "$finish_path" ] || [ -h "$finish_path" ]; then
		rm -rf "$aside/old/$1.~o~"
	else
		mv "$aside/old/$1.~o~" "$aside/old/$1" || move_failed "$finish_path"
	fi
}

verb_swap_back() {
	need_args $# 1
	need_id "$1"
	need_conf
	far_lock work
	need_down enforcer signer
	aside=$FAR_HOME/aside/$1
	moved=0
	case $(swap_state) in
	none | back) ;;
	*) swap_go_back ;;
	esac
	fact moved "$moved"
}

verb_swapped() {
	need_args $# 1
	need_id "$1"
	aside=$FAR_HOME/aside/$1
	case $(swap_state) in
	none) fact state none ;;
	swapped) fact state swapped ;;
	back) fact state back ;;
	*) fact state partial ;;
	esac
}
