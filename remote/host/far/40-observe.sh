# observe: everything about the instance in one answer, and nothing of it changed. Facts and sections: docs/observe.md.
# Each part stands for itself: what fails leaves the others as they are, and says why. All of it ends within a minute.
# shellcheck shell=sh
# shellcheck disable=SC2015,SC2016,SC2034,SC2154

OBSERVE_SECONDS=40 # when they are over, what is left to look at is left out
OBSERVE_CONF_MAX=1048576

# limited SECONDS COMMAND ...: bounded by the seconds that are left of all as well. Input is inherited.
limited() {
	read -r limited_for limited_rest </proc/uptime
	limited_for=$((observe_until - ${limited_for%%.*}))
	[ "$limited_for" -le "$1" ] || limited_for=$1
	shift
	[ "$limited_for" -gt 0 ] || return 124
	timeout -k 2 "$limited_for" "$@"
}

verb_observe() {
	need_args $# 0
	read -r observe_until observe_rest </proc/uptime
	observe_until=$((${observe_until%%.*} + OBSERVE_SECONDS))
	observe_clock
	fact now "$observe_time"
	observe_host
	observe_ours
	observe_daemon enforcer ods-enforcerd
	observe_daemon signer ods-signerd
	section_begin conf
	observe_conf_text
	section_end $?
	if conf_load; then
		observe_instance
	else
		fact conf-error "$conf_error"
	fi
	observe_interference
	observe_clock
	fact end "$observe_time"
	finish "$FAR_OK"
}

# The first line of a file, bounded, as it may have no end of line at all; into observe_line.
observe_first() { # FILE
	observe_line=$(head -c 200 "$1" | tr -d '\000')
	observe_line=${observe_line%%"$far_lf"*}
}

# Seconds with as many decimals as date(1) gives, into observe_time.
observe_clock() {
	observe_time=$(date +%s.%N)
	case $observe_time in *.*[!0-9]* | *.) observe_time=${observe_time%%.*} ;; esac
}

# The first line of what a program says of itself. It is not asked for more, and what it wants to read is empty.
observe_version() { # FACT COMMAND ...
	observe_fact=$1
	shift
	limited 3 "$@" </dev/null >"$far_tmp/said" 2>/dev/null
	observe_first "$far_tmp/said"
	fact "$observe_fact" "$observe_line"
}

# ---- the host -----------------------------------------------------------------------------------------------------

observe_host() {
	far_digest
	fact far "$far_sha256"
	fact utc-offset "$(date +%z)"
	far_host
	fact hostname "$far_hostname"
	if [ -r /etc/machine-id ] && read -r observe_line </etc/machine-id; then fact machine-id "$observe_line"; fi
	if [ -r /etc/os-release ] && kept /etc/os-release PRETTY_NAME; then
		far_kept=${far_kept#\"}
		fact os "${far_kept%\"}"
	fi
	observe_manager
	for observe_tool in ods-enforcer ods-enforcerd ods-signer ods-signerd ods-hsmutil sqlite3 softhsm2-util; do
		if have "$observe_tool"; then fact tool."$observe_tool" yes; else fact tool."$observe_tool" no; fi
	done
	# -V prints and exits before anything is opened; never -i, which takes a living signer's socket away.
	if have ods-enforcerd; then
		observe_version version ods-enforcerd -V
	elif have ods-signerd; then
		observe_version version ods-signerd -V
	fi
	! have softhsm2-util || observe_version softhsm-version softhsm2-util --version
	if [ -e /etc/opendnssec/prevent-startup ]; then fact prevent-startup yes; else fact prevent-startup no; fi
}

# By what `start` would start the signer here.
observe_manager() {
	daemon_units=$signer_units
	manager_of
	if [ "$manager" != ods-control ] || have ods-control; then
		fact service-manager "$manager"
	elif [ -x /etc/init.d/opendnssec-signer ]; then
		fact service-manager init
	else
		fact service-manager none
	fi
}

# ---- what is ours -------------------------------------------------------------------------------------------------

observe_ours() {
	observe_at=$FAR_HOME
	while [ ! -d "$observe_at" ] && [ "$observe_at" != / ] && [ -n "$observe_at" ]; do observe_at=${observe_at%/*}; done
	limited 5 df -Pk "${observe_at:-/}" </dev/null 2>/dev/null | awk 'NR == 2 { printf "=disk-free %.0f\n", $4 * 1024 }'
	for observe_kept in record lease; do
		if [ -f "$FAR_HOME/$observe_kept" ]; then
			section_begin "$observe_kept"
			head -c 4096 "$FAR_HOME/$observe_kept" | payload
			section_end 0
		else
			fact "$observe_kept" no
		fi
	done
	if [ -e "$FAR_HOME/fence" ]; then fact fence yes; else fact fence no; fi
	# Copy sets that were verified, with the time that their manifest says: "ID TIME".
	section_begin copies
	if [ -d "$FAR_HOME/copy" ]; then
		find "$FAR_HOME/copy" -mindepth 2 -maxdepth 2 -name verified 2>/dev/null | head -n 50 | while IFS= read -r observe_kept; do
			observe_kept=${observe_kept%/verified}
			is_id "${observe_kept##*/}" || continue
			printf '%s %s\n' "${observe_kept##*/}" "$(sed -n 's/^meta taken //p' "$observe_kept/manifest" 2>/dev/null | head -n 1)"
		done | payload
	fi
	section_end 0
	observe_aside
}

# What swaps put aside, the newest first: "RUN TIME STATE OCTETS", OCTETS '-' where they could not be counted in time.
observe_aside() {
	: >"$far_tmp/aside"
	[ ! -d "$FAR_HOME/aside" ] ||
		find "$FAR_HOME/aside" -mindepth 2 -maxdepth 2 -name moves -exec stat -c '%Y %n' {} + 2>/dev/null |
		sed -n '/\.new\/moves$/!s,/moves$,,p' | sort -rn | head -n 50 >"$far_tmp/aside"
	cut -d ' ' -f 2 "$far_tmp/aside" >"$far_tmp/paths"
	existing "$far_tmp/paths" | limited 5 xargs -0 du -sk -- >"$far_tmp/du" 2>/dev/null
	section_begin aside
	while IFS=' ' read -r observe_time aside; do
		is_id "${aside##*/}" || continue
		observe_state=$(swap_state)
		case $observe_state in moving | placing | swapped | clearing | restoring | back) ;; *) observe_state=unknown ;; esac
		printf '|%s %s %s %s\n' "${aside##*/}" "$observe_time" "$observe_state" \
			"$(awk -v "path=$aside" '$2 == path { n = sprintf("%.0f", $1 * 1024) } END { print n == "" ? "-" : n }' "$far_tmp/du")"
	done <"$far_tmp/aside"
	section_end 0
}

# ---- the daemons --------------------------------------------------------------------------------------------------

# A section "process DAEMON" of "PID USER GROUP" a living process of that name (daemon_find).
observe_daemon() { # enforcer|signer PROCESS
	daemon_find "$2"
	section_begin "process $1"
	for observe_pid in $daemon_list; do
		observe_owner=$(stat -c '%U %G' "/proc/$observe_pid" 2>/dev/null) || continue
		printf '|%s %s\n' "$observe_pid" "$observe_owner"
	done >"$far_tmp/$1"
	[ ! -s "$far_tmp/$1" ] || cat "$far_tmp/$1"
	section_end 0
}

# Asks a living daemon, one question after another, and stops asking one that does not answer.
observe_ask() { # enforcer|signer CLIENT SOCKET DEFAULT-SOCKET QUESTION ...
	observe_who=$1 observe_client=$2 observe_socket=
	[ "$3" = "$4" ] || observe_socket=$3
	shift 4
	[ -s "$far_tmp/$observe_who" ] || return 0
	have "$observe_client" || {
		fact "$observe_who.answers" unknown
		fact "$observe_who.said" "$observe_client is not installed"
		return 0
	}
	for observe_question in running "$@"; do
		answers limited 3 "$observe_client" ${observe_socket:+-s "$observe_socket"} "$observe_question" \
			</dev/null >"$far_tmp/said" 2>"$far_tmp/said.err"
		observe_status=$?
		if [ "$observe_question" = running ]; then
			observe_answer "$observe_status"
			[ "$observe_answered" = yes ] || return 0
			continue
		fi
		section_begin "$observe_who $observe_question"
		sed '/^sock set to /d' "$far_tmp/said" | payload
		section_end "$observe_status"
		! timed_out "$observe_status" || return 0
	done
}

# The words decide: a client that exits with 0 and printed something else has said nothing of its daemon.
observe_answer() { # STATUS of `running`
	observe_answered=unknown
	observe_why=
	if timed_out "$1"; then
		observe_answered=no
		observe_why='no answer within 3 s'
	elif [ "$1" -eq 0 ] && grep -q 'Engine running' "$far_tmp/said"; then
		observe_answered=yes
	elif [ "$1" -ge 201 ] && [ "$1" -le 209 ]; then
		# Refused to us says nothing about the daemon (opendnssec.md 1.2): root is never refused for want of rights.
		observe_answered=no
		observe_said
		observe_why=$observe_line
	else
		observe_said
		observe_why="'$observe_client running' printed ${observe_line:-nothing} (status $1)"
	fi
	fact "$observe_who.answers" "$observe_answered"
	[ "$observe_answered" = yes ] || fact "$observe_who.said" "$observe_why"
}

# What a client said at last, into observe_line: its complaint, or else its answer.
observe_said() {
	observe_first "$far_tmp/said.err"
	[ -n "$observe_line" ] || observe_first "$far_tmp/said"
}

# ---- conf.xml -----------------------------------------------------------------------------------------------------

# The file with the content of every PIN and Password left out; line ends are kept, so that lines keep their numbers.
# Comments go, and CDATA is taken as one piece, so that neither can hide the end of a PIN.
observe_conf_text() {
	[ -f "$far_conf" ] && [ -r "$far_conf" ] || return 66
	head -c "$OBSERVE_CONF_MAX" "$far_conf" | awk '
		function lines(s,    n) { n = gsub(/\n/, "", s); s = ""; while (n-- > 0) s = s "\n"; return s }
		function show(s) { if (secret == "") printf "%s", s; else printf "%s", lines(s) }
		# Takes the piece up to @end off s; all that is left when @end is not there.
		function piece(end,    p, t) {
			p = index(s, end)
			t = p ? substr(s, 1, p + length(end) - 1) : s
			s = p ? substr(s, p + length(end)) : ""
			return t
		}
		{ s = s $0 "\n" }
		END {
			while (match(s, /<(!--|!\[CDATA\[|\/?[Pp][Ii][Nn][ \t\r\n>\/]|\/?[Pp][Aa][Ss][Ss][Ww][Oo][Rr][Dd][ \t\r\n>\/])/)) {
				show(substr(s, 1, RSTART - 1))
				s = substr(s, RSTART)
				if (substr(s, 1, 4) == "<!--") { printf "%s", lines(piece("-->")); continue }
				if (substr(s, 1, 9) == "<![CDATA[") { show(piece("]]>")); continue }
				tag = piece(">")
				name = tolower(tag)
				close_ = sub(/^<\//, "", name)
				sub(/^</, "", name)
				sub(/[ \t\r\n>\/].*/, "", name)
				if (close_ && secret == name) { secret = ""; printf "%s", tag }
				else if (close_ || secret != "" || tag ~ /\/>$/) show(tag)
				else { printf "%s", tag; secret = name }
			}
			show(s)
		}' | payload
}

# ---- what conf.xml leads to ---------------------------------------------------------------------------------------

observe_instance() {
	observe_ask enforcer ods-enforcer "$conf_enforcer_socket" /run/opendnssec/enforcer.sock queue
	observe_ask signer ods-signer "$conf_signer_socket" /run/opendnssec/engine.sock zones queue
	observe_database
	observe_list zones.xml "$(zones_xml)"
	observe_list zonelist "$conf_zonelist_file"
	observe_list kasp "$conf_policy_file"
	observe_tokens
	observe_zone_table
	observe_zones
	observe_files
	observe_hsm
}

observe_list() { # NAME FILE
	section_begin "$1"
	if [ -f "$2" ] && [ -r "$2" ]; then
		head -c 33554432 "$2" | payload
		section_end 0
	else
		section_end 66
	fi
}

# Rows "KIND TAB ...", of one moment. The datastore's own lock is asked for, nothing is written: a journal that a crash
# left behind would have to be rolled back by a writer, so with one the answer is an error, not old data.
observe_sql() {
	cat <<'SQL'
.timeout 2000
BEGIN;
SELECT 'policy', name, hex(description), signaturesResign, signaturesRefresh, signaturesJitter, signaturesInceptionOffset,
  signaturesValidityDefault, signaturesValidityDenial, ifnull(signaturesValidityKeyset, 0), signaturesMaxZoneTtl, denialType,
  denialOptout, denialTtl, denialResalt, denialAlgorithm, denialIterations, denialSaltLength, keysTtl, keysRetireSafety,
  keysPublishSafety, keysShared, keysPurgeAfter, zonePropagationDelay, zoneSoaTtl, zoneSoaMinimum, zoneSoaSerial,
  parentRegistrationDelay, parentPropagationDelay, parentDsTtl, parentSoaTtl, parentSoaMinimum, passthrough
  FROM policy ORDER BY name;
SELECT 'policykey', p.name, k.role, k.algorithm, k.bits, k.lifetime, k.repository, k.standby, k.manualRollover, k.rfc5011, k.minimize
  FROM policyKey k JOIN policy p ON p.id = k.policyId ORDER BY p.name, k.role, k.algorithm, k.bits, k.lifetime, k.repository;
SELECT 'zone', rtrim(z.name, '.'), p.name, z.signconfPath, z.nextChange, z.inputAdapterType, z.inputAdapterUri, z.outputAdapterType,
  z.outputAdapterUri, z.nextKskRoll, z.nextZskRoll, z.nextCskRoll
  FROM zone z LEFT JOIN policy p ON p.id = z.policyId ORDER BY z.name;
SELECT 'key', rtrim(z.name, '.'), k.role, k.keytag, k.algorithm, h.bits, h.locator, h.repository, h.backup, k.introducing, k.publish, k.activeKsk,
  k.activeZsk, k.dsAtParent, max(CASE s.type WHEN 0 THEN s.state END), max(CASE s.type WHEN 2 THEN s.state END),
  max(CASE s.type WHEN 3 THEN s.state END), max(CASE s.type WHEN 1 THEN s.state END)
  FROM keyData k JOIN zone z ON z.id = k.zoneId JOIN hsmKey h ON h.id = k.hsmKeyId LEFT JOIN keyState s ON s.keyDataId = k.id
  GROUP BY k.id ORDER BY z.name, k.role, h.locator;
SELECT 'spare', h.role, h.algorithm, h.bits, h.locator, h.repository, h.backup, h.state
  FROM hsmKey h WHERE h.id NOT IN (SELECT hsmKeyId FROM keyData) ORDER BY h.locator;
COMMIT;
SQL
}

observe_database() {
	: >"$far_tmp/db"
	if [ "$conf_datastore" != sqlite ]; then
		fact database-error 'the datastore is MySQL, which is not read'
		observe_by_client
		return 0
	fi
	if [ -e "$conf_sqlite-journal" ]; then fact database-journal yes; else fact database-journal no; fi
	if [ ! -e "$conf_sqlite" ]; then
		fact database-error "$conf_sqlite is not there"
		return 0
	fi
	if ! have sqlite3; then
		fact database-error 'sqlite3 is not installed'
		observe_by_client
		return 0
	fi
	observe_sql >"$far_tmp/sql"
	limited 8 sqlite3 -readonly -batch -bail -noheader -separator "$far_tab" "$conf_sqlite" \
		<"$far_tmp/sql" >"$far_tmp/db" 2>"$far_tmp/db.err"
	observe_status=$?
	section_begin database
	payload <"$far_tmp/db"
	section_end "$observe_status"
	if [ "$observe_status" -ne 0 ]; then
		: >"$far_tmp/db"
		observe_why=$(head -n 1 "$far_tmp/db.err" | sed 's/.*Error: //' | cut -c1-200)
		! timed_out "$observe_status" || observe_why='no answer within 8 s'
		fact database-error "$conf_sqlite: ${observe_why:-sqlite3 failed}"
	fi
}

# Where the database cannot be read, a living enforcer still knows its keys.
observe_by_client() {
	[ -s "$far_tmp/enforcer" ] && have ods-enforcer || return 0
	for observe_question in 'key list -v -p' 'key list -d -p' 'backup list'; do
		section_begin "enforcer $observe_question"
		# shellcheck disable=SC2086 # the words of a question
		answers limited 5 ods-enforcer $observe_question </dev/null >"$far_tmp/said" 2>/dev/null
		observe_status=$?
		payload <"$far_tmp/said"
		section_end "$observe_status"
		[ "$observe_status" -eq 0 ] || return 0
	done
}

# $far_tmp/table: "NAME TAB UNSIGNED TAB SIGNED TAB SIGNCONF TAB BACKUP2", of zones.xml, which is what the signer goes by, and of
# the database for what that has not. An empty field: no such file (DNS adapter).
observe_zone_table() {
	observe_xml=$(zones_of "$(zones_xml)" 2>/dev/null) || observe_xml=''
	{
		printf '%s\n' "$observe_xml" | awk -F '\t' 'NF == 7 { print "z\t" $0 }'
		cat "$far_tmp/db"
	} | awk -F '\t' -v "dir=$(printf '%s' "$conf_signer_dir" | sed 's/\\/\\\\/g')" '
		BEGIN { OFS = "\t" }
		function file(type, path) { return tolower(type) == "file" && path ~ /^\// ? path : "" }
		function row(name, conf, in_type, in_, out_type, out,    f) {
			if (name == "" || (tolower(name) in seen)) return
			seen[tolower(name)] = 1
			f = name
			gsub(/[\/ ]/, "-", f)
			print name, file(in_type, in_), file(out_type, out), conf ~ /^\// ? conf : "", dir "/" f ".backup2"
		}
		$1 == "z" { row($2, $4, $5, $6, $7, $8) }
		$1 == "zone" { row($2, $4, $6, $7, $8, $9) }
	' >"$far_tmp/table"
}

# Sections "signed ZONE", "unsigned ZONE", "backup2 ZONE", "signconf ZONE" by one program that reads each file once.
observe_zones() {
	# The signer replaces these files by rename: seen before and behind the pass, it is known which one was read.
	cut -f 3 "$far_tmp/table" >"$far_tmp/paths"
	observe_stat stat-before
	limited 25 awk -v "list=$far_tmp/table" "$soa_serial$observe_zone_program" </dev/null >"$far_tmp/zones" 2>"$far_tmp/zones.err"
	observe_status=$?
	# What was cut off by the time has a last line that may not be whole.
	awk '/^[@.]$/ { next } { print }' "$far_tmp/zones"
	[ "$observe_status" -eq 0 ] || fact zones-error "the zone files were not read to their end (status $observe_status)"
	# The last octets of each .backup2: the daemon never looks at them, and takes a truncated file for a smaller zone.
	section_begin trailers
	sed 's/.*\t//' "$far_tmp/table" >"$far_tmp/paths"
	# With more than one file tail(1) says before each which one it is.
	existing "$far_tmp/paths" | limited 10 xargs -0 tail -c 22 -- 2>/dev/null | awk '
		function say() { if (path != "" && path != "/dev/null") print "|" word " " path; path = "" }
		/^==> .* <==$/ { say(); path = substr($0, 5, length($0) - 8); word = "no"; first = 1; next }
		first { first = 0; if ($0 == ";OpenDNSSEC-backup-v3") word = "yes" }
		END { say() }'
	section_end 0
}

observe_zone_program='
function begin(kind) { print "@" kind " " zone }
function end(status) { print "." status }
# The signer writes one record a line, the fields before the data separated by TAB (ldns).
function signed(path,    r, n, f, bytes, records, count, serial, first, what, last, last_what, keys, type) {
	if (path == "") return
	bytes = records = count = 0; serial = first = last = keys = ""
	while ((r = (getline line < path)) > 0) {
		bytes += length(line) + 1
		if (line == "" || line ~ /^[ \t]*(;|$)/) continue
		records++
		if (index(line, "RRSIG") && line ~ /^[^ \t]+[ \t]+[0-9]+[ \t]+IN[ \t]+RRSIG[ \t]/) {
			n = split(line, f, /[ \t]+/)
			count++
			if (f[9] !~ /^[0-9]+$/ || f[10] !~ /^[0-9]+$/ || length(f[9]) != 14 || length(f[10]) != 14) { bad = 1; continue }
			if (first == "" || f[9] < first) { first = f[9]; what = f[1] " " f[5] }
			if (last == "" || f[10] > last) { last = f[10]; last_what = f[1] " " f[5] }
		} else if (index(line, "DNSKEY") && line ~ /^[^ \t]+[ \t]+[0-9]+[ \t]+IN[ \t]+DNSKEY[ \t]/) {
			sub(/;.*/, "", line)
			n = split(line, f, /[ \t]+/)
			type = ""
			for (r = 8; r <= n; r++) type = type f[r]
			keys = keys "|dnskey " f[5] " " f[6] " " f[7] " " type "\n"
		} else if (serial == "" && line ~ /^[^ \t]+[ \t]+[0-9]+[ \t]+IN[ \t]+SOA[ \t]/) {
			split(line, f, /[ \t]+/)
			serial = f[7]
		}
	}
	close(path)
	begin("signed")
	if (r < 0) { end(66); return }
	print "|bytes " bytes
	print "|records " records
	print "|signatures " count
	if (serial != "") print "|serial " serial
	if (first != "") print "|expiry " first " " what
	if (last != "") print "|inception " last " " last_what
	printf "%s", keys
	end(bad ? 65 : 0)
	bad = 0
}
function unsigned(path,    found) {
	if (path == "") return
	begin("unsigned")
	found = soa_serial(path)
	if (found == "") { end(66); return }
	if (substr(found, 1, 1) == "?") print "|unknown " substr(found, 3)
	else print "|serial " found
	end(0)
}
function head(path,    r, n) {
	if ((r = (getline line < path)) < 0) { close(path); return }
	begin("backup2")
	for (n = 0; r > 0 && n < 5000; n++) {
		print "|" substr(line, 1, 4096)
		if (line == ";;" || line !~ /^;/) break
		r = (getline line < path)
	}
	close(path)
	end(0)
}
function whole(path,    r, n) {
	if (path == "") return
	if ((r = (getline line < path)) < 0) { close(path); return }
	begin("signconf")
	for (n = 0; r > 0 && n < 20000; n++) { print "|" line; r = (getline line < path) }
	close(path)
	end(0)
}
BEGIN {
	while ((getline row < list) > 0) {
		split(row, field, "\t")
		zone = field[1]
		signed(field[3]); unsigned(field[2]); head(field[5]); whole(field[4])
	}
}
'

# ---- files, owners, digests ---------------------------------------------------------------------------------------

# $far_tmp/want: "WHAT TAB DAEMON TAB ZONE TAB PATH", the files whose owner, mode and accessibility matter.
observe_want() { printf '%s\t%s\t%s\t%s\n' "$@" >>"$far_tmp/want"; }

observe_files() {
	: >"$far_tmp/want"
	observe_want conf enforcer '' "$far_conf"
	observe_want conf signer '' "$far_conf"
	observe_want kasp enforcer '' "$conf_policy_file"
	observe_want zonelist enforcer '' "$conf_zonelist_file"
	observe_want addns signer '' "${far_conf%/*}/addns.xml"
	if [ "$conf_datastore" = sqlite ] && [ -n "$conf_sqlite" ]; then
		observe_want database enforcer '' "$conf_sqlite"
		observe_want 'database directory' enforcer '' "${conf_sqlite%/*}"
	fi
	observe_want enforcer enforcer '' "$conf_enforcer_dir"
	observe_want zones.xml enforcer '' "$(zones_xml)"
	observe_want zones.xml signer '' "$(zones_xml)"
	observe_want signer signer '' "$conf_signer_dir"
	observe_want 'enforcer socket' enforcer '' "$conf_enforcer_socket"
	observe_want 'enforcer pid' enforcer '' "$conf_enforcer_pid"
	observe_want 'signer socket' signer '' "$conf_signer_socket"
	observe_want 'signer pid' signer '' "$conf_signer_pid"
	if observe_path=$(softhsm_dir); then
		observe_want 'token directory' enforcer '' "$observe_path"
		observe_want 'token directory' signer '' "$observe_path"
	fi
	while IFS=$far_tab read -r observe_row; do
		printf 'token\tenforcer\t\t%s\ntoken\tsigner\t\t%s\n' "${observe_row##*"$far_tab"}" "${observe_row##*"$far_tab"}"
	done <"$far_tmp/tokens" >>"$far_tmp/want"
	awk -F '\t' '
		BEGIN { OFS = "\t" }
		function parent(path) { sub(/\/[^\/]*$/, "", path); return path == "" ? "/" : path }
		function dir(what, daemon, path) { if (!((what, daemon, path) in seen)) { seen[what, daemon, path] = 1; print what, daemon, "", path } }
		{
			if ($2 != "") { dir("unsigned", "signer", parent($2)); print "unsigned zone", "signer", $1, $2 }
			if ($3 != "") { dir("signed", "signer", parent($3)); print "signed zone", "signer", $1, $3 }
			if ($4 != "") { dir("signconf", "enforcer", parent($4)); print "signconf file", "signer", $1, $4 }
			print "backup2", "signer", $1, $5
		}' "$far_tmp/table" >>"$far_tmp/want"
	section_begin files
	payload <"$far_tmp/want"
	section_end 0
	cut -f 4 "$far_tmp/want" | sort -u >"$far_tmp/paths"
	observe_stat stat
	observe_account enforcer "$conf_enforcer_user" "$conf_enforcer_group"
	observe_account signer "$conf_signer_user" "$conf_signer_group"
	observe_access enforcer "$conf_enforcer_user"
	if [ "$conf_signer_user" = "$conf_enforcer_user" ]; then
		section_begin 'access signer'
		cat "$far_tmp/access"
		section_end "$observe_status"
	else
		observe_access signer "$conf_signer_user"
	fi
	# Digests of the small ones and of the unsigned zones, none of a signed zone.
	section_begin digests
	awk -F '\t' '$1 ~ /^(conf|kasp|zonelist|addns|zones.xml|unsigned zone|signconf file)$/ && !seen[$4]++ { print $4 }' \
		"$far_tmp/want" >"$far_tmp/paths"
	existing "$far_tmp/paths" | limited 10 xargs -0 sha256sum -- 2>/dev/null | payload
	section_end 0
	observe_size
}

# "MODE-HEX MTIME INODE SIZE OWNER GROUP PATH" of each of $far_tmp/paths that exists.
observe_stat() { # SECTION
	section_begin "$1"
	existing "$far_tmp/paths" | limited 10 xargs -0 stat -c '%f %Y %i %s %U %G %n' -- 2>/dev/null | payload
	section_end 0
}

# Whether a daemon's user and group are there: without them it does not start, and nothing can be given to it.
observe_account() { # enforcer|signer USER GROUP
	if ! id "$2" >/dev/null 2>&1; then
		fact "access-error.$1" "there is no user $2"
	elif ! observe_group "$3"; then
		fact "access-error.$1" "there is no group $3"
	fi
}
observe_group() { if have getent; then getent group "$1"; else grep "^$1:" /etc/group; fi >/dev/null 2>&1; } # GROUP

# What the daemon's user may do: "rw PATH", a letter that is missing is '-'. Asked as that user, as modes alone do not tell
# (groups, access lists, a directory on the way).
observe_access() { # enforcer|signer USER
	cut -f 4 "$far_tmp/want" | sort -u >"$far_tmp/paths"
	# Key objects as well: SoftHSM makes them readable by their owner only. Only those that are not are in the answer.
	cut -f 3 "$far_tmp/tokens" | while IFS= read -r observe_path; do
		find "$observe_path" -name '*.object' 2>/dev/null
	done >>"$far_tmp/paths"
	: >"$far_tmp/access"
	observe_status=67
	if id "$2" >/dev/null 2>&1; then
		# As words: a shell would read a list of key objects octet by octet. What was asked before it ended is kept.
		tr '\n' '\000' <"$far_tmp/paths" | as_user "$2" timeout -k 2 10 xargs -0 sh -c 'for p; do
			[ -e "$p" ] || { echo "?? $p"; continue; }
			r=- w=-
			[ -r "$p" ] && r=r
			[ -w "$p" ] && w=w
			echo "$r$w $p"
		done' sh >"$far_tmp/asked" 2>/dev/null
		observe_status=$?
		awk '/\.object$/ && /^rw / { next } { print "|" $0 }' "$far_tmp/asked" >"$far_tmp/access"
	fi
	section_begin "access $1"
	cat "$far_tmp/access"
	section_end "$observe_status"
}

# What there is of each kind of file, and where: "WHAT TAB OCTETS TAB DIRECTORY"; and the octets that a snapshot takes, which
# are all but the signed zones.
observe_size() {
	awk -F '\t' '
		$1 ~ /^(database|zones.xml|kasp|zonelist|addns|unsigned zone|signed zone|signconf file|backup2|token)$/ && !seen[$4]++ {
			print $1 "\t" $4
		}' "$far_tmp/want" >"$far_tmp/sized"
	cut -f 2 "$far_tmp/sized" >"$far_tmp/paths"
	existing "$far_tmp/paths" | limited 10 xargs -0 du -sk -- >"$far_tmp/du" 2>/dev/null
	observe_status=$?
	section_begin sizes
	if timed_out "$observe_status"; then
		section_end 124
	else
		awk -F '\t' '
			function parent(path) { sub(/\/[^\/]*$/, "", path); return path == "" ? "/" : path }
			FILENAME == ARGV[1] { kilo[$2] = $1; next }
			($2 in kilo) { n[$1 "\t" parent($2)] += kilo[$2]; if ($1 != "signed zone") all += kilo[$2] }
			END {
				for (k in n) { split(k, f, "\t"); printf "|%s\t%.0f\t%s\n", f[1], n[k] * 1024, f[2] }
				printf ".0\n=state-size %.0f\n", all * 1024
			}' "$far_tmp/du" "$far_tmp/sized"
	fi
	observe_room
}

# "FREE DEVICE DIRECTORY" of every directory that a switchover writes to here, or would: the places of our copies and of the
# tokens, what conf.xml and the zones name, and all that lies beside it. Of one that is not there, of what it would lie in.
observe_room() {
	{
		printf '%s\n' "$FAR_HOME" "$(softhsm_dir)" "${conf_sqlite%/*}" "$conf_enforcer_dir" "$conf_signer_dir"
		sed 's/.*\t//; s,/[^/]*$,,' "$far_tmp/sized"
		for observe_path in "${conf_enforcer_dir%/*}" "${conf_signer_dir%/*}"; do
			[ -d "$observe_path" ] || continue
			printf '%s\n' "$observe_path"
			find "$observe_path" -mindepth 1 -maxdepth 1 -type d 2>/dev/null
		done
	} | sort -u | while IFS= read -r observe_path; do
		case $observe_path in /*) ;; *) continue ;; esac
		while [ ! -d "$observe_path" ]; do
			observe_path=${observe_path%/*}
			[ -n "$observe_path" ] || observe_path=/
		done
		printf '%s\n' "$observe_path"
	done | sort -u >"$far_tmp/paths"
	section_begin room
	tr '\n' '\000' <"$far_tmp/paths" | limited 5 xargs -0 stat -c '%d' -- >"$far_tmp/devices" 2>/dev/null &&
		tr '\n' '\000' <"$far_tmp/paths" | limited 5 xargs -0 df -Pk -- >"$far_tmp/df" 2>/dev/null
	observe_status=$?
	# A line a directory, in their order, behind one of words.
	[ "$observe_status" -ne 0 ] || awk '
		FILENAME == ARGV[1] { path[++n] = $0; next }
		FILENAME == ARGV[2] { device[++d] = $0; next }
		match($0, /[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+% /) { split(substr($0, RSTART, RLENGTH), f, / +/); free[++m] = f[3] }
		END {
			if (n != d || n != m) exit 1
			for (i = 1; i <= n; i++) printf "|%.0f %s %s\n", free[i] * 1024, device[i], path[i]
		}' "$far_tmp/paths" "$far_tmp/devices" "$far_tmp/df" || observe_status=1
	section_end "$observe_status"
}

# ---- tokens -------------------------------------------------------------------------------------------------------

# $far_tmp/tokens: "REPOSITORY TAB LABEL TAB DIRECTORY", the SoftHSM tokens that carry a repository's label.
observe_tokens() {
	: >"$far_tmp/tokens"
	observe_dir=$(softhsm_dir) || observe_dir=''
	printf '%s\n' "$conf_repositories" | while IFS=$far_tab read -r observe_name observe_module observe_label observe_rest; do
		[ -n "$observe_name" ] && [ -n "$observe_label" ] || continue
		is_softhsm "$observe_module" && [ -n "$observe_dir" ] || continue
		token_dirs "$observe_label" 2>/dev/null | while IFS= read -r observe_path; do
			printf '%s\t%s\t%s\n' "$observe_name" "$observe_label" "$observe_path"
		done
	done >"$far_tmp/tokens"
	section_begin tokens
	payload <"$far_tmp/tokens"
	section_end 0
	if [ -z "$observe_dir" ]; then
		fact token-error "$softhsm_conf names no token directory, or cannot be read"
	elif [ ! -d "$observe_dir" ]; then
		fact token-error "$observe_dir, where $softhsm_conf has the tokens, is not there"
	fi
}

# A configuration with this repository alone. The PIN goes from file to file; it is in no variable and no command line.
observe_scratch_conf() { # REPOSITORY
	awk "$xml_scanner"'
		BEGIN { r = "/Configuration/RepositoryList/Repository"; want = ARGV[2]; ARGC = 2 }
		function escape(s) { gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/"/, "\\&quot;", s); return s }
		function open(path) { if (path == r) { name = body = "" } }
		function attribute(path, key, value) { if (path == r "/@name") name = value }
		function text(path, value) {
			if (path == r "/Module" || path == r "/TokenLabel" || path == r "/PIN" || path == r "/SkipPublicKey") {
				sub(/^.*\//, "", path)
				body = body "<" path ">" raw "</" path ">\n"
			}
		}
		function close_(path) {
			if (path == r && name == want)
				print "<?xml version=\"1.0\"?>\n<Configuration><RepositoryList><Repository name=\"" escape(name) "\">\n" body "</Repository></RepositoryList></Configuration>"
		}
	' "$far_conf" "$1" 2>/dev/null
}

# Sections "hsm REPOSITORY": what `ods-hsmutil list` prints, asked for each repository alone (one without a token would make it
# list nothing at all), as the user of the daemons.
observe_hsm() {
	printf '%s\n' "$conf_repositories" | while IFS=$far_tab read -r observe_name observe_module observe_label observe_rest; do
		[ -n "$observe_name" ] || continue
		section_begin "hsm $observe_name"
		: >"$far_tmp/said"
		: >"$far_tmp/said.err"
		if is_softhsm "$observe_module" && ! observe_has_token "$observe_name"; then
			observe_status=68
		elif ! have ods-hsmutil; then
			observe_status=69
		else
			answers observe_hsm_list "$observe_name" >"$far_tmp/said" 2>"$far_tmp/said.err" </dev/null
			observe_status=$?
		fi
		payload <"$far_tmp/said"
		section_end "$observe_status"
		case $observe_status in
		0 | 68) continue ;;
		69) observe_why='ods-hsmutil is not installed' ;;
		124 | 137 | 143) observe_why='ods-hsmutil gave no answer in time' ;;
		*)
			head -c 4096 "$far_tmp/said.err" | awk 'NF' >"$far_tmp/why"
			observe_first "$far_tmp/why"
			observe_why=$observe_line
			;;
		esac
		printf '@hsm-error %s\n|%s\n.0\n' "$(one_line "$observe_name")" "$(one_line "${observe_why:-ods-hsmutil failed}")"
	done
}

observe_has_token() { cut -f 1 "$far_tmp/tokens" | grep -qxF -- "$1"; } # REPOSITORY

observe_hsm_list() { # REPOSITORY
	id "$conf_signer_user" >/dev/null 2>&1 || {
		echo "there is no user $conf_signer_user" >&2
		return 1
	}
	observe_scratch=$(mktemp -d "${far_tmp%/*}/odsf.XXXXXX") || return 1
	observe_scratch_conf "$1" >"$observe_scratch/conf.xml"
	chown -R "$conf_signer_user" "$observe_scratch"
	(
		trap 'rm -rf "$observe_scratch"' EXIT
		trap 'exit 143' TERM HUP INT
		as_user "$conf_signer_user" timeout -k 2 10 ods-hsmutil -c "$observe_scratch/conf.xml" list "$1" </dev/null
	)
}

# ---- automation ---------------------------------------------------------------------------------------------------

# "KIND TAB WHAT" of what may start or change OpenDNSSEC by itself: the place, never the line, which may hold a secret.
observe_interference() {
	section_begin interference
	{
		observe_mentions
		observe_search find /etc/systemd/system /run/systemd/system -maxdepth 3 -type f \
			-exec grep -lE "$observe_words|^[[:space:]]*Restart=(always|on-)" {} + 2>/dev/null | while IFS= read -r observe_path; do
			! observe_unit "$observe_path" || printf 'systemd\t%s\n' "$observe_path"
		done
		observe_search find -L /etc/service /var/service /service -maxdepth 2 -name run -exec grep -lE "$observe_words" {} + 2>/dev/null |
			while IFS= read -r observe_path; do
				# OpenDNSSEC's own are what starts and stops it.
				case $observe_path in */opendnssec-enforcer/run | */opendnssec-signer/run) continue ;; esac
				printf 'runit\t%s\n' "$observe_path"
			done
		observe_agents
	} 2>/dev/null </dev/null | head -n 40 | payload
	if [ -e "$far_tmp/cut" ]; then section_end 124; else section_end 0; fi
}

# A search that the time ended has found nothing that counts: that it did is noted.
observe_search() {
	limited 3 "$@"
	! timed_out $? || : >"$far_tmp/cut"
}
observe_words='ods-(enforcer|signer|control)|opendnssec|softhsm'

# Whether a unit file is of interest: one of OpenDNSSEC's own, or a drop-in of it, only where it starts the daemon again.
observe_unit() { # FILE
	case $1 in
	*/ods-failover*) return 1 ;;
	*/opendnssec-enforcer.service | */opendnssec-signer.service | */ods-enforcerd.service | */ods-signerd.service | \
		*/opendnssec-enforcer.service.d/* | */opendnssec-signer.service.d/* | */ods-enforcerd.service.d/* | */ods-signerd.service.d/*)
		grep -qE '^[[:space:]]*Restart=(always|on-)' "$1"
		;;
	*) grep -qE "$observe_words" "$1" ;;
	esac
}

# Processes that bring the host into a state of their own choice, by their names; each name once.
observe_agents() {
	observe_known=$far_lf
	set +f
	for observe_path in /proc/[0-9]*/comm; do
		read -r observe_name <"$observe_path" || continue
		case $observe_name in
		puppet*) observe_kind=puppet ;;
		chef-client*) observe_kind=chef ;;
		salt-minion*) observe_kind=salt ;;
		cf-execd*) observe_kind=cfengine ;;
		*) continue ;;
		esac
		case $observe_known in *"$far_lf$observe_name$far_lf"*) continue ;; esac
		observe_known=$observe_known$observe_name$far_lf
		printf '%s\t%s\n' "$observe_kind" "$observe_name"
	done
	set -f
}

# Lines of the files of cron and monit that name OpenDNSSEC and are no comment.
observe_mentions() {
	observe_search find /etc/crontab /etc/cron.d /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly /var/spool/cron \
		/etc/monit /etc/monitrc -maxdepth 3 -type f -exec grep -nE "$observe_words" /dev/null {} + 2>/dev/null | awk '
			match($0, /:[0-9]+:/) && substr($0, RSTART + RLENGTH) !~ /^[ \t]*#/ {
				print ($0 ~ /^\/etc\/monit/ ? "monit" : "cron") "\t" substr($0, 1, RSTART + RLENGTH - 2)
			}'
}
