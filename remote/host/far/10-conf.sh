# conf.xml, zones.xml and the like, read without an XML library.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

# The scanner. Reads records ended by '>', so that it is linear in the size of the file, and knows what XML may have
# there: comments, processing instructions, attributes in both quotes, '>' in values and texts, empty elements, entities.
# DOCTYPE and CDATA are refused: OpenDNSSEC's files have none, and half an understanding is worse than none.
# Calls open(path), attribute(path, name, value), text(path, value) and close_(path); values are decoded, and
# runs of white space are one space. raw holds the element's text as it stood.
xml_scanner() {
	cat <<'AWK'
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
		if (!q) fail("'&' without an entity")
		name = substr(s, p + 1, q - 2)
		out = out substr(s, 1, p - 1)
		if (name == "lt") out = out "<"
		else if (name == "gt") out = out ">"
		else if (name == "amp") out = out "&"
		else if (name == "quot") out = out "\""
		else if (name == "apos") out = out "'"
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
	while (match(rest, /^[ \t\r\n]+[A-Za-z_][-A-Za-z0-9._:]*[ \t\r\n]*=[ \t\r\n]*("[^"<]*"|'[^'<]*')/)) {
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
# An odd number of quotes: the '>' that ended the record stands in an attribute's value.
function quoted_end(tag,    i, c, q) {
	if (index(tag, "\"") == 0 && index(tag, "'") == 0) return 0
	q = ""
	for (i = 1; i <= length(tag); i++) {
		c = substr(tag, i, 1)
		if (q == "") { if (c == "\"" || c == "'") q = c }
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
AWK
}

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
	awk "$(xml_scanner)"'
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

# Reads conf.xml once. Status 0: every conf_* below is set. Otherwise conf_error says why.
#
#   conf_flat                       the file, as xml_flat has it
#   conf_datastore sqlite|mysql     conf_sqlite conf_mysql_host conf_mysql_database
#   conf_enforcer_user _group _dir _pid _socket, conf_signer_...      "root" where no Privileges say otherwise
#   conf_policy_file conf_zonelist_file conf_notify
#   conf_repositories               lines "NAME TAB MODULE TAB LABEL TAB yes|no" (RequireBackup)
conf_loaded=no
conf_load() {
	[ "$conf_loaded" = no ] || return 0
	conf_error=''
	conf_flat=$(xml_flat "$far_conf") || {
		# xml_error was set in the subshell: ask again for the sentence.
		xml_flat "$far_conf" >/dev/null
		conf_error=$xml_error
		return 1
	}
	case $conf_flat in
	"o${far_tab}/Configuration$far_lf"*) ;;
	*)
		conf_error="$far_conf is not a configuration of OpenDNSSEC"
		return 1
		;;
	esac
	conf_set conf_sqlite Enforcer/Datastore/SQLite ''
	conf_set conf_mysql_host Enforcer/Datastore/MySQL/Host ''
	conf_set conf_mysql_database Enforcer/Datastore/MySQL/Database ''
	conf_datastore=sqlite
	[ -z "$conf_mysql_database" ] || conf_datastore=mysql
	# Compiled-in defaults (m4/opendnssec_common.m4) are Debian's where conf.xml says nothing.
	conf_run=/run/opendnssec
	conf_state=/var/lib/opendnssec
	conf_set conf_enforcer_user Enforcer/Privileges/User root
	conf_set conf_enforcer_group Enforcer/Privileges/Group ''
	[ -n "$conf_enforcer_group" ] || conf_enforcer_group=$(user_group "$conf_enforcer_user")
	conf_set conf_enforcer_dir Enforcer/WorkingDirectory "$conf_state/enforcer"
	conf_set conf_enforcer_pid Enforcer/PidFile "$conf_run/enforcerd.pid"
	conf_set conf_enforcer_socket Enforcer/SocketFile "$conf_run/enforcer.sock"
	conf_set conf_signer_user Signer/Privileges/User root
	conf_set conf_signer_group Signer/Privileges/Group ''
	[ -n "$conf_signer_group" ] || conf_signer_group=$(user_group "$conf_signer_user")
	conf_set conf_signer_dir Signer/WorkingDirectory "$conf_state/signer"
	conf_set conf_signer_pid Signer/PidFile "$conf_run/signerd.pid"
	conf_set conf_signer_socket Signer/SocketFile "$conf_run/engine.sock"
	conf_set conf_policy_file Common/PolicyFile /etc/opendnssec/kasp.xml
	conf_set conf_zonelist_file Common/ZoneListFile /etc/opendnssec/zonelist.xml
	conf_set conf_notify Signer/NotifyCommand ''
	conf_repositories=$(printf '%s\n' "$conf_flat" | awk -F '\t' '
		BEGIN { r = "/Configuration/RepositoryList/Repository"; OFS = "\t" }
		$1 == "o" && $2 == r { name = module = label = ""; backup = "no" }
		$2 == r "/@name" { name = $3 }
		$2 == r "/Module" && $1 == "t" { module = $3 }
		$2 == r "/TokenLabel" && $1 == "t" { label = $3 }
		$2 == r "/RequireBackup" { backup = "yes" }
		$1 == "c" && $2 == r { print name, module, label, backup }
	')
	conf_loaded=yes
}

# The text of the first ELEMENT below /Configuration into conf_value, or nothing. Neither a process nor a read: the shell
# reads a line octet by octet, and this is asked at every call.
conf_look() { # ELEMENT
	conf_value=${conf_flat#*"${far_lf}t${far_tab}/Configuration/$1$far_tab"}
	if [ "$conf_value" = "$conf_flat" ]; then conf_value=''; else conf_value=${conf_value%%"$far_lf"*}; fi
}

conf_set() { # NAME ELEMENT DEFAULT
	conf_look "$2"
	eval "$1=\${conf_value:-\$3}"
}

conf_or() { # ELEMENT DEFAULT
	conf_look "$1"
	printf '%s' "${conf_value:-$2}"
}

conf_has() { # ELEMENT
	case "$far_lf$conf_flat$far_lf" in *"${far_lf}o${far_tab}/Configuration/$1$far_lf"*) return 0 ;; esac
	return 1
}

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

# A zone as part of a file name: OpenDNSSEC puts '-' for '/' and space (its file.c).
zone_file() { printf '%s' "$1" | tr '/ ' '--'; }

# ---- SoftHSM ------------------------------------------------------------------------------------------------------

is_softhsm() { case ${1##*/} in libsofthsm2*) return 0 ;; esac; return 1; } # MODULE

softhsm_conf() { printf '%s' "${SOFTHSM2_CONF:-/etc/softhsm/softhsm2.conf}"; }

# The directory with the tokens; the last word of a key counts, as in SoftHSM.
softhsm_dir() {
	[ -r "$(softhsm_conf)" ] || return 1
	sed -n 's/#.*//; s/^[ \t]*directories\.tokendir[ \t]*=[ \t]*//p' "$(softhsm_conf)" |
		sed 's/[ \t]*$//; s,//*$,,' | tail -n 1
}

# Label of a token, from its token.object: attributes follow one another as type, kind, length, value, each of the first
# three in 8 octets, big endian. 0x80005349 is the label, kind 3 a string, of 32 octets filled up with blanks. Read here
# because softhsm2-util and ods-hsmutil write to the tokens that they list.
token_label() { # TOKEN-DIRECTORY
	[ -r "$1/token.object" ] || return 1
	token_hex=$(od -An -v -tx1 "$1/token.object" | tr -d ' \n' | awk '{
		at = index($0, "000000008000534900000000000000030000000000000020")
		if (at) print substr($0, at + 48, 64)
	}')
	[ -n "$token_hex" ] || return 1
	unescape "$(printf '%s' "$token_hex" | sed 's/../%&/g')" | sed 's/ *$//'
}

# Directories of the tokens of that label, one a line. More than one is ambiguous, none is as it is before a first copy.
token_dirs() { # LABEL
	token_root=$(softhsm_dir) && [ -d "$token_root" ] || return 1
	find "$token_root" -mindepth 1 -maxdepth 1 -type d | sort | while IFS= read -r token_dir; do
		[ "$(token_label "$token_dir")" != "$1" ] || printf '%s\n' "$token_dir"
	done
}
