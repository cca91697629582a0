# conf.xml, zones.xml and the like, read without an XML library.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

# The scanner. Reads records ended by '>', so that it is linear in the size of the file, and knows what XML may have
# there: comments, processing instructions, attributes in both quotes, '>' in values and texts, empty elements, entities.
# DOCTYPE and CDATA are refused: OpenDNSSEC's files have none, and half an understanding is worse than none.
# Calls open(path), attribute(path, name, value), text(path, value) and close_(path); values are decoded, and
# runs of white space are one space. raw holds the element's text as it stood.
xml_scanner='
function fail(why) { if (!bad) { bad = 1; print "e\t" why > "/dev/stderr"; exit 65 } }
function utf8(n) {
	if (n < 128) return sprintf("%c", n)
	if (n < 2048) return sprintf("%c%c", 192 + int(n / 64), 128 + n % 64)
	if (n < 65536) return sprintf("%c%c%c", 224 + int(n / 4096), 128 + int(n / 64) % 64, 128 + n % 64)
	return sprintf("%c%c%c%c", 240 + int(n / 262144), 128 + int(n / 4096) % 64, 128 + int(n / 64) % 64, 128 + n % 64)
}
function hex(s,    i, n, d) {
	n = 0
	for (i = 1; i <= length(s); i++) {
		d = index("0123456789abcdef", tolower(substr(s, i, 1))) - 1
		if (d < 0) fail("bad character reference")
		n = n * 16 + d
	}
	return n
}
function decode(s,    out, p, q, name) {
	out = ""
	while ((p = index(s, "&")) > 0) {
		q = index(substr(s, p), ";")
		if (!q) fail("\047&\047 without an entity")
		name = substr(s, p + 1, q - 2)
		out = out substr(s, 1, p - 1)
		if (name == "lt") out = out "<"
		else if (name == "gt") out = out ">"
		else if (name == "amp") out = out "&"
		else if (name == "quot") out = out "\""
		else if (name == "apos") out = out "\047"
		else if (name ~ /^#x[0-9A-Fa-f][0-9A-Fa-f]?[0-9A-Fa-f]?[0-9A-Fa-f]?[0-9A-Fa-f]?[0-9A-Fa-f]?$/) out = out utf8(hex(substr(name, 3)))
		else if (name ~ /^#[0-9]+$/ && length(name) < 9) out = out utf8(substr(name, 2) + 0)
		else fail("unknown entity")
		s = substr(s, p + q)
	}
	return out s
}
function clean(s) {
	s = decode(s)
	gsub(/[\001-\040]+/, " ", s)
	sub(/^ /, "", s); sub(/ $/, "", s)
	return s
}
function element(tag,    name, rest, empty, a, q, v, path) {
	if (!match(tag, /^[A-Za-z_][-A-Za-z0-9._:]*/)) fail("bad tag")
	name = substr(tag, 1, RLENGTH); rest = substr(tag, RLENGTH + 1)
	if (seen_root && depth == 0) fail("more than one root element")
	seen_root = 1
	stack[++depth] = name; texts[depth] = ""; leaf[depth] = 1
	if (depth > 1) leaf[depth - 1] = 0
	if (depth > 64) fail("nested too deep")
	paths[depth] = path = paths[depth - 1] "/" name
	open(path)
	while (match(rest, /^[ \t\r\n]+[A-Za-z_][-A-Za-z0-9._:]*[ \t\r\n]*=[ \t\r\n]*("[^"<]*"|\047[^\047<]*\047)/)) {
		a = substr(rest, 1, RLENGTH); rest = substr(rest, RLENGTH + 1)
		sub(/^[ \t\r\n]+/, "", a)
		v = a; sub(/^[^=]*=[ \t\r\n]*/, "", v)
		sub(/[ \t\r\n]*=.*/, "", a)
		attribute(path "/@" a, a, clean(substr(v, 2, length(v) - 2)))
	}
	empty = sub(/^[ \t\r\n]*\/$/, "", rest)
	if (rest !~ /^[ \t\r\n]*$/) fail("bad attribute in <" name ">")
	if (empty) end_element(name)
}
function end_element(name) {
	if (depth < 1 || stack[depth] != name) fail("</" name "> does not match")
	raw = texts[depth]
	if (leaf[depth]) text(paths[depth], clean(raw))
	close_(paths[depth])
	depth--
}
# An odd number of quotes: the end of the record stands in the value of an attribute.
function quoted_end(tag,    i, c, q) {
	if (index(tag, "\"") == 0 && index(tag, "\047") == 0) return 0
	q = ""
	for (i = 1; i <= length(tag); i++) {
		c = substr(tag, i, 1)
		if (q == "") { if (c == "\"" || c == "\047") q = c }
		else if (c == q) q = ""
	}
	return q != ""
}
function markup(tag) { # returns 0 when the tag is not whole yet
	if (substr(tag, 1, 3) == "!--") return length(tag) >= 5 && substr(tag, length(tag) - 1) == "--"
	if (substr(tag, 1, 1) == "?") return length(tag) >= 2 && substr(tag, length(tag)) == "?"
	if (substr(tag, 1, 1) == "!") fail("DOCTYPE and CDATA are not read")
	if (substr(tag, 1, 1) == "/") {
		tag = substr(tag, 2); sub(/[ \t\r\n]+$/, "", tag)
		end_element(tag)
		return 1
	}
	if (quoted_end(tag)) return 0
	element(tag)
	return 1
}
BEGIN { RS = ">"; FS = "\001"; depth = 0; paths[0] = ""; texts[0] = ""; pending = ""; waiting = 0 }
{
	if (NR == 1) sub(/^\357\273\277/, "")
	if (waiting) {
		pending = pending ">" $0
		if (markup(pending)) waiting = 0
		next
	}
	p = index($0, "<")
	if (!p) { texts[depth] = texts[depth] $0; loose = 1; next }
	if (loose) { texts[depth] = texts[depth] ">"; loose = 0 }
	texts[depth] = texts[depth] substr($0, 1, p - 1)
	pending = substr($0, p + 1)
	if (!markup(pending)) waiting = 1
}
END {
	if (bad) exit 65
	if (waiting || depth != 0) { print "e\tends in the middle" > "/dev/stderr"; exit 65 }
	if (!seen_root) { print "e\thas no element" > "/dev/stderr"; exit 65 }
}
'

# xml_flat FILE: a line for each thing in it, in its order, fields separated by TAB:
#     o PATH          an element opens ("/ZoneList/Zone")
#     a PATH/@NAME VALUE
#     t PATH VALUE    text of an element that has no elements in it; may be empty
#     c PATH          it closes
# Secrets (PIN, Password, Secret) are dropped here, before anything can show them. Status 65: not well-formed; the
# sentence why is then in xml_error.
xml_flat() {
	xml_error=''
	[ -f "$1" ] && [ -r "$1" ] || {
		xml_error="$1 cannot be read"
		return 66
	}
	awk "$xml_scanner"'
		function open(path) { print "o\t" path }
		function attribute(path, name, value) { print "a\t" path "\t" value }
		function text(path, value) { if (path !~ /\/(PIN|Password|Secret)$/) print "t\t" path "\t" value }
		function close_(path) { print "c\t" path }
	' <"$1" 2>"$far_tmp/xml" || {
		xml_error="$1: $(sed -n 's/^e.//p' "$far_tmp/xml" | head -n 1)"
		[ "$xml_error" != "$1: " ] || xml_error="$1 is not XML that can be read"
		return 65
	}
}

far_conf=/etc/opendnssec/conf.xml # --conf

# What is taken from conf.xml: variable, element below /Configuration, and its value where the file says nothing: what is
# compiled into Debian's OpenDNSSEC (m4/opendnssec_common.m4).
conf_table='
conf_sqlite             Enforcer/Datastore/SQLite
conf_mysql_host         Enforcer/Datastore/MySQL/Host
conf_mysql_database     Enforcer/Datastore/MySQL/Database
conf_enforcer_user      Enforcer/Privileges/User                root
conf_enforcer_group     Enforcer/Privileges/Group
conf_enforcer_dir       Enforcer/WorkingDirectory               /var/lib/opendnssec/enforcer
conf_enforcer_pid       Enforcer/PidFile                        /run/opendnssec/enforcerd.pid
conf_enforcer_socket    Enforcer/SocketFile                     /run/opendnssec/enforcer.sock
conf_generation_period  Enforcer/AutomaticKeyGenerationPeriod   P1Y
conf_signer_user        Signer/Privileges/User                  root
conf_signer_group       Signer/Privileges/Group
conf_signer_dir         Signer/WorkingDirectory                 /var/lib/opendnssec/signer
conf_signer_pid         Signer/PidFile                          /run/opendnssec/signerd.pid
conf_signer_socket      Signer/SocketFile                       /run/opendnssec/engine.sock
conf_notify             Signer/NotifyCommand
conf_policy_file        Common/PolicyFile                       /etc/opendnssec/kasp.xml
conf_zonelist_file      Common/ZoneListFile                     /etc/opendnssec/zonelist.xml
'

# Of what xml_flat says: a line "VARIABLE=VALUE" for each of the table, the first of its elements counts; behind them the
# repositories, each line with a TAB before it.
conf_program='
BEGIN {
	FS = OFS = "\t"
	rows = split(ENVIRON["conf_table"], row, "\n")
	for (i = 1; i <= rows; i++) {
		split(row[i], word, " ")
		name[i] = word[1]; path[i] = "/Configuration/" word[2]; value[path[i]] = word[3]; first[path[i]] = 1
		delete word
	}
	r = "/Configuration/RepositoryList/Repository"
}
$1 == "t" && ($2 in first) { if (first[$2] && $3 != "") { value[$2] = $3; first[$2] = 0 } }
$1 == "o" && $2 == r { repository = module = label = ""; backup = "no" }
$2 == r "/@name" { repository = $3 }
$2 == r "/Module" && $1 == "t" { module = $3 }
$2 == r "/TokenLabel" && $1 == "t" { label = $3 }
$2 == r "/RequireBackup" { backup = "yes" }
$1 == "c" && $2 == r { list = list OFS repository OFS module OFS label OFS backup "\n" }
END {
	for (i = 1; i <= rows; i++) if (name[i] != "") print name[i] "=" value[path[i]]
	printf "%s", list
}
'

# Reads conf.xml once. Status 0: every conf_* of the table is set, and of these
#   conf_datastore       sqlite|mysql
#   conf_*_group         the main group of the user where conf.xml names none
#   conf_repositories    lines "NAME TAB MODULE TAB LABEL TAB yes|no" (RequireBackup)
# Otherwise conf_error says why. $far_tmp/conf is the file as xml_flat has it.
conf_loaded=no
conf_load() {
	[ "$conf_loaded" = no ] || return 0
	conf_error=''
	xml_flat "$far_conf" >"$far_tmp/conf" || {
		conf_error=$xml_error
		return 1
	}
	IFS= read -r conf_line <"$far_tmp/conf" || conf_line=''
	[ "$conf_line" = "o${far_tab}/Configuration" ] || {
		conf_error="$far_conf is not a configuration of OpenDNSSEC"
		return 1
	}
	# Cut by the shell itself: what it reads, it reads octet by octet.
	conf_read=$(conf_table=$conf_table awk "$conf_program" "$far_tmp/conf")
	conf_repositories=''
	IFS=$far_lf
	# shellcheck disable=SC2086 # lines, and no pathname expansion
	set -- $conf_read
	unset IFS
	for conf_line; do
		case $conf_line in
		"$far_tab"*) conf_repositories=$conf_repositories${conf_repositories:+$far_lf}${conf_line#"$far_tab"} ;;
		*) eval "${conf_line%%=*}=\${conf_line#*=}" ;;
		esac
	done
	conf_datastore=sqlite
	[ -z "$conf_mysql_database" ] || conf_datastore=mysql
	[ -n "$conf_enforcer_group" ] || conf_enforcer_group=$(user_group "$conf_enforcer_user")
	[ -n "$conf_signer_group" ] || conf_signer_group=$(user_group "$conf_signer_user")
	conf_loaded=yes
}

# Whether conf.xml has that element below /Configuration.
conf_has() { grep -qxF "o${far_tab}/Configuration/$1" "$far_tmp/conf"; } # ELEMENT

# Main group of a user, by name; a user that is not there has none.
user_group() { id -gn "$1" 2>/dev/null || printf root; }

# For verbs that can do nothing without it.
need_conf() { conf_load || finish "$FAR_UNKNOWN" "$conf_error."; }
need_sqlite() {
	[ "$conf_datastore" = sqlite ] || finish "$FAR_BLOCKED" "The datastore is MySQL; only SQLite can be handled."
	[ -n "$conf_sqlite" ] || finish "$FAR_UNKNOWN" "$far_conf names no datastore."
}

# ---- zones.xml ----------------------------------------------------------------------------------------------------

zones_xml() { printf '%s/zones.xml' "$conf_enforcer_dir"; }

# Lines "ZONE TAB POLICY TAB SIGNCONF TAB IN-TYPE TAB IN TAB OUT-TYPE TAB OUT" of a zone list. Types: File, DNS, ...
zones_of() { # FILE
	xml_flat "$1" >"$far_tmp/zones.flat" || return $?
	awk -F '\t' '
		BEGIN { z = "/ZoneList/Zone"; OFS = "\t" }
		$1 == "o" && $2 == z { name = policy = conf = it = i = ot = o = "" }
		$2 == z "/@name" { name = $3 }
		$1 == "t" && $2 == z "/Policy" { policy = $3 }
		$1 == "t" && $2 == z "/SignerConfiguration" { conf = $3 }
		$2 == z "/Adapters/Input/Adapter/@type" { it = $3 }
		$2 == z "/Adapters/Output/Adapter/@type" { ot = $3 }
		$1 == "t" && $2 == z "/Adapters/Input/Adapter" { i = $3 }
		$1 == "t" && $2 == z "/Adapters/Output/Adapter" { o = $3 }
		$1 == "t" && $2 == z "/Adapters/Input/File" { it = "File"; i = $3 }
		$1 == "t" && $2 == z "/Adapters/Output/File" { ot = "File"; o = $3 }
		$1 == "c" && $2 == z { sub(/\.$/, "", name); print name, policy, conf, it, i, ot, o }
	' "$far_tmp/zones.flat"
}

# A zone as part of a file name, into zone_file: OpenDNSSEC puts '-' for '/' and space (its file.c).
zone_file_of() { # ZONE
	zone_file=$1
	while :; do
		case $zone_file in *[/\ ]*) zone_file=${zone_file%%[/ ]*}-${zone_file#*[/ ]} ;; *) return ;; esac
	done
}

# ---- SoftHSM ------------------------------------------------------------------------------------------------------

is_softhsm() { case ${1##*/} in libsofthsm2*) return 0 ;; esac; return 1; } # MODULE

softhsm_conf=${SOFTHSM2_CONF:-/etc/softhsm/softhsm2.conf}

# The directory with the tokens; the last word of a key counts, as in SoftHSM.
softhsm_dir() {
	[ -r "$softhsm_conf" ] || return 1
	awk '
		{ sub(/#.*/, "") }
		sub(/^[ \t]*directories\.tokendir[ \t]*=[ \t]*/, "") { sub(/[ \t]*$/, ""); sub(/\/+$/, ""); last = $0; found = 1 }
		END { if (found) print last }
	' "$softhsm_conf"
}

# Directories of the tokens of that label, one a line; more than one is ambiguous, none is as it is before a first copy.
# Read from token.object, because softhsm2-util and ods-hsmutil write to the tokens that they list: there the label is 32
# octets, filled up with blanks, behind its length, whose last octet is a blank as well.
token_dirs() { # LABEL
	token_root=$(softhsm_dir) && [ -d "$token_root" ] || return 1
	find "$token_root" -mindepth 2 -maxdepth 2 -name token.object -exec grep -lF -e "$(printf ' %-32s' "$1")" {} + |
		sort | sed 's,/token\.object$,,'
}
