#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2086,SC2317,SC2015,SC2034,SC2154,SC2314,SC2166,SC1010,SC2143 # words for shells on the host; words on purpose
# The verb observe on a host of its own with real daemons: what it says, that it changes nothing, that it tells no secret.

setup_file() {
	[ "$(id -u)" = 0 ] || skip 'needs root'
	export HOST=$BATS_FILE_TMPDIR/host
	mkdir -p "$HOST"
	sh "$BATS_TEST_DIRNAME/host.sh" up "$HOST" >/dev/null 3>&-
	there sh -c 'cat >/usr/local/lib/far' <"$FAR"
	there bash -s <<'END'
await() { local n=900; until "$@" >/dev/null 2>&1; do [ $((n -= 1)) -gt 0 ] || { echo "no: $*" >&2; tail -n 20 /var/log/syslog >&2; exit 1; }; sleep 0.1; done; }
# At rest: nothing is due, so that nothing is told to a signer that only begins, which would end it.
idle() {
	local text
	text=$(timeout 5 ods-enforcer queue </dev/null)
	[[ $text == *'All worker threads idle'* && $text =~ There\ are\ ([0-9]+)\ tasks && $text != *immediately* ]] && [ "${BASH_REMATCH[1]}" -ge 3 ]
}
# A signer that begins before them comes back for them two minutes later.
all_configured() {
	cd /var/lib/opendnssec/signconf && [ -s example.org.xml ] && [ -s example.net.xml ] && [ -s 0-25.2.0.192.in-addr.arpa.xml ]
}
all_signed() {
	pgrep -x ods-signerd >/dev/null || ods-signerd </dev/null >/dev/null 2>&1
	cd /var/lib/opendnssec/signer && [ -s example.org.backup2 ] && [ -s example.net.backup2 ] && [ -s 0-25.2.0.192.in-addr.arpa.backup2 ]
}
{
	echo '<?xml version="1.0"?><ZoneList>'
	while read -r name policy; do
		file=${name/\//-}
		echo "<Zone name=\"$name\"><Policy>$policy</Policy><SignerConfiguration>/var/lib/opendnssec/signconf/$file.xml</SignerConfiguration>"
		echo "<Adapters><Input><Adapter type=\"File\">/var/lib/opendnssec/unsigned/$name</Adapter></Input>"
		echo "<Output><Adapter type=\"File\">/var/lib/opendnssec/signed/$file</Adapter></Output></Adapters></Zone>"
	done
	echo '</ZoneList>'
} >/etc/opendnssec/zonelist.xml <<ZONES
example.org count
example.net dated
0/25.2.0.192.in-addr.arpa timed
ZONES
ods-enforcerd </dev/null >/dev/null 2>&1
await ods-enforcer running
ods-enforcer policy import </dev/null >/dev/null
ods-enforcer zonelist import </dev/null >/dev/null
await all_configured
await idle
await all_signed
await ods-signer running
END
}

teardown_file() {
	[ -z "${HOST-}" ] || sh "$BATS_TEST_DIRNAME/host.sh" down "$HOST"
}

there() { sh "$BATS_TEST_DIRNAME/host.sh" in "$HOST" env -i PATH="$PATH" HOME=/root "$@" 3>&-; }

# Payload and status of a section of $output, value of a fact of it
section() { awk -v "want=@$1" '$0 == want { on = 1; next } on && /^\./ { exit } on { print substr($0, 2) }' <<<"$output"; }
status_of() { awk -v "want=@$1" '$0 == want { on = 1; next } on && /^\./ { print substr($0, 2); exit }' <<<"$output"; }
fact() { sed -n "s/^=$1 //p" <<<"$output"; }

# $output does not have it ("!" alone would fail no test)
lacks() { # EXPRESSION
	if grep -qE "$1" <<<"$output"; then return 1; fi
}

# Runs it, and sees that there is nothing but the frame.
observe() { # [SHELL ...]
	run there "${@:-sh}" /usr/local/lib/far observe
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 'odsf1 begin observe' ]
	[ "${lines[-1]}" = 'odsf1 end observe 0' ]
	[ -z "$(grep -vE '^(odsf1 (begin|end) observe.*|[=@|!].*|\.[0-9]+)$' <<<"$output")" ]
}

signed() { there awk -v "n=$2" '$4 == "SOA" { print $7; exit }' "/var/lib/opendnssec/signed/$1"; }

@test "observe: a healthy instance" {
	observe
	[ "$(fact enforcer.answers)" = yes ]
	[ "$(fact signer.answers)" = yes ]
	[ "$(fact database-journal)" = no ]
	[ "$(fact service-manager)" = ods-control ] # whatever else is installed
	[ "$(section 'process enforcer')" = "$(there cat /run/opendnssec/enforcerd.pid) opendnssec opendnssec" ]
	[ "$(section 'process signer')" = "$(there cat /run/opendnssec/signerd.pid) opendnssec opendnssec" ]
	section 'signer zones' | grep -qx 'There are 3 zones configured'
	section 'signer zones' | grep -qxF -- '- 0/25.2.0.192.in-addr.arpa'
	[ "$(section database | grep -c '^zone')" -eq 3 ]
	[ "$(section trailers | grep -c '^yes ')" -eq 3 ]
	# An SOA over several lines, with a quoted ';' in it.
	[ "$(section 'unsigned 0/25.2.0.192.in-addr.arpa')" = 'serial 100' ]
	[ "$(section 'signed example.org' | sed -n 's/^serial //p')" = "$(signed example.org)" ]
	[ "$(section 'signed example.net' | sed -n 's/^records //p')" = "$(there grep -cv '^;' /var/lib/opendnssec/signed/example.net)" ]
	[ "$(section 'signed example.net' | sed -n 's/^bytes //p')" = "$(there stat -c %s /var/lib/opendnssec/signed/example.net)" ]
	first=$(there awk '$4 == "RRSIG" { print $9, $1, $5 }' /var/lib/opendnssec/signed/example.net | sort | head -n 1)
	[ "$(section 'signed example.net' | sed -n 's/^expiry //p' | cut -c1-14)" = "${first:0:14}" ]
	[ "$(section 'access enforcer' | grep -c '^rw /var/lib/opendnssec/db')" -eq 2 ]
}

@test "observe: every key of the database is in the HSM, and has the state that key list says" {
	observe
	locators=$(section database | awk -F '\t' '$1 == "key" { print $7 } $1 == "spare" { print $5 }' | sort)
	listed=$(section 'hsm SoftHSM' | awk '$3 ~ /^ECDSA/ { print $2 }' | sort)
	[ -n "$locators" ]
	[ "$locators" = "$listed" ]
	states=$(there ods-enforcer key list -d -p </dev/null | awk -F ';' '
		BEGIN { n["hidden"] = 0; n["rumoured"] = 1; n["omnipresent"] = 2; n["unretentive"] = 3; n["NA"] = 4 }
		{ print $9, n[$3], n[$4], n[$5], n[$6], $7 }' | sort)
	[ "$(section database | awk -F '\t' '$1 == "key" { print $7, $15, $16, $17, $18, $11 }' | sort)" = "$states" ]
}

@test "observe: no PIN, no password, whatever way it is written" {
	observe
	lacks 's3cr|5678'
	section conf | grep -q '<PIN></PIN>'
	there cp -p /etc/opendnssec/conf.xml /etc/opendnssec/conf.kept
	there sh -c 'cat >/etc/opendnssec/conf.xml' <<'END'
<Configuration>
<PIN>canary1
canary2</PIN><PIN ><!-- </PIN> canary3 -->canary4</PIN >
<PIN a="</PIN>"><![CDATA[</PIN>canary5]]>canary6</PIN>
<!-- <PIN>canary7</PIN> -->
<Datastore><MySQL><Password
>canary8</Password></MySQL></Datastore>
<PIN>canary9
END
	observe
	there mv /etc/opendnssec/conf.kept /etc/opendnssec/conf.xml
	lacks canary
	[ "$(section conf | wc -l)" -eq 8 ]
	[ -n "$(fact conf-error)" ]
}

@test "observe: no PIN on a command line, and nothing is left" {
	there sh -c 'cat >/usr/local/bin/watch-words' <<'END'
#!/bin/sh
while [ -e /run/watching ]; do cat /proc/[2-9]*/cmdline /proc/1[0-9]*/cmdline /proc/[2-9]*/environ /proc/1[0-9]*/environ 2>/dev/null | tr '\0' '\n' | grep -F 's3cr&'; done >/run/words
END
	there sh -c 'chmod 755 /usr/local/bin/watch-words; : >/run/watching; /usr/local/bin/watch-words </dev/null >/dev/null 2>&1 &'
	observe
	there rm /run/watching
	# Its own word to look for is there too; the first process of this host was left out, which has the host's making in it.
	[ -z "$(there grep -vxF 's3cr&' /run/words)" ]
	[ -z "$(there find /run /tmp -maxdepth 1 -name 'odsf.*')" ]
}

@test "observe: changes nothing" {
	# The token's directory is touched by listing it (docs/observe.md); its key objects are not.
	tree() {
		there sh -c 'find /etc /var /run /usr/local -xdev ! -path "/var/log*" ! -path /run ! -path /run/words ! -path /var/lib/softhsm/tokens/\* \
			-printf "%p %y %s %m %U %G %T@\n" | sort
			find /var/lib /etc -xdev -type f ! -name token.lock ! -name generation ! -name token.object -exec sha256sum {} + | sort'
	}
	due() { there timeout 20 ods-enforcer queue </dev/null | sed -n 's/^Next task scheduled //p'; }
	# Once more where the enforcer did something itself meanwhile: it writes its database then.
	for _ in 1 2 3 4 5; do
		task=$(due) before=$(tree)
		observe
		after=$(tree)
		[ -n "$task" ]
		if [ "$task" = "$(due)" ]; then break; fi
	done
	diff <(echo "$before") <(echo "$after")
}

@test "observe: the same with busybox" {
	there busybox sh -c : || skip 'no busybox'
	observe busybox sh
	[ "$(fact signer.answers)" = yes ]
	[ "$(section 'hsm SoftHSM' | grep -c ECDSA)" -gt 0 ]
}

@test "observe: kasp.xml as it is, or that it is not there" {
	observe
	diff <(section kasp) <(there cat /etc/opendnssec/kasp.xml)
	there mv /etc/opendnssec/kasp.xml /etc/opendnssec/kasp.away
	observe
	there mv /etc/opendnssec/kasp.away /etc/opendnssec/kasp.xml
	[ "$(status_of kasp)" = 66 ]
}

@test "observe: a hung signer is one that runs and does not answer" {
	pid=$(there cat /run/opendnssec/signerd.pid)
	there kill -STOP "$pid"
	SECONDS=0
	observe
	there kill -CONT "$pid"
	[ "$SECONDS" -lt 60 ]
	[ "$(fact signer.answers)" = no ]
	[ "$(fact signer.said)" = 'no answer within 3 s' ]
	[ "$(section 'process signer')" = "$pid opendnssec opendnssec" ]
	[ "$(fact enforcer.answers)" = yes ]
	[ "$(section 'signed example.org' | sed -n 's/^serial //p')" = "$(signed example.org)" ]
}

@test "observe: a database that is locked, gone or in need of repair is not read" {
	db=/var/lib/opendnssec/db/kasp.db
	there sh -c 'printf ".timeout 20000\nBEGIN EXCLUSIVE;\n.shell touch /run/locked; until [ -e /run/unlock ]; do sleep 0.1; done\n" >/run/lock.sql'
	there sh -c "sqlite3 $db </run/lock.sql >/dev/null 2>&1 & n=300; until [ -e /run/locked ] || [ \$n -eq 0 ]; do sleep 0.1; n=\$((n - 1)); done"
	observe
	there touch /run/unlock
	[[ $(fact database-error) == *locked* ]]
	[ "$(section 'signed example.org' | grep -c .)" -gt 3 ]
	there mv $db $db.away
	observe
	there mv $db.away $db
	[ "$(fact database-error)" = "$db is not there" ]
	observe
	[ -z "$(fact database-error)" ]
}

@test "observe: files of a zone that are damaged" {
	there sh -c 'cd /var/lib/opendnssec && cp -p signer/example.net.backup2 /run/b2 && cp -p unsigned/example.net /run/un && cp -p signed/example.net /run/si &&
		truncate -s -30 signer/example.net.backup2 && printf "\$INCLUDE x\n" >unsigned/example.net && truncate -s -5 signed/example.net'
	observe
	size=$(there stat -c %s /var/lib/opendnssec/signed/example.net)
	there sh -c 'cd /var/lib/opendnssec && cp -p /run/b2 signer/example.net.backup2 && cp -p /run/un unsigned/example.net && cp -p /run/si signed/example.net'
	section trailers | grep -qx 'no /var/lib/opendnssec/signer/example.net.backup2'
	section trailers | grep -qx 'yes /var/lib/opendnssec/signer/example.org.backup2'
	[ "$(section 'unsigned example.net')" = 'unknown an $INCLUDE stands before the SOA' ]
	[ "$(section 'signed example.net' | sed -n 's/^bytes //p')" = $((size + 1)) ]
}

@test "observe: an empty file of a zone says nothing, least of all what stands in another" {
	there sh -c 'cd /var/lib/opendnssec && cp -p signer/example.net.backup2 /run/b2 && cp -p signconf/example.net.xml /run/sc && : >signer/example.net.backup2 && : >signconf/example.net.xml'
	observe
	there sh -c 'cd /var/lib/opendnssec && cp -p /run/b2 signer/example.net.backup2 && cp -p /run/sc signconf/example.net.xml'
	[ "$(status_of 'backup2 example.net')" = 0 ]
	[ -z "$(section 'backup2 example.net')" ]
	[ "$(status_of 'signconf example.net')" = 0 ]
	[ -z "$(section 'signconf example.net')" ]
	section 'signconf example.org' | grep -q '<Locator>'
}

@test "observe: a token that its user cannot open, and one that is not there" {
	token=$(there find /var/lib/softhsm/tokens -mindepth 1 -maxdepth 1)
	there chown root "$token"
	observe
	there chown opendnssec "$token"
	section 'access signer' | grep -q "^-- $token\$"
	[ "$(status_of 'hsm SoftHSM')" != 0 ]
	[ -n "$(section 'hsm-error SoftHSM')" ]
	there mv "$token" /run/token
	observe
	there mv /run/token "$token"
	[ "$(status_of 'hsm SoftHSM')" = 68 ]
	[ -z "$(section tokens)" ]
	[ -z "$(fact token-error)" ]
	there sed -i.kept 's,/tokens/,/elsewhere/,' /etc/softhsm/softhsm2.conf
	observe
	there mv /etc/softhsm/softhsm2.conf.kept /etc/softhsm/softhsm2.conf
	[[ $(fact token-error) == */elsewhere*'is not there' ]]
	key=$(there find "$token" -name '*.object' ! -name token.object | head -n 1)
	there chown root "$key"
	observe
	there chown opendnssec "$key"
	section 'access signer' | grep -qE "^-- $key\$"
}

@test "observe: a user or group that conf.xml names and the host does not have" {
	there cp -p /etc/opendnssec/conf.xml /etc/opendnssec/conf.kept
	there sed -i '/<Signer>/,$s,<User>opendnssec,<User>nobody-here,; /<Enforcer>/s,<Group>opendnssec,<Group>no-group-here,' /etc/opendnssec/conf.xml
	observe
	there mv /etc/opendnssec/conf.kept /etc/opendnssec/conf.xml
	[ "$(fact access-error.signer)" = 'there is no user nobody-here' ]
	[ "$(status_of 'access signer')" = 67 ]
	[ "$(fact access-error.enforcer)" = 'there is no group no-group-here' ]
	[ "$(status_of 'access enforcer')" = 0 ]
	observe
	lacks '^=access-error'
}

@test "observe: what there is of each kind, and the room where a copy would lie, each file system by itself" {
	observe
	[ "$(section sizes | awk -F '\t' '$1 != "signed zone" { n += $2 } END { printf "%.0f", n }')" = "$(fact state-size)" ]
	section sizes | grep -qE "^token$(printf '\t')[0-9]+$(printf '\t')/var/lib/softhsm/tokens\$"
	[ "$(section sizes | awk -F '\t' '$1 == "signed zone" { n += $2 } END { printf "%.0f", n }')" -gt 1000 ]
	section room | grep -qE '^[0-9]+ [0-9]+ /var/lib/opendnssec/signed$'
	[ "$(section room | sed -n 's,^[0-9]* \([0-9]*\) /var/lib/softhsm/tokens$,\1,p')" = "$(there stat -c %d /var/lib/softhsm/tokens)" ]
	there mount -t tmpfs -o size=1m tmpfs /var/lib/opendnssec/tmp
	observe
	there umount /var/lib/opendnssec/tmp
	[ "$(section room | awk '$3 == "/var/lib/opendnssec/tmp" { print $1 }')" = 1048576 ]
	[ "$(section room | awk '{ print $2 }' | sort -u | wc -l)" -eq 2 ]
}

@test "observe: automation that speaks of OpenDNSSEC is named by its place" {
	there sh -c 'printf "# ods-enforcer in a comment\n5 * * * * root /usr/sbin/ods-signer sign --all secretword\n" >/etc/cron.d/resign'
	there sh -c 'mkdir -p /etc/systemd/system/opendnssec-signer.service.d; printf "[Service]\nRestart=always\n" >/etc/systemd/system/opendnssec-signer.service.d/again.conf'
	observe
	there rm -r /etc/cron.d/resign /etc/systemd/system/opendnssec-signer.service.d
	section interference | grep -qxF "$(printf 'cron\t/etc/cron.d/resign:2')"
	section interference | grep -qxF "$(printf 'systemd\t/etc/systemd/system/opendnssec-signer.service.d/again.conf')"
	lacks secretword
}

@test "observe: a client that prints anything else says nothing of its daemon, and fills no disk" {
	local words
	for words in 'exit 0' 'exec yes' 'printf "\033[2J\377\000\n"; exit 1' 'head -c 60000000 /dev/zero | tr "\000" a'; do
		there sh -c 'printf "#!/bin/sh\n%s\n" "$1" >/run/strange; chmod 755 /run/strange; mount --bind /run/strange /usr/sbin/ods-enforcer' \
			x "$words"
		observe
		there umount /usr/sbin/ods-enforcer
		[[ $(fact enforcer.answers) = unknown || $words = 'exec yes' && $(fact enforcer.answers) = no ]]
		[ -n "$(fact enforcer.said)" ]
		[ "${#output}" -lt 4000000 ]
		[ "$(fact signer.answers)" = yes ]
	done
	printf '#!/bin/sh\nexec yes' | there sh -c 'cat >/run/strange; mount --bind /run/strange /usr/bin/ods-hsmutil'
	observe
	there umount /usr/bin/ods-hsmutil
	[ "$(status_of 'hsm SoftHSM')" != 0 ]
	[ "${#output}" -lt 40000000 ]
}

@test "observe: a host without OpenDNSSEC says so" {
	there sh -c 'mount --bind /dev/null /usr/sbin/ods-enforcer && mount --bind /dev/null /usr/sbin/ods-enforcerd && mount --bind /dev/null /usr/bin/sqlite3 && mv /etc/opendnssec /etc/away'
	observe
	there sh -c 'mv /etc/away /etc/opendnssec; umount /usr/sbin/ods-enforcer /usr/sbin/ods-enforcerd /usr/bin/sqlite3'
	[ "$(fact tool.ods-enforcer)" = no ]
	[ "$(fact tool.sqlite3)" = no ]
	[ "$(status_of conf)" = 66 ]
	[ "$(fact conf-error)" = '/etc/opendnssec/conf.xml cannot be read' ]
}
