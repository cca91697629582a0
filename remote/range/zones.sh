# zones.sh -- the twelve zones of the range: the table, and their unsigned text. Sourced by bash.
# shellcheck shell=bash

# NAME POLICY UNSIGNED-SERIAL CONTENT
zone_table() {
	cat <<-'END'
		counter.example counter 1001 plain
		xn--bcher-kva.example counter 41 plain
		8/29.2.0.192.in-addr.arpa counter 7 slash
		2.0.192.in-addr.arpa counter 12 reverse
		records.example counter 300 kinds
		date.example datecounter 2024010100 plain
		wild.example datecounter 2024010107 wild
		time.example unixtime 1700000000 plain
		8.b.d.0.1.0.0.2.ip6.arpa unixtime 1700000001 reverse6
		big.example unixtime 1700000002 big
		short.example short 1700000003 plain
		keep.example keep 2024010100 plain
	END
}

zone_names() { zone_table | cut -d' ' -f1; }

# file_of ZONE: OpenDNSSEC's own way with a slash in a file name
file_of() { printf '%s\n' "${1//\//-}"; }

head_of_zone() { # SERIAL
	cat <<-END
		\$TTL 300
		@ IN SOA ns1.range.test. hostmaster.range.test. $1 300 60 1209600 300
		@ IN NS ns1.range.test.
	END
}

content_plain() {
	cat <<-'END'
		@ IN A 192.0.2.1
		@ IN AAAA 2001:db8::1
		@ IN MX 10 mail
		@ IN TXT "v=spf1 mx -all"
		www IN A 192.0.2.2
		www IN AAAA 2001:db8::2
		mail IN A 192.0.2.3
		ftp IN CNAME www
	END
}

# The addresses 8 to 15 of 192.0.2.0, delegated without a boundary on an octet (RFC 2317).
content_slash() {
	local i
	for i in {9..14}; do echo "$i IN PTR host-$i.counter.example."; done
}

content_reverse() {
	local i
	for i in {1..7}; do echo "$i IN PTR host-$i.counter.example."; done
	echo '8/29 IN NS ns1.range.test.'
	for i in {8..15}; do echo "$i IN CNAME $i.8/29"; done
}

content_reverse6() {
	local i
	for i in {1..9}; do echo "$i.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 IN PTR host-$i.counter.example."; done
}

# Records whose text is easily misread: quotes, semicolons, escapes, upper case, types of our own number.
content_kinds() {
	cat <<-'END'
		@ IN A 192.0.2.4
		@ IN CAA 0 issue "ca.example; policy=ev"
		text IN TXT "a \"quoted\" word" "semi;colon" "back\\slash" "\000\255 octets"
		long IN TXT ( "first part of a long text that goes on"
			"second part ; not a comment" )
		_443._tcp IN TLSA 3 1 1 ab34c1a2d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f80
		_sip._udp IN SRV 10 20 5060 sip
		sip IN A 192.0.2.5
		host IN SSHFP 4 2 ab34c1a2d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f80
		MixedCase IN A 192.0.2.6
		dot\.in\.label IN A 192.0.2.7
		own IN TYPE65400 \# 4 c0000207
		naptr IN NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp
		loc IN LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
		other 3600 IN A 192.0.2.8
	END
}

# A wildcard, a delegation with DS and glue, one without DS, and names that exist only because of what is below them.
content_wild() {
	cat <<-'END'
		@ IN A 192.0.2.1
		*.apps IN A 192.0.2.20
		*.apps IN TXT "any application"
		fixed.apps IN A 192.0.2.21
		secure IN NS ns.secure
		secure IN DS 12345 13 2 49FD46E6C4B45C55D4AC69CBD3CD34AC1AFE51DE0D3B1A2C4C1D3D4E5F607182
		ns.secure IN A 192.0.2.53
		ns.secure IN AAAA 2001:db8::53
		plain IN NS ns.plain
		plain IN NS ns.elsewhere.test.
		ns.plain IN A 192.0.2.54
		deep.below.nothing IN A 192.0.2.22
		a.very.deep.name IN TXT "the names above are empty"
	END
}

# 20,000 records: 10,000 hosts with an address of each kind
content_big() {
	awk 'BEGIN {
		for (i = 1; i <= 10000; i++)
			printf "host-%05d IN A 198.18.%d.%d\nhost-%05d IN AAAA 2001:db8:1::%x\n", i, int(i / 250), i % 250 + 1, i, i
	}'
}

write_zones() { # DIRECTORY: the unsigned zones
	local name policy serial content
	while read -r name policy serial content; do
		{
			head_of_zone "$serial"
			"content_$content"
		} >"$1/$(file_of "$name")"
	done < <(zone_table)
}

write_zonelist() { # FILE
	local name policy file
	{
		echo '<?xml version="1.0" encoding="UTF-8"?>'
		echo '<ZoneList>'
		while read -r name policy _; do
			file=$(file_of "$name")
			cat <<-END
				  <Zone name="$name">
				    <Policy>$policy</Policy>
				    <SignerConfiguration>/var/lib/opendnssec/signconf/$file.xml</SignerConfiguration>
				    <Adapters>
				      <Input><Adapter type="File">/var/lib/opendnssec/unsigned/$file</Adapter></Input>
				      <Output><Adapter type="File">/var/lib/opendnssec/signed/$file</Adapter></Output>
				    </Adapters>
				  </Zone>
			END
		done < <(zone_table)
		echo '</ZoneList>'
	} >"$1"
}
