# Verbs that only look: hello, keys, serials, fetch, zone, space.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

# Digest of this program: of the file it was started from; the caller knows it of a text that it handed over.
far_digest() {
	case $0 in
	/*)
		if [ -f "$0" ] && tail -n 1 "$0" 2>/dev/null | grep -qx 'far_main "$@"'; then
			sha256_of "$0"
			return
		fi
		;;
	esac
	printf 'handed-over\n'
}

verb_hello() {
	need_args $# 0
	fact far "$(far_digest)"
	fact proto 1
	fact uid "$(id -u)"
	fact hostname "$(hostname 2>/dev/null || uname -n)"
	hello_machine=''
	[ ! -r /etc/machine-id ] || hello_machine=$(head -n 1 /etc/machine-id)
	fact machine-id "${hello_machine:-unknown}"
	fact now "$(date +%s.%N | sed 's/\.%N$//; s/\.$//')"
	for hello_tool in ods-enforcer ods-enforcerd ods-signer ods-signerd ods-hsmutil ods-control softhsm2-util sqlite3 awk \
		sha256sum tar timeout dd od stat find flock unshare mount setsid setpriv systemctl sv; do
		if have "$hello_tool"; then fact tool "$hello_tool yes"; else fact tool "$hello_tool no"; fi
	done
}

# ---- the database -------------------------------------------------------------------------------------------------

# Asks the database, read-only and for a short time. Rows with the separator ';'.
db_ask() { # DATABASE SQL
	have sqlite3 || {
		db_error='sqlite3 is not installed; the database cannot be read.'
		return 1
	}
	[ -r "$1" ] || {
		db_error="The database $1 is not there."
		return 1
	}
	bounded 60 sqlite3 -batch -readonly -init /dev/null -separator ';' -cmd '.timeout 20000' "$1" "$2" \
		2>"$far_tmp/db.error" || {
		db_error="The database $1 cannot be read: $(head -n 1 "$far_tmp/db.error")"
		return 1
	}
}

# What decides about keys, as `ods-enforcer key list -d -p` has it, in an order that does not depend on row ids.
KEYS_SQL="
SELECT z.name,
       CASE k.role WHEN 1 THEN 'KSK' WHEN 2 THEN 'ZSK' WHEN 3 THEN 'CSK' ELSE k.role END,
       (SELECT CASE state WHEN 0 THEN 'hidden' WHEN 1 THEN 'rumoured' WHEN 2 THEN 'omnipresent' WHEN 3 THEN 'unretentive'
                          WHEN 4 THEN 'NA' ELSE state END FROM keyState WHERE keyDataId = k.id AND type = 0),
       (SELECT CASE state WHEN 0 THEN 'hidden' WHEN 1 THEN 'rumoured' WHEN 2 THEN 'omnipresent' WHEN 3 THEN 'unretentive'
                          WHEN 4 THEN 'NA' ELSE state END FROM keyState WHERE keyDataId = k.id AND type = 2),
       (SELECT CASE state WHEN 0 THEN 'hidden' WHEN 1 THEN 'rumoured' WHEN 2 THEN 'omnipresent' WHEN 3 THEN 'unretentive'
                          WHEN 4 THEN 'NA' ELSE state END FROM keyState WHERE keyDataId = k.id AND type = 3),
       (SELECT CASE state WHEN 0 THEN 'hidden' WHEN 1 THEN 'rumoured' WHEN 2 THEN 'omnipresent' WHEN 3 THEN 'unretentive'
                          WHEN 4 THEN 'NA' ELSE state END FROM keyState WHERE keyDataId = k.id AND type = 1),
       k.publish,
       CASE WHEN k.activeKsk OR k.activeZsk THEN 1 ELSE 0 END,
       h.locator
  FROM keyData k JOIN zone z ON z.id = k.zoneId JOIN hsmKey h ON h.id = k.hsmKeyId
 ORDER BY z.name, k.role, h.locator;"

verb_keys() {
	need_args $# 0
	need_conf
	need_sqlite
	db_ask "$conf_sqlite" "$KEYS_SQL" >"$far_tmp/keys" || finish "$FAR_UNKNOWN" "$db_error"
	section keys cat "$far_tmp/keys"
}

# ---- serials ------------------------------------------------------------------------------------------------------

# Serial of the first SOA record of a zone file; comments, quotes, parentheses and lines are as RFC 1035 5.1 has them.
zone_serial() { # FILE
	awk '
		function token(t) {
			if (soa) { if (++n == 3) { print t; found = 1; exit } return }
			if (toupper(t) == "SOA" && words > 0) { soa = 1; n = 0 }
			words++
		}
		{
			if (!depth) { words = ($0 ~ /^[ \t]/) ? 1 : 0; soa = 0 }
			line = $0; word = ""; quoted = 0
			if (line ~ /^\$/ && !depth) next
			for (i = 1; i <= length(line); i++) {
				c = substr(line, i, 1)
				if (c == "\\") { word = word c substr(line, ++i, 1); continue }
				if (c == "\"") { quoted = !quoted; word = word c; continue }
				if (quoted) { word = word c; continue }
				if (c == ";") break
				if (c == "(" || c == ")" || c == " " || c == "\t" || c == "\r") {
					if (word != "") token(word)
					word = ""
					if (c == "(") depth++
					if (c == ")") depth--
					continue
				}
				word = word c
			}
			if (word != "") token(word)
		}
	' "$1" 2>/dev/null | sed -n '/^[0-9][0-9]*$/p'
}

# A field of serials: the serial in a file, nothing where there is no file, '?' where it can't be told.
serial_of_file() { # FILE
	[ -n "$1" ] && [ -e "$1" ] || return 0
	serial_value=$(zone_serial "$1")
	printf '%s' "${serial_value:-?}"
}

backup2_of() { printf '%s/%s.backup2' "$conf_signer_dir" "$(zone_file "$1")"; } # ZONE

# Whether a .backup2 ends in its trailer: the signer never looks, and takes a cut one for a smaller zone.
backup2_whole() { [ "$(tail -n 1 "$1" 2>/dev/null)" = ';OpenDNSSEC-backup-v3' ] && [ -n "$(sed -n 2p "$1")" ]; } # FILE

# "INBOUND;INTERNAL;OUTBOUND" of a .backup2; ";;" where there is none, "?;?;?" where it can't be told.
backup2_serials() { # FILE
	if [ ! -e "$1" ]; then
		printf ';;'
		return
	fi
	backup2_line=$(sed -n '3s/^;;Zone: name .* class [0-9]* inbound \([0-9]*\) internal \([0-9]*\) outbound \([0-9]*\)$/\1;\2;\3/p' "$1")
	printf '%s' "${backup2_line:-?;?;?}"
}

# "ZONE;MODE": from the database, '?' where it does not say.
serial_modes() {
	db_ask "$conf_sqlite" "SELECT z.name, CASE p.zoneSoaSerial WHEN 0 THEN 'counter' WHEN 1 THEN 'datecounter'
		WHEN 2 THEN 'unixtime' WHEN 3 THEN 'keep' ELSE '?' END FROM zone z JOIN policy p ON p.id = z.policyId;" 2>/dev/null
}

# The lines of section serials, for the zones of zones.xml.
serials_lines() {
	serial_modes >"$far_tmp/modes" || :
	while IFS= read -r serials_row; do
		zone_row "$serials_row"
		serials_mode=$(awk -F ';' -v "z=$zone_name" '$1 == z { print $2; exit }' "$far_tmp/modes")
		serials_in='' serials_out=''
		[ "$zone_in_type" != File ] || serials_in=$(serial_of_file "$zone_in")
		[ "$zone_out_type" != File ] || serials_out=$(serial_of_file "$zone_out")
		printf '%s;%s;%s;%s;%s\n' "$zone_name" "${serials_mode:-?}" "$serials_in" \
			"$(backup2_serials "$(backup2_of "$zone_name")")" "$serials_out"
	done <"$far_tmp/zones"
}

# Brings zones.xml into $far_tmp/zones, or ends the call.
need_zones() {
	zones_of "$(zones_xml)" >"$far_tmp/zones" || finish "$FAR_UNKNOWN" "$xml_error."
}

# Splits a row of zones_of into zone_name, zone_policy, zone_signconf, zone_in_type, zone_in, zone_out_type, zone_out.
# (read would run empty fields together, since TAB is white space to it.)
zone_row() {
	zone_rest=$1$far_tab
	zone_name=${zone_rest%%"$far_tab"*} zone_rest=${zone_rest#*"$far_tab"}
	zone_policy=${zone_rest%%"$far_tab"*} zone_rest=${zone_rest#*"$far_tab"}
	zone_signconf=${zone_rest%%"$far_tab"*} zone_rest=${zone_rest#*"$far_tab"}
	zone_in_type=${zone_rest%%"$far_tab"*} zone_rest=${zone_rest#*"$far_tab"}
	zone_in=${zone_rest%%"$far_tab"*} zone_rest=${zone_rest#*"$far_tab"}
	zone_out_type=${zone_rest%%"$far_tab"*} zone_rest=${zone_rest#*"$far_tab"}
	zone_out=${zone_rest%%"$far_tab"*}
}

# Finds ZONE in $far_tmp/zones and splits its row.
zone_find() { # ZONE
	zone_found=$(awk -F '\t' -v "z=${1%.}" 'tolower($1) == tolower(z) { print; exit }' "$far_tmp/zones")
	[ -n "$zone_found" ] && zone_row "$zone_found"
}

verb_serials() {
	need_args $# 0
	need_conf
	need_zones
	fact utc-offset "$(date +%z)"
	section serials serials_lines
}

# ---- fetch, zone, space -------------------------------------------------------------------------------------------------

# The signed file of a zone as $zone_out, or the end of a raw verb.
signed_file() { # ZONE
	conf_load || finish_raw "$FAR_UNKNOWN" "$conf_error."
	zones_of "$(zones_xml)" >"$far_tmp/zones" || finish_raw "$FAR_UNKNOWN" "$xml_error."
	zone_find "$1" || finish_raw "$FAR_USAGE" "No zone '$1' in $(zones_xml)."
	[ "$zone_out_type" = File ] || finish_raw "$FAR_BLOCKED" "$zone_name has no signed file: its output adapter is $zone_out_type."
	[ -f "$zone_out" ] || finish_raw "$FAR_UNKNOWN" "$zone_out is not there."
}

verb_fetch() {
	[ $# -eq 1 ] || finish_raw "$FAR_USAGE" 'fetch takes a zone.'
	signed_file "$1"
	cat "$zone_out" || finish_raw "$FAR_FAILED" "$zone_out could not be read to its end."
	finish_raw "$FAR_OK"
}

# The signed file with what tells whether it changed, and its digest behind it: "=key value" lines, an empty line, the
# octets, a line "=sha256 HEX". One open file throughout, for the signer replaces it by rename. With IDENTITY as answered
# before, and unchanged, "=encoding same" and no octets. The digest is made beside the transfer.
verb_zone() { # ZONE [plain|gzip [IDENTITY]]
	[ $# -ge 1 ] && [ $# -le 3 ] || finish_raw "$FAR_USAGE" 'zone takes a zone, how to send it, and what is there already.'
	zone_encoding=${2:-plain}
	case $zone_encoding in
	plain) ;;
	gzip) have gzip || zone_encoding=plain ;;
	*) finish_raw "$FAR_USAGE" "The signed file cannot be sent as '$2'." ;;
	esac
	signed_file "$1"
	exec 3<"$zone_out" || finish_raw "$FAR_FAILED" "$zone_out cannot be read."
	zone_stat=$(stat -L -c '%s %d.%i.%s.%y.%z' /proc/self/fd/3) || finish_raw "$FAR_FAILED" "$zone_out cannot be looked at."
	zone_size=${zone_stat%% *}
	zone_identity=${zone_stat#* }
	while :; do # its times hold blanks
		case $zone_identity in *' '*) zone_identity=${zone_identity%% *}_${zone_identity#* } ;; *) break ;; esac
	done
	[ "${3:-}" != "$zone_identity" ] || zone_encoding=same
	printf '=size %s\n=identity %s\n=encoding %s\n\n' "$zone_size" "$zone_identity" "$zone_encoding"
	[ "$zone_encoding" != same ] || finish_raw "$FAR_OK"
	sha256sum /proc/self/fd/3 >"$far_tmp/zone-digest" 2>/dev/null &
	if [ "$zone_encoding" = gzip ]; then
		nice -n 10 gzip -1 -c <&3
	else
		cat <&3
	fi || finish_raw "$FAR_FAILED" "$zone_out could not be read to its end."
	wait
	read -r zone_digest _ <"$far_tmp/zone-digest" || finish_raw "$FAR_FAILED" "$zone_out has no digest."
	printf '=sha256 %s\n' "$zone_digest"
	finish_raw "$FAR_OK"
}

# Octets of the files below some directories or files.
octets() { # PATH ...
	octets_sum=0
	for octets_path; do
		[ -n "$octets_path" ] && [ -e "$octets_path" ] || continue
		octets_kib=$(du -sk "$octets_path" 2>/dev/null | awk 'NR == 1 { print $1 }')
		octets_sum=$((octets_sum + ${octets_kib:-0} * 1024))
	done
	printf '%s\n' "$octets_sum"
}

verb_space() {
	need_args $# 0
	need_conf
	space_at=$FAR_HOME
	while [ ! -d "$space_at" ]; do space_at=${space_at%/*}; done
	fact free "$(df -Pk "$space_at" | awk 'NR == 2 { printf "%.0f", $4 * 1024 }')"
	set -- "$conf_sqlite" "$(zones_xml)" "$conf_signer_dir" "$conf_policy_file" "$conf_zonelist_file"
	if zones_of "$(zones_xml)" >"$far_tmp/zones"; then
		while IFS= read -r space_row; do
			zone_row "$space_row"
			set -- "$@" "$zone_signconf"
			[ "$zone_in_type" != File ] || set -- "$@" "$zone_in"
		done <"$far_tmp/zones"
	fi
	space_tokens=$(printf '%s\n' "$conf_repositories" | while IFS=$far_tab read -r _ space_module space_label _; do
		! is_softhsm "$space_module" || token_dirs "$space_label"
	done)
	while IFS= read -r space_dir; do
		[ -z "$space_dir" ] || set -- "$@" "$space_dir"
	done <<-END
		$space_tokens
	END
	fact state "$(octets "$@")"
}
