#!/bin/bash
# instance.sh NAME active|standby -- sets a host up, from within, as an instance: OpenDNSSEC with SoftHSM, and NSD as the hidden
# primary of what it signs. Says in /run/range/stage how far it is.
# shellcheck disable=SC1091 # the parts lie beside it
set -eu
name=$1 role=$2
cd /run/range
. ./base.sh
. ./inside.sh
. ./zones.sh
. ./policies.sh

zone_stanza() {
	cat <<-END
		zone:
			name: "$1"
			zonefile: "/var/lib/opendnssec/signed/$(file_of "$1")"
			notify: 10.77.1.53 NOKEY
			provide-xfr: 10.77.1.53 NOKEY
			provide-xfr: 10.77.1.1 NOKEY
	END
}

stage() {
	echo "$*" >/run/range/stage.new
	mv /run/range/stage.new /run/range/stage
}

# The two instances number their users differently, as two hosts that grew apart do.
users() { # OPENDNSSEC-ID
	[ "$role" = active ] || {
		groupmod -g "$1" opendnssec
		usermod -u "$1" opendnssec
	}
	usermod -aG softhsm,nsd opendnssec
	usermod -aG opendnssec nsd
}

as_opendnssec() { setpriv --reuid opendnssec --regid opendnssec --init-groups "$@"; }

# New directories, not those of the machine seen through the overlay: they belong to this host alone, and only a
# directory that has nothing below it in the overlay can be renamed.
directories() {
	local dir
	rm -rf /var/lib/opendnssec /var/lib/softhsm /var/lib/ods-failover /etc/opendnssec /etc/softhsm /run/opendnssec
	install -d -m 0750 -o root -g opendnssec /var/lib/opendnssec
	for dir in db enforcer signconf signed signer tmp unsigned; do
		install -d -m 0755 -o opendnssec -g opendnssec /var/lib/opendnssec/$dir
	done
	install -d -m 2770 -o root -g softhsm /var/lib/softhsm /var/lib/softhsm/tokens
	install -d -m 0770 -o root -g opendnssec /etc/opendnssec
	install -d -m 0750 -o root -g softhsm /etc/softhsm
	install -d -m 0775 -o opendnssec -g opendnssec /run/opendnssec
}

token() {
	install -m 0640 -o root -g softhsm /dev/null /etc/softhsm/softhsm2.conf
	printf 'directories.tokendir = /var/lib/softhsm/tokens/\nobjectstore.backend = file\nlog.level = ERROR\n' \
		>/etc/softhsm/softhsm2.conf
	# The PIN is typed, at a terminal of its own, so that no process list shows it.
	printf '%s\n%s\n%s\n%s\n' "$pin" "$pin" "$pin" "$pin" |
		as_opendnssec timeout 20 script -qec 'softhsm2-util --init-token --free --label OpenDNSSEC' /dev/null >/dev/null
	[ -n "$(ls -A /var/lib/softhsm/tokens)" ]
}

configuration() {
	install -m 0640 -o root -g opendnssec /dev/null /etc/opendnssec/conf.xml
	cat >/etc/opendnssec/conf.xml <<-END
		<?xml version="1.0" encoding="UTF-8"?>
		<Configuration>
		  <RepositoryList>
		    <Repository name="SoftHSM">
		      <Module>$(softhsm_module)</Module>
		      <TokenLabel>OpenDNSSEC</TokenLabel>
		      <PIN>$pin</PIN>
		      <RequireBackup/>
		      <SkipPublicKey/>
		    </Repository>
		  </RepositoryList>
		  <Common>
		    <Logging>
		      <Verbosity>3</Verbosity>
		      <Syslog><Facility>local0</Facility></Syslog>
		    </Logging>
		    <PolicyFile>/etc/opendnssec/kasp.xml</PolicyFile>
		    <ZoneListFile>/etc/opendnssec/zonelist.xml</ZoneListFile>
		  </Common>
		  <Enforcer>
		    <Privileges><User>opendnssec</User><Group>opendnssec</Group></Privileges>
		    <Datastore><SQLite>/var/lib/opendnssec/db/kasp.db</SQLite></Datastore>
		    <AutomaticKeyGenerationPeriod>P90D</AutomaticKeyGenerationPeriod>
		    <WorkingDirectory>/var/lib/opendnssec/enforcer</WorkingDirectory>
		  </Enforcer>
		  <Signer>
		    <Privileges><User>opendnssec</User><Group>opendnssec</Group></Privileges>
		    <WorkingDirectory>/var/lib/opendnssec/signer</WorkingDirectory>
		    <WorkerThreads>4</WorkerThreads>
		    <SignerThreads>4</SignerThreads>
		    <NotifyCommand>/usr/local/sbin/zone-signed %zone</NotifyCommand>
		  </Signer>
		</Configuration>
	END
	write_policies /etc/opendnssec/kasp.xml
	printf '<?xml version="1.0" encoding="UTF-8"?>\n<ZoneList/>\n' >/etc/opendnssec/zonelist.xml
	install -m 0640 /usr/share/opendnssec/addns.xml /etc/opendnssec/addns.xml
	chown root:opendnssec /etc/opendnssec/kasp.xml /etc/opendnssec/addns.xml
	chown opendnssec:opendnssec /etc/opendnssec/zonelist.xml
	chmod 0640 /etc/opendnssec/kasp.xml /etc/opendnssec/zonelist.xml
	install -d -m 0755 /usr/local/sbin
	cat >/usr/local/sbin/zone-signed <<-'END'
		#!/bin/sh
		# NotifyCommand: the name server reads the zone again. The signer waits for this: it ends soon, whatever NSD does.
		exec timeout 5 nsd-control -c /etc/nsd/nsd.conf reload "$1" </dev/null >/dev/null 2>&1
	END
	chmod 0755 /usr/local/sbin/zone-signed
}

softhsm_module() {
	local path
	for path in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so; do
		[ ! -e "$path" ] || {
			echo "$path"
			return
		}
	done
}

database() {
	ods-enforcer-db-setup -f >/run/range/db-setup 2>&1 </dev/null
	chown opendnssec:opendnssec /var/lib/opendnssec/db/kasp.db
}

pin=$(cat pin)
rm pin
stage users
identity "$name"
syslog
users 2105
operator /run/range/operator.pub
ssh_server
directories
name_server
init_reload
stage token
token
configuration
database
if [ "$role" = active ]; then
	. ./signing.sh
	signing
else
	# As Debian leaves a new installation.
	echo 'OpenDNSSEC requires manual configuration before the signer and enforcer daemons can be started.' \
		>/etc/opendnssec/prevent-startup
fi
stage "done"
