# Verbs that only look: hello, keys, serials, fetch, zone, space.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

# Digest of this program, into far_sha256: of the file it was started from; the caller knows it of a text that it handed over.
far_digest() {
	far_sha256=handed-over
	case $0 in
	/*)
		[ -f "$0" ] && [ "$(tail -n 1 "$0" 2>/dev/null)" = 'far_main "$@"' ] || return 0
		sha256_of "$0"
		far_sha256=$sha256
		;;
	esac
}

verb_hello() {
	need_args $# 0
	far_digest
	fact far "$far_sha256"
	fact proto 1
	fact uid "$(id -u)"
	far_host
	fact hostname "$far_hostname"
	hello_machine=''
	[ ! -r /etc/machine-id ] || read -r hello_machine </etc/machine-id
	fact machine-id "${hello_machine:-unknown}"
	fact now "$(date +%s.%N | sed 's/\.%N$//; s/\.$//')"
	for hello_tool in ods-enforcer ods-enforcerd ods-signer ods-signerd ods-hsmutil ods-control softhsm2-util sqlite3 awk \
		sha256sum tar timeout dd stat find xargs cmp flock unshare mount setsid setpriv systemctl sv; do
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
SELECT rtrim(z.name, '.'),
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

# soa_serial(path), of awk: the serial of the first SOA record of a zone file, by RFC 1035 5.1: $ORIGIN, comments, quotes,
# escapes, an owner left out, parentheses over lines. "" where the file cannot be read; "? WHY" where it does not say.
soa_serial='
function soa_serial(path,    r, line, rest, out, c, n, f, i, depth, record, blank, found) {
	record = ""; depth = 0; found = ""
	while (found == "" && (r = (getline line < path)) > 0) {
		rest = line
		out = ""
		while (match(rest, /[\\";()]/)) {
			c = substr(rest, RSTART, 1)
			out = out substr(rest, 1, RSTART - 1)
			rest = substr(rest, RSTART + 1)
			if (c == ";") { rest = ""; break }
			if (c == "\\") { out = out c substr(rest, 1, 1); rest = substr(rest, 2) }
			else if (c == "(") { depth++; out = out " " }
			else if (c == ")") { if (depth) depth--; out = out " " }
			else if (match(rest, /^([^"\\]|\\.)*"/)) { out = out "x"; rest = substr(rest, RLENGTH + 1) }
		}
		out = out rest
		if (record == "") blank = out ~ /^[ \t]/
		record = record " " out
		if (depth) { if (length(record) > 65536) { found = "? a record that does not end" } continue }
		n = split(record, f, /[ \t\r]+/)
		record = ""
		i = 1
		while (i <= n && f[i] == "") i++
		if (i > n) continue
		if (toupper(f[i]) == "$INCLUDE") { found = "? an $INCLUDE stands before the SOA"; continue }
		if (substr(f[i], 1, 1) == "$") continue
		if (!blank) i++
		while (i <= n && toupper(f[i]) ~ /^(IN|CH|HS|[0-9]+([SMHDW][0-9]*)*)$/) i++
		if (toupper(f[i]) != "SOA") continue
		found = f[i + 3] ~ /^[0-9]+$/ && length(f[i + 3]) <= 10 ? f[i + 3] : "? the SOA has no serial"
	}
	close(path)
	if (found != "" || r < 0) return found
	return depth ? "? a parenthesis is not closed before the SOA is found" : "? there is no SOA"
}
'

backup2_of() { # ZONE, into backup2
	zone_file_of "$1"
	backup2=$conf_signer_dir/$zone_file.backup2
}

# Whether a .backup2 ends in its trailer: the signer never looks, and takes a cut one for a smaller zone.
backup2_whole() { [ "$(tail -n 1 "$1" 2>/dev/null)" = ';OpenDNSSEC-backup-v3' ] && [ -n "$(sed -n 2p "$1")" ]; } # FILE

# backup2_serials(path), of awk: "INBOUND;INTERNAL;OUTBOUND" of a .backup2; "?;?;?" where it does not say.
backup2_serials='
function backup2_serials(path,    n, line, f, k) {
	for (n = 0; n < 3 && (getline line < path) > 0; n++) continue
	close(path)
	if (n < 3 || line !~ /^;;Zone: name .* class [0-9]+ inbound [0-9]+ internal [0-9]+ outbound [0-9]+$/) return "?;?;?"
	k = split(line, f, " ")
	return f[k - 4] ";" f[k - 2] ";" f[k]
}
'

backup2_serials() { awk "$backup2_serials"'BEGIN { print backup2_serials(ARGV[1]) }' "$1"; } # FILE

# "ZONE;MODE": from the database, '?' where it does not say.
serial_modes() {
	db_ask "$conf_sqlite" "SELECT rtrim(z.name, '.'), CASE p.zoneSoaSerial WHEN 0 THEN 'counter' WHEN 1 THEN 'datecounter'
		WHEN 2 THEN 'unixtime' WHEN 3 THEN 'keep' ELSE '?' END FROM zone z JOIN policy p ON p.id = z.policyId;" 2>/dev/null
}

# The lines of section serials, for the zones of zones.xml: "ZONE;MODE;UNSIGNED;INBOUND;INTERNAL;OUTBOUND;SIGNED". A field is
# empty where there is no file, and '?' where it can't be told. One program for all zones.
serials_lines() {
	serial_modes >"$far_tmp/modes" || :
	while IFS= read -r serials_row; do
		zone_row "$serials_row"
		backup2_of "$zone_name"
		[ "$zone_in_type" = File ] && [ -e "$zone_in" ] || zone_in=
		[ "$zone_out_type" = File ] && [ -e "$zone_out" ] || zone_out=
		[ -e "$backup2" ] || backup2=
		printf '%s\t%s\t%s\t%s\n' "$zone_name" "$zone_in" "$backup2" "$zone_out"
	done <"$far_tmp/zones" >"$far_tmp/serial.files"
	awk "$soa_serial$backup2_serials"'
		BEGIN { FS = "\t"; OFS = ";" }
		function serial(path,    s) { if (path == "") return ""; s = soa_serial(path); return s ~ /^[0-9]/ ? s : "?" }
		FILENAME == ARGV[1] { at = index($0, ";"); mode[substr($0, 1, at - 1)] = substr($0, at + 1); next }
		{ print $1, ($1 in mode) ? mode[$1] : "?", serial($2), $3 == "" ? ";;" : backup2_serials($3), serial($4) }
	' "$far_tmp/modes" "$far_tmp/serial.files"
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

# The paths in FILE that exist, each ended by NUL; `test` in the shell starts no process. With none xargs(1) of some hosts
# would run its command all the same: hence the first one.
existing() { # FILE
	printf '/dev/null\0'
	while IFS= read -r existing_path; do
		[ -z "$existing_path" ] || [ ! -e "$existing_path" ] || printf '%s\0' "$existing_path"
	done <"$1"
}

# Octets that the files and directories of a list take, those of one within another once.
octets() { # FILE-OF-PATHS COMMAND ...: the words that bound it
	octets_of=$1
	shift
	existing "$octets_of" | "$@" xargs -0 du -sk -- 2>/dev/null | awk '{ n += $1 } END { printf "%.0f", n * 1024 }'
}

verb_space() {
	need_args $# 0
	need_conf
	space_at=$FAR_HOME
	while [ ! -d "$space_at" ]; do space_at=${space_at%/*}; done
	fact free "$(df -Pk "$space_at" | awk 'NR == 2 { printf "%.0f", $4 * 1024 }')"
	{
		printf '%s\n' "$conf_sqlite" "$(zones_xml)" "$conf_signer_dir" "$conf_policy_file" "$conf_zonelist_file"
		if zones_of "$(zones_xml)" >"$far_tmp/zones"; then
			while IFS= read -r space_row; do
				zone_row "$space_row"
				printf '%s\n' "$zone_signconf"
				[ "$zone_in_type" != File ] || printf '%s\n' "$zone_in"
			done <"$far_tmp/zones"
		fi
		printf '%s\n' "$conf_repositories" | while IFS=$far_tab read -r _ space_module space_label _; do
			! is_softhsm "$space_module" || token_dirs "$space_label"
		done
	} >"$far_tmp/paths"
	fact state "$(octets "$far_tmp/paths" timeout -k 5 60)"
}
