# Shared by the tests of the headless commands. $ODS_FAILOVER names the program.

setup() {
	export HOME=$BATS_TEST_TMPDIR/home LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1
	export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state
	unset ODS_FAILOVER_CONFIG XDG_CONFIG_HOME ODSF_DATA
	mkdir -p "$HOME"
	good=$BATS_TEST_TMPDIR/failover.xml
	cat >"$good" <<'END'
<Failover>
  <Pair name="main">
    <Instance name="alpha" role="active">
      <Host>192.0.2.10</Host>
    </Instance>
    <Instance name="bravo" role="standby"><Host>192.0.2.20</Host></Instance>
    <Mode>cold</Mode>
    <NameServer>192.0.2.53</NameServer>
  </Pair>
</Failover>
END
}

# odsf ARGUMENT...: runs the program with nothing to read; leaves $status, $out and $err
odsf() {
	status=0
	timeout 120 "$ODS_FAILOVER" "$@" </dev/null >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
	out=$(cat "$BATS_TEST_TMPDIR/out")
	err=$(cat "$BATS_TEST_TMPDIR/err")
	printf '$ ods-failover %s\n%s\n%s\nstatus %s\n' "$*" "$out" "$err" "$status"
}

# measured ARGUMENT...: as odsf, and leaves $peak in KiB: what it really takes, and no limit of addresses: a sanitizer's
# build reserves more of those than there are
measured() {
	local program=$ODS_FAILOVER
	printf '#!/bin/sh\nexec /usr/bin/time -q -f %%M -o "%s" "%s" "$@"\n' "$BATS_TEST_TMPDIR/peak" "$program" >"$BATS_TEST_TMPDIR/measured"
	chmod +x "$BATS_TEST_TMPDIR/measured"
	ODS_FAILOVER=$BATS_TEST_TMPDIR/measured
	odsf "$@"
	ODS_FAILOVER=$program
	peak=$(tail -n 1 "$BATS_TEST_TMPDIR/peak")
	echo "peak $peak KiB"
}

# expect STATUS [PART OF STDERR]...: of the last odsf
expect() {
	[ "$status" -eq "$1" ] || {
		echo "status $status and not $1"
		return 1
	}
	shift
	for part; do
		case $err in
		*"$part"*) ;;
		*)
			echo "not in standard error: $part"
			return 1
			;;
		esac
	done
}

# json EXPRESSION: the last output is JSON and EXPRESSION holds
json() {
	jq -e "$1" <<<"$out" >/dev/null || {
		echo "does not hold: $1"
		return 1
	}
}

# bad SED-SCRIPT: a failover.xml that is not good
bad() {
	sed -E "$1" "$good" >"$BATS_TEST_TMPDIR/bad.xml"
	! cmp -s "$good" "$BATS_TEST_TMPDIR/bad.xml"
}

# plain_zone: the text of an unsigned zone, with what chains have to get right: a wildcard, empty non-terminals, delegations
plain_zone() {
	cat <<'END'
$ORIGIN example.test.
$TTL 3600
@ SOA ns1 host 2026112401 3600 900 1209600 300
@ NS ns1
@ MX 10 mail
ns1 A 192.0.2.1
mail A 192.0.2.2
mail AAAA 2001:db8::2
*.wild TXT "w;x" "y"
a.b.c.ent A 192.0.2.3
sub NS ns.sub
ns.sub A 192.0.2.9
sec NS ns1
sec DS 12345 13 2 0000000000000000000000000000000000000000000000000000000000000000
www 300 A 192.0.2.4
END
}
