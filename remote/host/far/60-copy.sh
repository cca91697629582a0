# Snapshots and copy sets: taken, sent, received, verified.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

need_tools() {
	for need_tool; do have "$need_tool" || finish "$FAR_UNKNOWN" "$need_tool is not installed."; done
}

# addns.xml lies beside conf.xml; zones with DNS adapters name it.
addns_file() { printf '%s/addns.xml' "${far_conf%/*}"; }

# The component of a repository's tokens, into component.
token_component() { # REPOSITORY
	escape_name "$1"
	component=token:$escaped
}

# One file into the tree under its component, with owner, mode and times. A file that is not there is left out.
lay() { # FILE COMPONENT RELPATH
	[ -f "$1" ] || return 0
	lay_to=$lay_tree/$2/$3
	[ -d "${lay_to%/*}" ] || mkdir -p "${lay_to%/*}"
	cp -p "$1" "$lay_to" || finish "$FAR_FAILED" "$1 could not be copied; is the disk full?"
}

# "file ..." and "dir ..." lines of the tree in the current directory, in a fixed order.
manifest_lines() {
	find . -type f -exec sha256sum {} + >"$far_tmp/sums" &&
		find . -type f -exec stat -c 'f %s %a %Y %U %G %n' {} + >"$far_tmp/stats" &&
		find . -mindepth 1 -type d -exec stat -c 'd %a %U %G %n' {} + >>"$far_tmp/stats" || return 1
	awk "$escape_program"'
		# The name of a component is escaped as it stands.
		function split_path(p) {
			sub(/^\.\//, "", p)
			at = index(p, "/")
			component = at ? substr(p, 1, at - 1) : p
			return component " " (at ? escape(substr(p, at + 1)) : ".")
		}
		FNR == NR { sum[substr($0, 67)] = substr($0, 1, 64); next }
		$1 == "f" {
			p = $0; for (i = 0; i < 6; i++) sub(/^[^ ]* /, "", p)
			print "file", sum[p], $2, $3, $4, $5, $6, split_path(p)
		}
		$1 == "d" {
			p = $0; for (i = 0; i < 4; i++) sub(/^[^ ]* /, "", p)
			line = split_path(p)
			# Directories on the way to files that are laid by their whole path are nobody else'"'"'s.
			if (component != "signconf" && component != "unsigned") print "dir", $2, $3, $4, line
		}
	' "$far_tmp/sums" "$far_tmp/stats" | sort
}

# Keys as the manifest has them: id, zone, role, tag, algorithm, states, backup, repository.
MANIFEST_KEYS_SQL="
SELECT h.locator, rtrim(z.name, '.'), CASE k.role WHEN 1 THEN 'KSK' WHEN 2 THEN 'ZSK' WHEN 3 THEN 'CSK' ELSE k.role END, k.keytag, k.algorithm,
       (SELECT group_concat(CASE state WHEN 0 THEN 'hidden' WHEN 1 THEN 'rumoured' WHEN 2 THEN 'omnipresent'
                            WHEN 3 THEN 'unretentive' WHEN 4 THEN 'NA' ELSE state END, ',')
          FROM (SELECT state FROM keyState WHERE keyDataId = k.id
                ORDER BY CASE type WHEN 0 THEN 0 WHEN 2 THEN 1 WHEN 3 THEN 2 ELSE 3 END)),
       CASE h.backup WHEN 0 THEN 'not_required' WHEN 1 THEN 'required' WHEN 2 THEN 'prepared' WHEN 3 THEN 'done' ELSE '?' END,
       h.repository
  FROM keyData k JOIN zone z ON z.id = k.zoneId JOIN hsmKey h ON h.id = k.hsmKeyId ORDER BY z.name, k.role, h.locator;"

manifest_meta() { # DATABASE
	printf 'meta version %s\n' "$(bounded 10 ods-enforcerd -V 2>&1 | sed -n 's/.*version \([0-9][0-9.]*\).*/\1/p' | head -n 1)"
	printf 'meta taken %s\n' "$(now)"
	far_host
	printf 'meta instance %s\n' "$far_hostname"
	printf 'meta enforcer-user %s\nmeta signer-user %s\n' "$conf_enforcer_user" "$conf_signer_user"
	printf 'meta zones %s\n' "$(wc -l <"$far_tmp/zones" | tr -d ' ')"
	serials_lines >"$far_tmp/serials"
	awk "$escape_program"'
		FILENAME == ARGV[1] {
			split($0, f, ";")
			row = ""
			for (i = 2; i <= 7; i++) if (i != 5) row = row " " (f[i] == "" ? "-" : f[i])
			serials[f[1]] = row
			next
		}
		{ split($0, f, "\t"); print "meta zone", escape(f[1]), escape(f[2]) serials[f[1]] }
	' "$far_tmp/serials" "$far_tmp/zones"
	db_ask "$1" "$MANIFEST_KEYS_SQL" | awk -F ';' '{ gsub(/ /, "%20"); print "meta key", $1, $2, $3, $4, $5, $6, $7, $8 }'
}

# plain(s), of awk: undoes escape().
plain_program='
BEGIN { for (i = 1; i < 256; i++) octet[sprintf("%02x", i)] = sprintf("%c", i) }
function plain(s,    out, p, h) {
	out = ""
	while ((p = index(s, "%")) > 0) {
		h = tolower(substr(s, p + 1, 2))
		out = out substr(s, 1, p - 1) octet[h]
		s = substr(s, p + 3)
	}
	return out s
}
'

# Whether database, zone list and the signer's state are still what DIRECTORY, a snapshot, has of them; else snap_changed is
# one that is not. What the daemons write shows there.
snapshot_same() { # DIRECTORY
	snap_changed=$conf_sqlite-journal
	[ ! -e "$snap_changed" ] || return 1
	awk -v "database=${conf_sqlite%/*}" -v "list=$conf_enforcer_dir" -v "signer=$conf_signer_dir" "$plain_program"'
		BEGIN { at["database"] = database; at["zones.xml"] = list; at["signer"] = signer }
		$1 == "file" && ($8 in at) { print $2 "  " at[$8] "/" plain($9) }
	' "$1/manifest" >"$far_tmp/snapped"
	snap_changed=$(
		sha256sum -c "$far_tmp/snapped" 2>/dev/null | sed -n '/: OK$/!s/: [^:]*$//p'
		# What the signer has written of a zone that it had not written before.
		cut -c67- "$far_tmp/snapped" >"$far_tmp/snapped.paths"
		zones_of "$(zones_xml)" | while IFS= read -r snap_row; do
			zone_row "$snap_row"
			backup2_of "$zone_name"
			[ ! -e "$backup2" ] || printf '%s\n' "$backup2"
		done | grep -vxF -f "$far_tmp/snapped.paths"
	)
	snap_changed=${snap_changed%%"$far_lf"*}
	[ -s "$far_tmp/snapped" ] && [ -z "$snap_changed" ]
}

verb_snapped() {
	need_args $# 1
	need_id "$1"
	need_conf
	need_sqlite
	if [ ! -f "$FAR_HOME/snap/$1/manifest" ]; then
		fact state none
	elif snapshot_same "$FAR_HOME/snap/$1"; then
		fact state same
	else
		fact state changed
		fact changed "${snap_changed:-$conf_sqlite}"
	fi
}

verb_snapshot() {
	need_args $# 1
	need_id "$1"
	need_conf
	need_sqlite
	need_tools sqlite3 sha256sum stat
	need_down enforcer signer
	far_lock work
	snap=$FAR_HOME/snap/$1
	# One of the same name is from before the daemons ran once more: what it lacks would be lost.
	[ ! -d "$snap" ] || snapshot_same "$snap" || rm -rf "$snap"
	[ -d "$snap" ] || snapshot_take "$1"
	copy_facts "$snap"
	sha256_of "$snap/manifest"
	fact manifest "$sha256"
}

copy_facts() { # DIRECTORY
	fact files "$(grep -c '^file ' "$1/manifest")"
	fact bytes "$(awk '$1 == "file" { n += $3 } END { printf "%.0f", n }' "$1/manifest")"
}

snapshot_take() { # ID
	[ ! -e "$conf_sqlite-journal" ] ||
		finish "$FAR_BLOCKED" "$conf_sqlite-journal is there: the database was left in the middle of a change. Start and stop the enforcer first."
	[ -f "$conf_sqlite" ] || finish "$FAR_FAILED" "The database $conf_sqlite is not there."
	need_zones
	mkdir -p "$FAR_HOME/snap" || finish "$FAR_FAILED" "Cannot make $FAR_HOME/snap."
	rm -rf "$snap.new"
	lay_tree=$snap.new/tree
	mkdir -p "$lay_tree" || finish "$FAR_FAILED" "Cannot make $lay_tree."
	lay "$conf_sqlite" database "${conf_sqlite##*/}"
	snap_check=$(bounded 600 sqlite3 -batch -readonly -init /dev/null "$lay_tree/database/${conf_sqlite##*/}" \
		'PRAGMA integrity_check;' 2>&1 | head -n 1)
	[ "$snap_check" = ok ] || snapshot_refuse "The database is damaged: $snap_check"
	lay "$(zones_xml)" zones.xml zones.xml
	lay "$conf_policy_file" kasp.xml kasp.xml
	lay "$conf_zonelist_file" zonelist.xml zonelist.xml
	lay "$(addns_file)" addns.xml addns.xml
	mkdir -p "$lay_tree/signer"
	while IFS= read -r snap_row; do
		zone_row "$snap_row"
		case "$zone_signconf$zone_in" in *"/../"* | *"$far_lf"*) snapshot_refuse "A path of zone $zone_name is not plain." ;; esac
		[ -f "$zone_signconf" ] || snapshot_refuse "Zone $zone_name has no signer configuration: $zone_signconf."
		lay "$zone_signconf" signconf "${zone_signconf#/}"
		if [ "$zone_in_type" = File ]; then
			# A signer that starts with its state alone signs, and writes, nothing before it has read this one.
			[ -f "$zone_in" ] || snapshot_refuse "Zone $zone_name has no unsigned zone: $zone_in."
			lay "$zone_in" unsigned "${zone_in#/}"
		fi
		backup2_of "$zone_name"
		if [ -e "$backup2" ]; then
			backup2_whole "$backup2" || snapshot_refuse "$backup2 is cut short; the signer would lose names of $zone_name."
			lay "$backup2" signer "${backup2##*/}"
		else
			fact no-backup2 "$zone_name"
		fi
	done <"$far_tmp/zones"
	while IFS=$far_tab read -r snap_name snap_module snap_label snap_required; do
		is_softhsm "$snap_module" || continue
		snap_dirs=$(token_dirs "$snap_label")
		case $snap_dirs in
		'') snapshot_refuse "No SoftHSM token of label '$snap_label' was found." ;;
		*"$far_lf"*) snapshot_refuse "More than one SoftHSM token has the label '$snap_label'." ;;
		esac
		token_component "$snap_name"
		mkdir -p "$lay_tree/$component"
		cp -Rp "$snap_dirs" "$lay_tree/$component/" || finish "$FAR_FAILED" "$snap_dirs could not be copied."
	done <<-END
		$conf_repositories
	END
	# The database and tokens were read while nobody wrote: the daemons are still down.
	need_down enforcer signer
	snap_odd=$(find "$lay_tree" ! -type f ! -type d | head -n 1)
	[ -z "$snap_odd" ] || snapshot_refuse "Not a plain file: ${snap_odd#"$lay_tree"/}"
	manifest_meta "$lay_tree/database/${conf_sqlite##*/}" >"$snap.new/manifest"
	(cd "$lay_tree" && manifest_lines) >>"$snap.new/manifest" || snapshot_refuse 'The manifest could not be made.'
	sync_below "$FAR_HOME"
	mv "$snap.new" "$snap" && sync_at "$FAR_HOME/snap" || finish "$FAR_FAILED" "Cannot put $snap in its place."
}

snapshot_refuse() { # SENTENCE
	rm -rf "$snap.new"
	finish "$FAR_BLOCKED" "$1"
}

verb_manifest() {
	need_args $# 2
	case $1 in snap | copy) ;; *) finish "$FAR_USAGE" 'manifest snap|copy ID' ;; esac
	need_id "$2"
	[ -f "$FAR_HOME/$1/$2/manifest" ] || finish "$FAR_BLOCKED" "No $1 '$2' is here."
	section manifest cat "$FAR_HOME/$1/$2/manifest"
}

verb_send() {
	[ $# -eq 1 ] && is_id "$1" || finish_raw "$FAR_USAGE" 'send takes the id of a snapshot.'
	[ -f "$FAR_HOME/snap/$1/manifest" ] || finish_raw "$FAR_BLOCKED" "No snapshot '$1' is here."
	bounded 86400 tar -C "$FAR_HOME/snap/$1" -cf - manifest tree || finish_raw "$FAR_FAILED" "Snapshot $1 could not be read to its end."
	finish_raw "$FAR_OK"
}

# copy_check DIRECTORY SHA256: whether it is exactly what the manifest says, and that the manifest. copy_error says why not.
copy_check() {
	copy_error=''
	[ -f "$1/manifest" ] || {
		copy_error='It has no manifest.'
		return 1
	}
	sha256_of "$1/manifest"
	[ "$sha256" = "$2" ] || {
		copy_error='Its manifest is not the one that was named.'
		return 1
	}
	copy_odd=$(find "$1/tree" ! -type f ! -type d | head -n 1)
	[ -z "$copy_odd" ] || {
		copy_error="Not a plain file: ${copy_odd#"$1"/}"
		return 1
	}
	awk "$plain_program"'
		$1 == "file" {
			if (NF != 9 || $2 !~ /^[0-9a-f]+$/ || length($2) != 64) exit 1
			# The component is the name of a directory as it stands; only the path in it is escaped.
			name = $8 "/" plain($9)
			if (("/" name "/") ~ /\/\.\.\// || name ~ /[\n\\]/ || $9 ~ /^\//) exit 1
			print $2 "  " name
		}
	' "$1/manifest" >"$far_tmp/sums" || {
		copy_error='Its manifest is malformed.'
		return 1
	}
	cut -c67- "$far_tmp/sums" | sort >"$far_tmp/wanted"
	(cd "$1/tree" && find . -type f) | sed 's,^\./,,' | sort >"$far_tmp/present"
	cmp -s "$far_tmp/wanted" "$far_tmp/present" || {
		copy_error="Its files are not those of the manifest: $(cat "$far_tmp/wanted" "$far_tmp/present" | sort | uniq -u | head -n 1)"
		return 1
	}
	(cd "$1/tree" && sha256sum -c "$far_tmp/sums") >"$far_tmp/checked" 2>&1 || {
		copy_error="A file is not what the manifest says: $(grep -v ': OK$' "$far_tmp/checked" | head -n 1)"
		return 1
	}
}

need_sha() { case $1 in *[!0-9a-f]*) false ;; *) [ ${#1} -eq 64 ] ;; esac || finish "$FAR_USAGE" "Not a sha256: '$1'."; }

verb_receive() {
	need_args $# 2
	need_id "$1"
	need_sha "$2"
	need_tools tar sha256sum
	far_lock work
	copy=$FAR_HOME/copy/$1
	if [ -f "$copy/verified" ] && copy_check "$copy" "$2"; then
		cat >/dev/null # it is sent all the same
		copy_facts "$copy"
		finish "$FAR_OK"
	fi
	mkdir -p "$FAR_HOME/copy" && rm -rf "$copy.new" && mkdir "$copy.new" || finish "$FAR_FAILED" "Cannot make $copy.new."
	timeout -k 5 86400 tar -C "$copy.new" -x -o -f - 2>"$far_tmp/tar" || {
		rm -rf "$copy.new"
		finish "$FAR_FAILED" "What came is not a whole copy set: $(head -n 1 "$far_tmp/tar")"
	}
	copy_other=$(cd "$copy.new" && find . -mindepth 1 -maxdepth 1 ! -name manifest ! -name tree | head -n 1)
	[ -z "$copy_other" ] || copy_error="It has more than a manifest and a tree: $copy_other"
	if [ -n "$copy_other" ] || ! copy_check "$copy.new" "$2"; then
		rm -rf "$copy.new"
		finish "$FAR_FAILED" "The copy set is not good. $copy_error"
	fi
	chown -R 0:0 "$copy.new" && find "$copy.new" -type d -exec chmod 0700 {} + && find "$copy.new" -type f -exec chmod 0600 {} +
	sync_below "$FAR_HOME"
	rm -rf "$copy"
	mv "$copy.new" "$copy" || finish "$FAR_FAILED" "Cannot put $copy in its place."
	printf 'sha256=%s\nat=%s\n' "$2" "$(now)" | keep "$copy/verified" || finish "$FAR_FAILED" 'Cannot note that it is verified.'
	copy_facts "$copy"
}

# Ends the call unless copy/ID is there and, by what was noted when it came, whole.
need_copy() { # ID
	need_id "$1"
	copy=$FAR_HOME/copy/$1
	[ -f "$copy/verified" ] || finish "$FAR_BLOCKED" "No verified copy set '$1' is here."
	kept "$copy/verified" sha256
	copy_check "$copy" "$far_kept" || finish "$FAR_BLOCKED" "The copy set is not good any more. $copy_error"
}

verb_verify_copy() {
	need_args $# 2
	need_id "$1"
	need_sha "$2"
	[ -d "$FAR_HOME/copy/$1" ] || finish "$FAR_BLOCKED" "No copy set '$1' is here."
	copy_check "$FAR_HOME/copy/$1" "$2" || finish "$FAR_FAILED" "The copy set is not good. $copy_error"
	[ -f "$FAR_HOME/copy/$1/verified" ] || finish "$FAR_FAILED" 'The copy set was never received whole.'
	copy_facts "$FAR_HOME/copy/$1"
}

# What may go of one kind, one directory a line: beyond the newest KEEP runs of a kind, and what was never finished. What runs
# put aside and took back counts for itself, so that runs that were undone push out nothing that one put aside for good.
tidy_list() { # aside|snap|copy KEEP
	tidy_kept_swapped=' ' tidy_kept_back=' '
	find "$FAR_HOME/$1" -mindepth 1 -maxdepth 1 -type d -exec stat -c '%Y %n' {} + | sort -rn |
		while IFS=' ' read -r tidy_time tidy_dir; do
			case $tidy_dir in *.new)
				printf '%s\n' "$tidy_dir"
				continue
				;;
			esac
			tidy_run=${tidy_dir##*/} tidy_state=swapped
			if [ "$1" = aside ]; then
				aside=$tidy_dir
				tidy_state=$(swap_state)
				# RUN.N: what run RUN took back before it swapped once more.
				case ${tidy_run##*.} in "$tidy_run" | *[!0-9]*) ;; *) tidy_run=${tidy_run%.*} ;; esac
			fi
			case $tidy_state in
			swapped) tidy_kept=$tidy_kept_swapped ;;
			back) tidy_kept=$tidy_kept_back ;;
			*) continue ;; # a swap that stopped half way needs it, and what does not say its state may be such
			esac
			case $tidy_kept in *" $tidy_run "*) continue ;; esac
			# shellcheck disable=SC2086 # its words are counted
			set -- "$1" "$2" $tidy_kept
			if [ $(($# - 2)) -ge "$2" ]; then
				printf '%s\n' "$tidy_dir"
			elif [ "$tidy_state" = swapped ]; then
				tidy_kept_swapped="$tidy_kept$tidy_run "
			else
				tidy_kept_back="$tidy_kept$tidy_run "
			fi
		done
}

# Ends the call unless this instance holds its half of the pair's redundancy after RUN: what the run swapped in, where it made
# this one the active; where this was the active, the state that the run took, from which it can take over again.
tidy_need_half() { # RUN
	aside=$FAR_HOME/aside/$1
	[ "$(swap_state)" != swapped ] || return 0
	[ -f "$FAR_HOME/snap/$1/manifest" ] || finish "$FAR_BLOCKED" "Run $1 holds no state here; nothing is dropped."
	need_conf
	need_sqlite
	snapshot_same "$FAR_HOME/snap/$1" ||
		finish "$FAR_BLOCKED" "${snap_changed:-$conf_sqlite} is not that of run $1 any more; nothing is dropped."
}

verb_tidy() {
	need_args $# 2
	need_number "$1"
	need_id "$2"
	[ "$1" -ge 3 ] || finish "$FAR_USAGE" 'What three runs put aside is always kept.'
	far_lock work
	tidy_need_half "$2"
	tidy_dropped=0
	for tidy_kind in aside snap copy; do
		[ -d "$FAR_HOME/$tidy_kind" ] || continue
		for tidy_dir in $(tidy_list "$tidy_kind" "$1"); do
			rm -rf "$tidy_dir" && tidy_dropped=$((tidy_dropped + 1))
		done
	done
	fact dropped "$tidy_dropped"
}
