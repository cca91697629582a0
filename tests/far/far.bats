#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2086,SC2317,SC2015,SC2034,SC2154,SC2314,SC2166,SC1010,SC2143,SC2030,SC2031 # words for shells on the host; words on purpose
# The far side's verbs on real daemons: two hosts in namespaces (host.sh), alpha with three signed zones, bravo new, with
# other numbers for its users. $FAR: the program; made of its parts when it is not given.

load common

setup_file() {
	[ "$(id -u)" = 0 ] || skip 'only root may make namespaces'
	far_setup
	sh "$HERE/host.sh" up "$T/alpha" 3>&- &
	sh "$HERE/host.sh" up "$T/bravo" 1102 3>&-
	wait $!
	on alpha sh -c 'cat >/usr/local/far && chmod 0755 /usr/local/far' <"$T/far"
	on bravo sh -c 'cat >/usr/local/far && chmod 0755 /usr/local/far' <"$T/far"
	far alpha start enforcer 30
	on alpha sh -c 'ods-enforcer policy import && for z in example.org:count example.net:dated 0/25.2.0.192.in-addr.arpa:timed; do
		ods-enforcer zone add -z "${z%:*}" -p "${z#*:}"; done' </dev/null >/dev/null 2>&1
	far alpha idle 60 3
	far alpha backup prepare
	far alpha start signer 30
	far alpha signer wait 30
	far alpha signer update-all
	far alpha stop signer 60
	far alpha stop enforcer 60
	far alpha snapshot one >"$T/snapshot"
	sed -n 's/^=manifest //p' "$T/snapshot" >"$T/digest"
	on alpha sh /usr/local/far send one | sed 1d >"$T/stream"
	far bravo receive one "$(cat "$T/digest")" <"$T/stream"
}

teardown_file() { far_teardown alpha bravo; }

# All that belongs to an instance, for a comparison: owners, modes, times, contents. With "files": without times of directories.
listing() { # HOST [files]
	on "$1" sh -c "cd / && find var/lib/opendnssec var/lib/softhsm etc/opendnssec ${2:+-type f} -exec stat -c '%n %U %G %a %y %s' {} + | sort
		find var/lib/opendnssec var/lib/softhsm etc/opendnssec -type f -exec sha256sum {} + | sort"
}

# ---- form ---------------------------------------------------------------------------------------------------------

@test "a program that was handed over installs itself; an installed one does not" {
	local n sum
	n=$(stat -c %s "$T/far") sum=$(sha256sum <"$T/far" | cut -c1-64)
	run on alpha sh -c "FAR_TEXT=\$(dd bs=$n count=1 iflag=fullblock 2>/dev/null); eval \"\$FAR_TEXT\"" far install "${sum%?}x" <"$T/far"
	[ "$status" -eq 1 ]
	run on alpha find /usr/local/lib/ods-failover -type f
	[ -z "$output" ]
	run on alpha sh -c "FAR_TEXT=\$(dd bs=$n count=1 iflag=fullblock 2>/dev/null); eval \"\$FAR_TEXT\"" far install "$sum" <"$T/far"
	[ "$status" -eq 0 ] && [ "$(fact far)" = "$sum" ]
	run on alpha stat -c '%U %G %a' /usr/local/lib/ods-failover /usr/local/lib/ods-failover/far
	[ "$output" = $'root root 755\nroot root 755' ]
	run on alpha /usr/local/lib/ods-failover/far hello
	[ "$status" -eq 0 ] && [ "$(fact far)" = "$sum" ]
	run on alpha /usr/local/lib/ods-failover/far install "$sum" <"$T/far"
	[ "$status" -eq 2 ]
	on alpha rm -r /usr/local/lib/ods-failover
}

@test "the program is taken by dash and busybox sh, whole and handed over" {
	dash -n "$T/far"
	busybox sh -n "$T/far"
	local n
	n=$(stat -c %s "$T/far")
	for shell in dash 'busybox sh'; do
		{ cat "$T/far"; printf '{"a":1}\n{"count":0,"head":"x"}\n'; } >"$T/handed"
		run on alpha $shell -c "FAR_TEXT=\$(dd bs=$n count=1 iflag=fullblock 2>/dev/null); eval \"\$FAR_TEXT\"" far journal put handed <"$T/handed"
		[ "$status" -eq 0 ]
		[ "$(fact entries)" -eq 2 ]
	done
	run far alpha journal get handed
	[ "${lines[2]}" = '|{"a":1}' ]
}

@test "a mirrored journal only grows: what is cut short, shorter, or another one is not taken" {
	local mirror kept
	mirror=$'{"run":1}\n{"seq":1}\n{"count":1,"head":"x"}'
	far alpha journal put grows <<<"$mirror"
	kept=$(far alpha journal get grows)
	run far alpha journal put grows <<<$'{"run":1}\n{"seq":1}\n{"seq":2}\n{"se'
	[ "$status" -eq 1 ]
	run far alpha journal put grows </dev/null
	[ "$status" -eq 1 ]
	run far alpha journal put grows <<<$'{"run":1}\n{"count":0,"head":"x"}'
	[ "$status" -eq 2 ]
	run far alpha journal put grows <<<$'{"run":1}\n{"seq":"other"}\n{"seq":2}\n{"count":2,"head":"z"}'
	[ "$status" -eq 2 ]
	[ "$(far alpha journal get grows)" = "$kept" ]
	run far alpha journal put grows <<<"$mirror"
	[ "$status" -eq 0 ]
	run far alpha journal put grows <<<$'{"run":1}\n{"seq":1}\n{"seq":2}\n{"count":2,"head":"y"}'
	[ "$(fact entries)" -eq 4 ]
	[ -z "$(on alpha find /var/lib/ods-failover/journal -name '*.new')" ]
}

@test "what is not a verb or an argument is refused with 64 and a whole frame" {
	for words in 'nosuch' 'prove a/b' 'snapshot ../x' 'stop enforcer x' 'stop neither 5' 'lease take r1 1' 'kill signer -1' 'signer sign example.org 4294967296'; do
		# shellcheck disable=SC2086
		run far bravo $words
		[ "$status" -eq 64 ] || [ "$words" = 'signer sign example.org 4294967296' -a "$status" -eq 64 ]
		[[ "${lines[-1]}" =~ ^odsf1\ end\ .*\ 64$ ]]
	done
}

@test "only root is answered, but for hello: who cannot see the processes of others must not say that none runs" {
	far bravo start enforcer 30
	local as words verb
	as='setpriv --reuid 65534 --regid 65534 --clear-groups'
	run on bravo $as sh /usr/local/far hello
	[ "$status" -eq 0 ] && [ "$(fact uid)" = 65534 ]
	for words in 'alive enforcer' 'stop enforcer 5' 'lease show' 'record get' 'journal list' observe keys serials fenced 'prove one' 'swapped one'; do
		run on bravo $as sh /usr/local/far $words
		[ "$status" -eq 2 ]
		[[ $output == *'!The far side has to run as root, and runs as uid 65534'* ]]
		[[ $output != *$'\n='* ]]
		[ "${lines[-1]}" = "odsf1 end ${words%% *} 2" ]
	done
	for verb in send fetch zone; do
		run on bravo $as sh /usr/local/far $verb one
		[ "$status" -eq 2 ]
		[[ $output == *'has to run as root'* ]]
	done
	run far bravo alive enforcer
	[ "$(fact running)" = yes ]
	run far bravo stop enforcer 20
	[ "$status" -eq 0 ] || far bravo kill enforcer "$(fact pid)"
}

# far_lives: a process of the far side is on bravo
far_lives() { on bravo sh -c 'grep -lz "[/]usr/local/far" /proc/[0-9]*/cmdline 2>/dev/null'; }

@test "with --seconds it ends itself, whoever called it, whatever it waits for; nothing of it is left" {
	far bravo publish true || true
	# The caller is another user, who can end nothing that root runs: as if it were gone, none of its signals come.
	SECONDS=0
	run on bravo /usr/local/far --seconds 2 publish 'sleep 317'
	echo "after $SECONDS s: $output"
	[ "$status" -eq 124 ] || [ "$status" -eq 3 ]
	[ "$SECONDS" -lt 60 ]
	[ -z "$(on bravo sh -c 'grep -lzx "31[7]" /proc/[0-9]*/cmdline 2>/dev/null')" ]
	run far_lives
	[ "$status" -ne 0 ]
	[ -z "$(on bravo find /run /tmp -maxdepth 1 -name 'odsf.*')" ]
	# Within its time nothing is changed by it; and what is no time is refused.
	run on bravo /usr/local/far --seconds 60 record get
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 'odsf1 begin record' ]
	for words in '--seconds' '--seconds x record get' '--seconds 0 record get'; do
		run on bravo /usr/local/far $words
		[ "$status" -eq 64 ]
		[ "${lines[-1]}" = 'odsf1 end none 64' ]
	done
	run far bravo --seconds x hello
	[ "$status" -eq 64 ]
}

@test "conf.xml is read with comments, one line, entities; half a file is unknown; no PIN is shown" {
	sed '$d' "$T/far" >"$T/lib"
	cat >"$T/odd.xml" <<'XML'
<?xml version="1.0"?><!-- a > b <PIN>9</PIN> --><Configuration><RepositoryList><Repository
 name="Soft>HSM &amp; 'co'" x = 'a"b>c' ><Module>/usr/lib/libsofthsm2.so</Module><TokenLabel> Open <!-- x -->DNSSEC
 two</TokenLabel><PIN>12>34secret</PIN><RequireBackup/></Repository><Repository name='b'><Module>/m</Module><TokenLabel>&#x41;</TokenLabel></Repository><Repository
 name="conf_sqlite=$(exit 7)"><Module>`exit 7`</Module><TokenLabel>conf_sqlite=x</TokenLabel></Repository></RepositoryList>
<Enforcer><Datastore><SQLite>/a > b</SQLite></Datastore></Enforcer></Configuration>
XML
	for shell in dash 'busybox sh'; do
		run $shell -c '. "$0"; far_traps; far_scratch; far_conf=$1; conf_load || exit 9; printf "%s|%s\n" "$conf_repositories" "$conf_sqlite"
			! grep -q secret "$far_tmp/conf" || exit 8' "$T/lib" "$T/odd.xml"
		[ "$status" -eq 0 ]
		[ "${lines[0]}" = "Soft>HSM & 'co'	/usr/lib/libsofthsm2.so	Open DNSSEC two	yes" ]
		[ "${lines[1]}" = 'b	/m	A	no' ]
		[ "${lines[2]}" = 'conf_sqlite=$(exit 7)	`exit 7`	conf_sqlite=x	no|/a > b' ]
	done
	head -c 300 "$T/odd.xml" >"$T/half.xml"
	printf '<Configuration><![CDATA[x]]></Configuration>' >"$T/cdata.xml"
	printf '<!DOCTYPE x><Configuration/>' >"$T/doctype.xml"
	for f in half cdata doctype nosuch; do
		run sh "$T/far" --conf "$T/$f.xml" keys
		[ "$status" -eq 3 ]
	done
}

# ---- lease, record ------------------------------------------------------------------------------------------------

@test "of two takes at once one wins; only the holder renews and releases; an expired lease is free" {
	for i in 1 2; do
		(far bravo lease take "run-a$i" 600 a h 1 why >"$T/a" || true) &
		(far bravo lease take "run-b$i" 600 b h 2 why >"$T/b" || true) &
		wait
		[ "$(cat "$T/a" "$T/b" | grep -c '^odsf1 end lease 0$')" -eq 1 ]
		[ "$(cat "$T/a" "$T/b" | grep -c '^odsf1 end lease 2$')" -eq 1 ]
		run far bravo lease show
		local holder
		holder=$(fact run)
		run far bravo lease renew run-other 600
		[ "$status" -eq 2 ]
		run far bravo lease release run-other
		[ "$status" -eq 2 ]
		run far bravo lease renew "$holder" 600
		[ "$status" -eq 0 ]
		run far bravo lease release "$holder"
		[ "$(fact held)" = no ]
	done
	run far bravo lease release nobody
	[ "$status" -eq 0 ]
	# Two consoles may have one run in hand: it is held by one of them.
	far bravo lease take same 600 a h 1 why
	run far bravo lease take same 600 a h 1 why
	[ "$status" -eq 0 ]
	run far bravo lease take same 600 b h 2 why
	[ "$status" -eq 2 ]
	run far bravo lease take same 600 b i 1 why
	[ "$status" -eq 2 ]
	for words in 'lease renew same 600 b h 2 why' 'lease release same 600 b h 2 why'; do
		run far bravo $words
		[ "$status" -eq 2 ]
	done
	run far bravo journal put same 600 h 2 <<<'{"count":0}'
	[ "$(fact lease)" = lost ]
	run far bravo journal put same 600 h 1 <<<'{"count":0}'
	[ "$(fact lease)" = renewed ]
	# One that is gone leaves it to another of its machine, who has to name it.
	run far bravo lease take same 600 b h 2 why 3
	[ "$status" -eq 2 ]
	run far bravo lease take same 600 b i 2 why 1
	[ "$status" -eq 2 ]
	run far bravo lease take same 600 b h 2 why 1
	[ "$status" -eq 0 ]
	run far bravo lease release same 600 b h 2 why
	[ "$(fact held)" = no ]
	far bravo lease take old 1000000000 a h 1 why
	run far bravo lease take new 600 b h 1 why
	[ "$status" -eq 0 ]
	run far bravo lease steal third 600 c h 1 why
	[ "$(fact stolen-from)" = new ]
	far bravo lease release third
}

@test "the record is kept and replaced" {
	run far bravo record get
	[ "$status" -eq 0 ]
	far bravo record set standby r1 bravo
	run far bravo record set active r2 bravo
	[ "$(fact role)" = active ]
	[ "$(fact run)" = r2 ]
	run far bravo record set primary r2 bravo
	[ "$status" -eq 64 ]
}

# ---- daemons ------------------------------------------------------------------------------------------------------

@test "a hung enforcer is told from a stopped one, and ended by its pid" {
	far alpha start enforcer 30
	run far alpha alive enforcer
	[ "$(fact answers)" = yes ]
	local pid
	pid=$(fact pid)
	on alpha kill -STOP "$pid"
	run far alpha alive enforcer
	[ "$(fact running)" = yes ]
	[ "$(fact answers)" = no ]
	run far alpha stop enforcer 2
	[ "$status" -eq 3 ]
	[ "$(fact pid)" = "$pid" ]
	run far alpha kill enforcer 1
	[ "$status" -eq 2 ]
	run far alpha kill enforcer "$pid"
	[ "$status" -eq 0 ]
	[ "$(fact running)" = no ]
	[ "$(fact pidfile)" = no ]
	[ "$(fact socket)" = no ]
}

@test "stale run files, also with a pid that lives, do not keep it from starting" {
	on alpha sh -c 'echo 1 >/run/opendnssec/enforcerd.pid; busybox nc -h 2>/dev/null; : >/run/opendnssec/enforcer.sock'
	run far alpha start enforcer 30
	[ "$status" -eq 0 ]
	[ "$(fact processes)" -eq 1 ]
}

@test "two enforcers are seen, and none is stopped by guess" {
	on alpha rm -f /run/opendnssec/enforcerd.pid /run/opendnssec/enforcer.sock
	on alpha ods-enforcerd -c /etc/opendnssec/conf.xml </dev/null >/dev/null 2>&1
	local tries=0
	until run far alpha alive enforcer && [ "$(fact processes)" -eq 2 ]; do
		tries=$((tries + 1))
		[ $tries -lt 50 ]
	done
	run far alpha stop enforcer 5
	[ "$status" -eq 2 ]
	run far alpha kill enforcer "$(fact pid)"
	[ "$(fact processes)" -eq 1 ]
	run far alpha kill enforcer "$(fact pid)"
	[ "$(fact running)" = no ]
	run far alpha stop enforcer 5
	[ "$status" -eq 0 ]
}

@test "a zone that was added with its final dot is known by its name without, as the signer has it" {
	on alpha sh -c 'cd /var/lib/opendnssec && cp -p db/kasp.db enforcer/zones.xml /root/ &&
		sqlite3 db/kasp.db "UPDATE zone SET name = name || \".\" WHERE name = \"example.net\"" && sed -i "s/name=\"example.net\"/name=\"example.net.\"/" enforcer/zones.xml'
	run far alpha serials
	[ "$(grep -c '^|example.net;datecounter;' <<<"$output")" -eq 1 ]
	run far alpha keys
	[ "$(grep -c '^|example.net;' <<<"$output")" -eq 2 ]
	run far alpha observe
	[ "$(grep -c '^@backup2 example.net$' <<<"$output")" -eq 1 ]
	[ "$(grep -c $'^|\\(zone\\|key\\)\texample.net\t' <<<"$output")" -eq 3 ]
	on alpha sh -c 'cd /var/lib/opendnssec && cp -p /root/kasp.db db/ && cp -p /root/zones.xml enforcer/'
}

# ---- snapshot, copy set -------------------------------------------------------------------------------------------

@test "no snapshot while a daemon lives, with a journal beside the database, of a cut .backup2, or without an unsigned zone" {
	far alpha start enforcer 30
	run far alpha snapshot bad1
	[ "$status" -eq 2 ]
	far alpha stop enforcer 60
	on alpha touch /var/lib/opendnssec/db/kasp.db-journal
	run far alpha snapshot bad2
	[ "$status" -eq 2 ]
	on alpha rm /var/lib/opendnssec/db/kasp.db-journal
	on alpha sh -c 'cd /var/lib/opendnssec/signer && cp -p example.org.backup2 /root/keep && head -c 1500 /root/keep >example.org.backup2'
	run far alpha snapshot bad3
	[ "$status" -eq 2 ]
	[[ "$output" == *'example.org.backup2 is cut short'* ]]
	on alpha sh -c 'cp -p /root/keep /var/lib/opendnssec/signer/example.org.backup2'
	on alpha sh -c 'cp -p /var/lib/opendnssec/db/kasp.db /root/kasp && dd if=/dev/urandom of=/var/lib/opendnssec/db/kasp.db bs=4096 seek=3 count=4 conv=notrunc 2>/dev/null'
	run far alpha snapshot bad4
	[ "$status" -eq 2 ]
	on alpha cp -p /root/kasp /var/lib/opendnssec/db/kasp.db
	on alpha mv /var/lib/opendnssec/unsigned/example.org /root/unsigned
	run far alpha snapshot bad5
	[ "$status" -eq 2 ]
	[[ "$output" == *'has no unsigned zone'* ]]
	on alpha mv /root/unsigned /var/lib/opendnssec/unsigned/example.org
	[ -z "$(on alpha find /var/lib/ods-failover/snap -name 'bad*')" ]
}

@test "a snapshot of that name is taken anew when the daemons ran since" {
	local before
	run far alpha snapped none
	[ "$(fact state)" = none ]
	run far alpha snapshot again
	before=$(fact manifest)
	run far alpha snapped again
	[ "$(fact state)" = same ]
	run far alpha snapshot again
	[ "$(fact manifest)" = "$before" ]
	on alpha sed -i '3s/outbound [0-9]*/outbound 4000000000/' /var/lib/opendnssec/signer/example.net.backup2
	run far alpha snapped again
	[ "$(fact state)" = changed ]
	[ "$(fact changed)" = /var/lib/opendnssec/signer/example.net.backup2 ]
	run far alpha snapshot again
	[ "$status" -eq 0 ]
	[ "$(fact manifest)" != "$before" ]
	run far alpha manifest snap again
	grep -q '^|meta zone example.net dated datecounter 100 100 4000000000 ' <<<"$output"
	# As it was: the other tests count on it.
	on alpha cp -p /var/lib/ods-failover/snap/one/tree/signer/example.net.backup2 /var/lib/opendnssec/signer/
	for change in 'rm /var/lib/opendnssec/signer/example.net.backup2' 'touch /var/lib/opendnssec/db/kasp.db-journal' \
		'mv /var/lib/opendnssec/enforcer/zones.xml /root/zones.xml'; do
		far alpha snapshot again
		on alpha sh -c "$change"
		run far alpha snapped again
		[ "$(fact state)" = changed ]
		on alpha sh -c 'rm -f /var/lib/opendnssec/db/kasp.db-journal; [ ! -e /root/zones.xml ] || mv /root/zones.xml /var/lib/opendnssec/enforcer/
			cp -p /var/lib/ods-failover/snap/one/tree/signer/example.net.backup2 /var/lib/opendnssec/signer/'
	done
	on alpha rm -r /var/lib/ods-failover/snap/again
}

@test "the manifest holds every component, zones with serials and keys; times and owners by name" {
	run far alpha manifest snap one
	for component in database zones.xml signconf signer unsigned token:SoftHSM kasp.xml zonelist.xml addns.xml; do
		[[ "$output" == *" $component "* ]]
	done
	[ "$(grep -c '^|meta zone ' <<<"$output")" -eq 3 ]
	[ "$(grep -c '^|meta key ' <<<"$output")" -eq 6 ]
	grep -q '^|meta zone 0/25.2.0.192.in-addr.arpa timed unixtime 100 100 1[0-9]* 1[0-9]*$' <<<"$output"
	grep -q '^|file [0-9a-f]* [0-9]* 644 [0-9]* opendnssec opendnssec database kasp.db$' <<<"$output"
}

@test "a stream that is cut, changed, too much, or not the named one is never a copy set" {
	local digest
	digest=$(cat "$T/digest")
	head -c 60000 "$T/stream" >"$T/cut"
	run far bravo receive two "$digest" <"$T/cut"
	[ "$status" -eq 1 ]
	sed 's/SQLite format 3/SQLite format 4/' "$T/stream" >"$T/changed"
	run far bravo receive two "$digest" <"$T/changed"
	[ "$status" -eq 1 ]
	run far bravo receive two "$(printf x | sha256sum | cut -c1-64)" <"$T/stream"
	[ "$status" -eq 1 ]
	mkdir -p "$T/more"
	tar -C "$T/more" -xf "$T/stream"
	echo x >"$T/more/tree/signer/extra.backup2"
	tar -C "$T/more" -cf "$T/more.tar" manifest tree
	run far bravo receive two "$digest" <"$T/more.tar"
	[ "$status" -eq 1 ]
	rm "$T/more/tree/signer/extra.backup2"
	ln -s /etc/shadow "$T/more/tree/signer/link"
	tar -C "$T/more" -cf "$T/more.tar" manifest tree
	run far bravo receive two "$digest" <"$T/more.tar"
	[ "$status" -eq 1 ]
	[ -z "$(on bravo find /var/lib/ods-failover/copy -name 'two*')" ]
	run far bravo verify-copy one "$digest"
	[ "$status" -eq 0 ]
	run far bravo receive one "$digest" <"$T/stream"
	[ "$status" -eq 0 ]
}

@test "prove signs a tiny zone for each zone by every active key, and leaves no trace" {
	listing bravo >"$T/before"
	on bravo sh -c 'cat /proc/mounts; ls /run /tmp; grep -lE "ods-signer[d]|[/]far" /proc/[0-9]*/comm /proc/[0-9]*/cmdline 2>/dev/null || :' >"$T/trace1"
	run far bravo prove one
	[ "$status" -eq 0 ]
	[ "$(grep -c '^@signed ' <<<"$output")" -eq 3 ]
	[[ "$output" != *'=missing'* ]]
	on bravo sh -c 'cat /proc/mounts; ls /run /tmp; grep -lE "ods-signer[d]|[/]far" /proc/[0-9]*/comm /proc/[0-9]*/cmdline 2>/dev/null || :' >"$T/trace2"
	diff "$T/trace1" "$T/trace2"
	listing bravo >"$T/after"
	diff "$T/before" "$T/after"
	# Signed by the very keys that alpha publishes.
	on alpha cat /var/lib/opendnssec/signed/example.org | awk '$4 == "DNSKEY" { print $8 }' | sort >"$T/published"
	sed -n '/^@signed example.org$/,/^\./s/^|//p' <<<"$output" >"$T/tiny"
	awk '$4 == "DNSKEY" { print $8 }' "$T/tiny" | sort | diff "$T/published" -
	timeout 60 ldns-verify-zone "$T/tiny"
}

@test "the more zones there are to prove, the longer it may take, within bounds" {
	sed '$d' "$T/far" >"$T/lib"
	local zones seconds
	while read -r zones seconds; do
		seq "$zones" >"$T/zones"
		[ "$(sh -c '. "$1"; prove_time "$2"; echo "$prove_seconds"' far "$T/lib" "$T/zones")" -eq "$seconds" ]
	done <<<$'1 60\n3 61\n1000 560\n100000 600'
}

@test "guard raises the serials of .backup2, keeps owner and mode, and refuses what is not so" {
	far bravo swap one guarded
	local before
	before=$(on bravo stat -c '%U %G %a' /var/lib/opendnssec/signer/example.org.backup2)
	run far bravo guard guarded <<<'example.org 4000000000'
	[ "$(fact patched)" -eq 1 ]
	grep -q '^|example.org;counter;100;100;4000000000;4000000000;$' <<<"$output"
	run far bravo guard guarded <<<'example.org 4000000000'
	[ "$(fact patched)" -eq 0 ]
	[ "$(on bravo stat -c '%U %G %a' /var/lib/opendnssec/signer/example.org.backup2)" = "$before" ]
	run far bravo guard guarded <<<'example.org 4294967296'
	[ "$status" -eq 64 ]
	run far bravo guard guarded <<<'nosuch.example 5'
	[ "$status" -eq 64 ]
	# A disk that is full in the midst; busybox's awk does not say so.
	on bravo sh -c 'printf "#!/bin/sh\ncase \"\$2\" in s=*) /usr/bin/awk \"\$@\" | head -c 900 ;; *) exec /usr/bin/awk \"\$@\" ;; esac\n" >/usr/local/sbin/awk
		chmod 0755 /usr/local/sbin/awk'
	run far bravo guard guarded <<<'example.org 4000000001'
	on bravo rm /usr/local/sbin/awk
	[ "$status" -eq 1 ]
	[ "$(on bravo tail -n 1 /var/lib/opendnssec/signer/example.org.backup2)" = ';OpenDNSSEC-backup-v3' ]
	run far bravo serials
	grep -q '^|example.org;counter;100;100;4000000000;4000000000;$' <<<"$output"
	far bravo swap-back guarded
}

# counted: from now on each call on bravo of a tool that changes files adds one to /run/changes.
counted() {
	on bravo sh -c '/bin/rm -f /run/kill-at; echo 0 >/run/changes; cat >/usr/local/sbin/mv; /bin/chmod 0755 /usr/local/sbin/mv
		cd /usr/local/sbin && for t in cp rm mkdir chown chmod touch dd install; do /bin/ln -f mv $t; done' <<'TOOL'
#!/bin/sh
tool=/usr/bin/${0##*/}
read -r n </run/changes && echo $((n + 1)) >/run/changes
if [ -e /run/kill-at ] && read -r at </run/kill-at && [ $((n + 1)) -eq "$at" ]; then
	[ $((at % 2)) -eq 0 ] || "$tool" "$@"
	kill -KILL 0
fi
exec "$tool" "$@"
TOOL
}

# killed_at N VERB ...: a call on bravo that is killed with all that it has started at its change N: before it when N is even,
# after it when it is odd. It fails when the call was not.
killed_at() {
	on bravo sh -c 'echo 0 >/run/changes; echo "$1" >/run/kill-at' kill "$1"
	run on bravo setsid sh /usr/local/far "${@:2}"
	on bravo /bin/rm -f /run/kill-at
	[ "$status" -ne 0 ]
	[[ "$output" != *'odsf1 end'* ]]
	[ "$(on bravo cat /run/changes)" -ge "$1" ]
}

# ---- swap ---------------------------------------------------------------------------------------------------------

@test "swap places the copy set with the owners of this host; swap-back restores every octet, owner and time" {
	on bravo sh -c 'cd /var/lib/opendnssec && echo x >signer/old.backup2 && echo y >signed/old && mkdir -p signer/sub && echo z >"signer/sub/a b"
		chown 7:8 signed/old && chmod 0604 signed/old && touch -d @1000000000.5 signed/old'
	listing bravo >"$T/before"
	run far bravo swap one r1
	[ "$status" -eq 0 ]
	run far bravo swapped r1
	[ "$(fact state)" = swapped ]
	run far bravo swap one r1
	[ "$(fact moved)" -eq 0 ]
	[ -z "$(on bravo find /var/lib/opendnssec/signed -type f)" ]
	[ -z "$(on bravo find /var/lib/opendnssec/signer -name 'old*' -o -name sub)" ]
	[ "$(on bravo find /var/lib/softhsm/tokens -mindepth 1 -maxdepth 1 | wc -l)" -eq 1 ]
	[ -z "$(on bravo find /var/lib/opendnssec/db /var/lib/opendnssec/signer /var/lib/opendnssec/signconf /var/lib/softhsm/tokens -mindepth 1 ! -user 1102)" ]
	# The files of the snapshot, with its times and modes.
	on alpha sh -c 'cd /var/lib/ods-failover/snap/one/tree && for f in database/kasp.db zones.xml/zones.xml signer/example.net.backup2; do
		sha256sum <$f; stat -c "%Y %a %U" $f; done; for f in signconf/example.org.xml unsigned/0/25.2.0.192.in-addr.arpa; do
		sha256sum <${f%%/*}/var/lib/opendnssec/$f; stat -c "%Y %a %U" ${f%%/*}/var/lib/opendnssec/$f; done' >"$T/of-snapshot"
	on bravo sh -c 'cd /var/lib/opendnssec && for f in db/kasp.db enforcer/zones.xml signer/example.net.backup2 signconf/example.org.xml \
		unsigned/0/25.2.0.192.in-addr.arpa; do sha256sum <$f; stat -c "%Y %a %U" $f; done' >"$T/in-place"
	diff "$T/of-snapshot" "$T/in-place"
	listing bravo files >"$T/swapped"
	run far bravo swap-back r1
	[ "$status" -eq 0 ]
	run far bravo swapped r1
	[ "$(fact state)" = back ]
	listing bravo >"$T/after"
	diff "$T/before" "$T/after"
}

@test "a swap makes the directories that its zones are written to, as they were or for their daemon" {
	on bravo sh -c 'cd /var/lib/opendnssec && mv signed /root/signed && chown 7:8 signconf/0 && chmod 0750 signconf/0
		echo d >"signer/$(printf "%0250d" 0)d"'
	run far bravo swap one r2
	[ "$status" -eq 0 ]
	run on bravo sh -c 'cd /var/lib/opendnssec && stat -c "%n %u %a" signed signed/0 signconf/0'
	[ "$output" = $'signed 1102 755\nsigned/0 1102 755\nsignconf/0 1102 750' ]
	# What the daemons wrote meanwhile goes aside, whatever its name.
	on bravo sh -c 'cd /var/lib/opendnssec && for d in signed signed/0 signer; do mkdir -p $d/dir && for c in b c; do
		echo $c >"$d/$(printf "%0250d" 0 | tr 0 a)$c"; done; done'
	run far bravo swap-back r2
	[ "$status" -eq 0 ]
	[ "$(on bravo find /var/lib/ods-failover/aside/r2/new -name '*%2fa*b' -o -path '*new*' -type f -size 2c | wc -l)" -ge 6 ]
	[ "$(on bravo sh -c 'cat /var/lib/opendnssec/signer/*d')" = d ]
	run on bravo stat -c '%u %g %a' /var/lib/opendnssec/signconf/0
	[ "$output" = '7 8 750' ]
	on bravo sh -c 'cd /var/lib/opendnssec && rm signer/*d && rmdir signed && mv /root/signed signed && chown opendnssec:opendnssec signconf/0 && chmod 0755 signconf/0'
}

@test "a swap empties no directory that is not OpenDNSSEC's alone" {
	# Working directories at the top: what lies beside them is anybody's.
	on bravo sh -c 'sed "s,/var/lib/opendnssec/enforcer,/enforcer,; s,/var/lib/opendnssec/signer,/signer," /etc/opendnssec/conf.xml >/root/conf.xml
		mkdir /enforcer /signer; echo x >/var/lib/opendnssec/signed/foreign; echo y >/signer/old'
	run far bravo --conf /root/conf.xml swap one r3
	[ "$status" -eq 0 ]
	[ "$(on bravo cat /var/lib/opendnssec/signed/foreign)" = x ]
	run on bravo ls /signer
	[[ "$output" == *example.org.backup2* && "$output" != *old* ]]
	run far bravo --conf /root/conf.xml swap-back r3
	[ "$status" -eq 0 ]
	[ "$(on bravo ls /signer)" = old ]
	on bravo rm -r /enforcer /signer /root/conf.xml /var/lib/opendnssec/signed/foreign
	# Unsigned zones below the signed ones are the operator's.
	on bravo sh -c 'cd /var/lib/opendnssec && mkdir signed/in && echo z >signed/in/other && cat >enforcer/zones.xml' <<-'XML'
		<ZoneList><Zone name="own.example"><Policy>count</Policy><SignerConfiguration>/var/lib/opendnssec/signconf/own.xml</SignerConfiguration>
		<Adapters><Input><Adapter type="File">/var/lib/opendnssec/signed/in/own</Adapter></Input>
		<Output><Adapter type="File">/var/lib/opendnssec/signed/own</Adapter></Output></Adapters></Zone></ZoneList>
	XML
	run far bravo swap one r4
	[ "$status" -eq 0 ]
	[ "$(on bravo cat /var/lib/opendnssec/signed/in/other)" = z ]
	far bravo swap-back r4
	on bravo rm -r /var/lib/opendnssec/enforcer/zones.xml /var/lib/opendnssec/signed/in
}

@test "a swap and a swap-back killed at any moment end right when called again, either way" {
	listing bravo >"$T/before"
	counted
	# How many changes each of them makes from beginning to end, without the last, which is scratch after the answer.
	on bravo sh /usr/local/far swap one whole >/dev/null
	local of_swap of_back i at state states=''
	of_swap=$(($(on bravo cat /run/changes) - 1))
	listing bravo files | diff "$T/swapped" -
	counted
	on bravo sh /usr/local/far swap-back whole >/dev/null
	of_back=$(($(on bravo cat /run/changes) - 1))
	echo "changes: swap $of_swap, swap-back $of_back"
	[ "$of_swap" -ge 60 ]
	[ "$of_back" -ge 60 ]
	# A place in each third of the way, another one each time that this runs.
	for i in 0 1 2; do
		at=$((1 + i * of_swap / 3 + RANDOM % (of_swap / 3 - 6)))
		killed_at "$at" swap one "k$i"
		# Killed once more on the way there.
		killed_at $((1 + RANDOM % 4)) swap one "k$i"
		state=$(on bravo sh -c 'cat "/var/lib/ods-failover/aside/$1/state" 2>/dev/null || echo none' state "k$i")
		echo "swap killed at change $at: $state"
		states+=" $state"
		if [ "$i" -eq 2 ]; then
			run far bravo swap one "k$i"
			[ "$status" -eq 0 ]
			listing bravo files | diff "$T/swapped" -
			at=$((1 + RANDOM % of_back))
		else
			at=$((1 + RANDOM % 20))
		fi
		if [ "$state" != none ]; then # or there is nothing to go back from, and nothing is changed
			echo "swap-back killed at change $at"
			killed_at "$at" swap-back "k$i"
		fi
		run far bravo swap-back "k$i"
		echo "$output"
		[ "$status" -eq 0 ]
		listing bravo | diff "$T/before" -
	done
	[[ "$states" == *placing* || "$states" == *swapped* ]]
	on bravo sh -c 'cd /usr/local/sbin && /bin/rm mv cp rm mkdir chown chmod touch dd'
}

@test "a killed receive leaves no copy set that would be taken for verified" {
	local digest at
	digest=$(cat "$T/digest")
	for at in 0.05 0.15 0.25 0.4; do
		on bravo timeout -s KILL "$at" sh /usr/local/far receive three "$digest" <"$T/stream" >/dev/null 2>&1 || true
		run far bravo verify-copy three "$digest"
		[ "$status" -eq 0 ] || [ "$status" -eq 2 ] || [[ "$output" == *'never received whole'* ]]
	done
	run far bravo receive three "$digest" <"$T/stream"
	[ "$status" -eq 0 ]
}

# ---- fence --------------------------------------------------------------------------------------------------------

@test "a fence is closed and taken back exactly; ready lifts what others closed, unready restores it" {
	on bravo sh -c 'echo mine >/etc/opendnssec/prevent-startup'
	run far bravo fence f1
	[ "$(fact fenced)" = yes ]
	run far bravo start enforcer 5
	[ "$status" -eq 2 ]
	far bravo unfence f1
	[ "$(on bravo cat /etc/opendnssec/prevent-startup)" = mine ]
	run far bravo ready f2
	[ "$status" -eq 0 ]
	! on bravo test -e /etc/opendnssec/prevent-startup
	far bravo unready f2
	[ "$(on bravo cat /etc/opendnssec/prevent-startup)" = mine ]
	on bravo rm /etc/opendnssec/prevent-startup
	far bravo fence f3
	run far bravo unfence f4
	run far bravo fenced
	[ "$(fact fenced)" = yes ]
	run far bravo unfence f3
	[ "$(fact fenced)" = no ]
	! on bravo test -e /etc/opendnssec/prevent-startup
}

@test "what ready lifts is noted first, or nothing is lifted" {
	on bravo sh -c 'echo mine >/etc/opendnssec/prevent-startup'
	far bravo fence f5
	# A disk that is full for the note alone: dd fails.
	on bravo sh -c 'printf "#!/bin/sh\nexit 1\n" >/usr/local/sbin/dd && chmod 0755 /usr/local/sbin/dd'
	run far bravo ready f6
	on bravo rm /usr/local/sbin/dd
	[ "$status" -eq 1 ]
	[ "$(on bravo cat /etc/opendnssec/prevent-startup)" = mine ]
	run far bravo fenced
	[ "$(fact fenced)" = yes ]
	far bravo ready f6
	far bravo unready f6
	[ "$(on bravo cat /etc/opendnssec/prevent-startup)" = mine ]
	run far bravo fenced
	[ "$(fact fenced)" = yes ]
	[ "$(fact run)" = f5 ]
	far bravo unfence f5
	on bravo rm /etc/opendnssec/prevent-startup
}

# ---- the whole way ------------------------------------------------------------------------------------------------

@test "after a swap the keys are the same, the backup can be committed, and the serials go on" {
	far bravo swap one last
	far bravo guard last <<<'example.org 5000'
	run far alpha keys
	printf '%s\n' "$output" | grep '^|' >"$T/keys"
	run far bravo keys
	printf '%s\n' "$output" | grep '^|' | diff "$T/keys" -
	run far bravo start enforcer 30
	[ "$status" -eq 0 ]
	run far bravo idle 60 3
	[ "$(fact idle)" = yes ]
	run far bravo backup commit
	[ "$(fact prepared)" -eq 0 ]
	[ "$(fact done)" -gt 0 ]
	run far bravo start signer 30
	[ "$status" -eq 0 ]
	run far bravo signer wait 30
	[ "$(fact zones)" -eq 3 ]
	run far bravo signer update-all
	[ "$status" -eq 0 ]
	run far bravo signer sign-all
	[ "$status" -eq 0 ]
	local tries=0
	until run far bravo serials && grep -q '^|example.org;counter;100;100;500[1-9];500[1-9];500[1-9]$' <<<"$output"; do
		tries=$((tries + 1))
		[ $tries -lt 60 ]
	done
	for zone in example.net 0/25.2.0.192.in-addr.arpa; do
		tries=0
		until on bravo test -s "/var/lib/opendnssec/signed/$zone"; do
			tries=$((tries + 1))
			[ $tries -lt 60 ]
		done
	done
	on bravo sh /usr/local/far fetch example.org | sed 1d >"$T/signed"
	timeout 60 ldns-verify-zone "$T/signed"
	local way identity
	for way in plain gzip; do
		on bravo sh /usr/local/far zone example.org $way >"$T/answer"
		identity=$(sed -n 's/^=identity //p;/^$/q' "$T/answer")
		[ "$(sed -n 's/^=encoding //p;/^$/q' "$T/answer")" = $way ]
		[ "$(sed -n 's/^=size //p;/^$/q' "$T/answer")" -eq "$(wc -c <"$T/signed")" ]
		[ "$(tail -c 73 "$T/answer")" = "=sha256 $(sha256sum <"$T/signed" | cut -d' ' -f1)" ]
	done
	head -c -73 "$T/answer" | LC_ALL=C sed '1,/^$/d' | gzip -dc | cmp - "$T/signed"
	on bravo sh /usr/local/far zone example.org gzip "$identity" >"$T/answer"
	[ "$(sed -n 's/^=encoding //p' "$T/answer")" = same ]
	[ "$(sed '1,/^$/d' "$T/answer" | wc -c)" -eq 0 ]
	run on bravo sh /usr/local/far zone nonesuch
	[ "$status" -eq 64 ]
	run far bravo signer sign example.org 6000
	[ "$status" -eq 0 ]
	run far bravo signer sign example.org 300
	[ "$status" -eq 1 ]
	run far bravo swap-back last
	[ "$status" -eq 2 ]
	far bravo stop enforcer 60
	far bravo stop signer 60
}

# ---- what is kept aside -------------------------------------------------------------------------------------------

# put_aside NAME STATE SECONDS: as a swap of that run left it on bravo then
put_aside() {
	on bravo sh -c 'cd /var/lib/ods-failover/aside && mkdir "$1" && : >"$1/moves" && echo "$2" >"$1/state" &&
		touch -d "@$3" "$1/moves" "$1"' aside "$@"
}

left() { on "$1" find "/var/lib/ods-failover/$2" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | tr '\n' ' '; } # HOST KIND

@test "what swaps put aside is listed, the newest first, with its state and size" {
	on bravo sh -c 'cd /var/lib/ods-failover/aside && find . -mindepth 1 -maxdepth 1 ! -name last -exec rm -r {} +'
	put_aside s4 swapped 1000000014
	put_aside half placing 1000000000
	on bravo sh -c 'cd /var/lib/ods-failover/aside && mkdir odd odd/old && : >odd/moves && touch -d @1000000001 odd/moves && printf "x\033y" >odd/state
		mkdir s5.new && : >s5.new/moves'
	run far bravo observe
	[ "$status" -eq 0 ]
	sed -n '/^@aside$/,/^\.0$/p' <<<"$output" >"$T/aside"
	cat "$T/aside"
	[ "$(cut -d ' ' -f 1,3 "$T/aside" | tr '\n' ' ')" = '@aside |last swapped |s4 swapped |odd unknown |half placing .0 ' ]
	[ "$(sed -n '3s/.* \([0-9]*\) swapped .*/\1/p' "$T/aside")" -eq 1000000014 ]
	# All that stood there before: the database and zones alone are more than this.
	[ "$(sed -n '2s/.* //p' "$T/aside")" -gt 100000 ]
	on bravo rm -r /var/lib/ods-failover/aside/odd
}

@test "tidy keeps what the last three runs put aside, whatever was undone meanwhile, and what stopped half way" {
	local n
	for words in tidy 'tidy 3' 'tidy 2 last' 'tidy x last' 'tidy 3 a/b'; do
		run far bravo $words
		[ "$status" -eq 64 ]
	done
	for n in 1 2 3; do put_aside "s$n" swapped 100000001$n; done
	for n in 1 2 3 4; do put_aside "u$n" back 100000002$n; done
	put_aside u4.1 back 1000000025
	put_aside u4.2 back 1000000026
	run far bravo tidy 3 nosuch
	[ "$status" -eq 2 ]
	[ "$(left bravo aside)" = 'half last s1 s2 s3 s4 s5.new u1 u2 u3 u4 u4.1 u4.2 ' ]
	run far bravo tidy 3 last
	[ "$status" -eq 0 ]
	[ "$(left bravo aside)" = 'half last s3 s4 u2 u3 u4 u4.1 u4.2 ' ]
	[ "$(fact dropped)" -eq 4 ]
	run far bravo tidy 3 last
	[ "$(fact dropped)" -eq 0 ]
	[ "$(left bravo copy)" = 'one three ' ]
}

@test "tidy drops nothing where the state that could take over is not that of the run any more" {
	far alpha snapshot late
	on alpha sh -c 'cd /var/lib/ods-failover/snap && for n in 1 2 3; do mkdir old$n && touch -d @100000000$n old$n; done'
	on alpha sed -i '3s/outbound [0-9]*/outbound 4000000001/' /var/lib/opendnssec/signer/example.net.backup2
	run far alpha tidy 3 late
	[ "$status" -eq 2 ]
	[[ "$output" == *'example.net.backup2 is not that of run late any more; nothing is dropped.'* ]]
	[ "$(left alpha snap)" = 'late old1 old2 old3 one ' ]
	on alpha cp -p /var/lib/ods-failover/snap/late/tree/signer/example.net.backup2 /var/lib/opendnssec/signer/
	# A swap that was taken back put nothing in place.
	run far bravo tidy 3 u4
	[ "$status" -eq 2 ]
	run far alpha tidy 3 late
	[ "$status" -eq 0 ]
	[ "$(fact dropped)" -eq 2 ]
	[ "$(left alpha snap)" = 'late old3 one ' ]
}
