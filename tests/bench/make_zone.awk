# Unsigned zones of any size, the same each time: awk -v kind=delegations|hosts -v records=N -f make_zone.awk
#   delegations   a registry: NS, 30 % with DS, 8 % with glue
#   hosts         an enterprise: addresses, aliases, mail, services, keys, empty non-terminals
function rnd(n) {
	seed = (seed * 16807) % 2147483647
	return seed % n
}
function hex(n,   s) {
	s = ""
	while (n-- > 0)
		s = s substr("0123456789abcdef", rnd(16) + 1, 1)
	return s
}
function name(   s, n) {
	n = 4 + rnd(10)
	s = ""
	while (n-- > 0)
		s = s substr("abcdefghijklmnopqrstuvwxyz0123456789", rnd(36) + 1, 1)
	return s "-" ++names
}
function put(owner, ttl, type, data) {
	print owner ".\t" ttl "\tIN\t" type "\t" data
	made++
}
function delegation(   n, servers, i) {
	n = name() "." zone
	servers = 2 + (rnd(100) < 20)
	for (i = 1; i <= servers; i++)
		put(n, 86400, "NS", rnd(100) < 8 ? "ns" i "." n "." : "ns" i ".host" rnd(5000) ".example.net.")
	if (rnd(100) < 30)
		put(n, 3600, "DS", rnd(65536) " 13 2 " hex(64))
	if (rnd(100) < 8)
		glue("ns1." n)
}
function glue(n) {
	if (rnd(4))
		put(n, 86400, "A", last_address())
	else
		put(n, 86400, "AAAA", "2001:db8::" rnd(9) + 1 hex(3))
}
function last_address() {
	return "192.0.2." rnd(256)
}
function host(   n, kind_of) {
	n = (rnd(10) == 0 ? name() ".dept" rnd(300) ".site" rnd(40) : name()) "." zone
	kind_of = rnd(100)
	if (kind_of < 12) {
		put(n, 3600, "CNAME", "target" rnd(1000) "." zone ".")
		return
	}
	if (kind_of < 16) {
		put("_443._tcp." n, 3600, "TLSA", "3 1 1 " hex(64))
		put(n, 3600, "A", last_address())
		return
	}
	if (kind_of < 20) {
		put("_sip._udp." n, 3600, "SRV", rnd(10) " " rnd(100) " 5060 " n ".")
		put(n, 3600, "A", last_address())
		return
	}
	put(n, 3600, "A", last_address())
	if (rnd(3) == 0)
		put(n, 3600, "AAAA", "2001:db8:" hex(4) ":" rnd(9) + 1 hex(3) "::" rnd(9) + 1 hex(2))
	if (rnd(5) == 0)
		put(n, 7200, "MX", 10 * (1 + rnd(3)) " mail" rnd(20) "." zone ".")
	if (rnd(6) == 0)
		put(n, 300, "TXT", "\"v=spf1 ip4:192.0.2." rnd(256) " -all\" \"token " hex(16) "\"")
	if (rnd(12) == 0)
		put(n, 3600, "SSHFP", "4 2 " hex(64))
	if (rnd(15) == 0)
		put(n, 3600, "CAA", "0 issue \"ca" rnd(9) ".example.net\"")
}
BEGIN {
	seed = 20261124
	zone = kind == "hosts" ? "corp.example" : "tld"
	put(zone, 3600, "SOA", "ns1." zone ". hostmaster." zone ". 2026112401 3600 900 1209600 300")
	put(zone, 3600, "NS", "ns1." zone ".")
	put(zone, 3600, "NS", "ns2.example.net.")
	put("ns1." zone, 3600, "A", "192.0.2.1")
	while (made < records)
		if (kind == "hosts")
			host()
		else
			delegation()
}
