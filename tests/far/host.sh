#!/bin/sh
# shellcheck disable=SC2317,SC2034,SC2016 # used by the tests that source it
# host.sh -- a whole host of its own to try the far side on: private namespaces, an overlay over / whose upper directory is a
# tmpfs, SoftHSM and OpenDNSSEC with three zones. Nothing of the machine is touched, nothing is left when it ends.
#
#   host.sh up DIR [UID [MANAGER]]  makes it; DIR/pid is its first process. UID: what the user of the daemons is numbered
#                                   there. MANAGER: what runs its services, systemd or runit; nothing otherwise
#   host.sh in DIR CMD ...          runs a command there
#   host.sh down DIR
set -eu

host_pid() { cat "$1/pid"; }

host_in() { # DIR CMD ...
	pid=$(host_pid "$1")
	shift
	exec nsenter -t "$pid" -m -p -n -u -i -r -w -- "$@"
}

# Runs as the first process of the new namespaces.
host_init() { # DIR UID MANAGER
	dir=$1 uid=$2 manager=$3
	mount --make-rprivate /
	mount -t tmpfs -o mode=0700 tmpfs "$dir/disk"
	mkdir "$dir/disk/upper" "$dir/disk/work" "$dir/disk/root"
	root=$dir/disk/root
	mount -t overlay -o "lowerdir=/,upperdir=$dir/disk/upper,workdir=$dir/disk/work" overlay "$root"
	mount -t proc proc "$root/proc"
	for t in run tmp dev; do mount -t tmpfs tmpfs "$root/$t"; done
	chmod 1777 "$root/tmp"
	for d in null zero full random urandom tty; do
		: >"$root/dev/$d"
		mount --bind "/dev/$d" "$root/dev/$d"
	done
	ln -s /proc/self/fd "$root/dev/fd"
	hostname "far-${dir##*/}"
	ip link set lo up 2>/dev/null || :
	# A file system of its own for the tokens: a swap has to cope with a rename that may not cross one.
	mkdir -p "$root/var/lib/softhsm/tokens"
	exec chroot "$root" /bin/sh -c "$(sed -n '/^#GUEST/,/^#END/p' "$0")" guest "$uid" "$manager"
	exit 1
}

case ${1:-} in
up)
	dir=$2 uid=${3:-102} manager=${4:-}
	mkdir -p "$dir/disk"
	cp "$(dirname "$0")/host.sh" "$dir/host.sh"
	setsid unshare -m -p -n -u -i -C --fork sh "$dir/host.sh" init "$dir" "$uid" "$manager" </dev/null >"$dir/log" 2>&1 &
	un=$!
	tries=0
	until [ -s "$dir/pid" ] && grep -q '^ready$' "$dir/log"; do
		kill -0 $un 2>/dev/null || { cat "$dir/log"; exit 1; }
		pid=$(ps -o pid= --ppid $un | tr -d ' ')
		[ -z "$pid" ] || echo "$pid" >"$dir/pid"
		tries=$((tries + 1))
		[ $tries -lt 600 ] || { cat "$dir/log"; exit 1; }
		sleep 0.1
	done
	;;
init) host_init "$2" "$3" "$4" ;;
in)
	shift
	host_in "$@"
	;;
down)
	[ ! -s "$2/pid" ] || kill -KILL "$(host_pid "$2")" 2>/dev/null || :
	while [ -s "$2/pid" ] && kill -0 "$(host_pid "$2")" 2>/dev/null; do sleep 0.05; done
	rm -rf "$2"
	;;
*) exit 64 ;;
esac
exit 0

#GUEST
set -eu
umask 022
uid=$1
if [ "$uid" != "$(id -u opendnssec)" ]; then
	usermod -u "$uid" opendnssec
	groupmod -g "$uid" opendnssec
fi
usermod -aG softhsm opendnssec
rm -rf /var/lib/opendnssec /var/lib/ods-failover /var/lib/softhsm/tokens /etc/opendnssec /etc/softhsm
mkdir -p /var/lib/softhsm/tokens /etc/softhsm /etc/opendnssec /var/lib/opendnssec /run/opendnssec /var/log
printf 'directories.tokendir = /var/lib/softhsm/tokens/\nobjectstore.backend = file\nlog.level = ERROR\n' \
	>/etc/softhsm/softhsm2.conf
chgrp -R softhsm /etc/softhsm /var/lib/softhsm
chmod 2770 /var/lib/softhsm /var/lib/softhsm/tokens
chmod 0750 /etc/softhsm
chmod 0640 /etc/softhsm/softhsm2.conf
cd /var/lib/opendnssec
mkdir db enforcer signconf signed signer tmp unsigned signconf/0 signed/0 unsigned/0
chown -R opendnssec:opendnssec db enforcer signconf signed signer tmp unsigned /run/opendnssec
chgrp opendnssec . /etc/opendnssec
chmod 0750 . /etc/opendnssec
cat >/etc/opendnssec/conf.xml <<'XML'
<?xml version="1.0"?>
<Configuration><!-- <Enforcer><Datastore><SQLite>/wrong</SQLite></Datastore></Enforcer> -->
<RepositoryList><Repository name="SoftHSM"><Module>/usr/lib/softhsm/libsofthsm2.so</Module><TokenLabel>OpenDNSSEC</TokenLabel>
<PIN>s3cr&amp;t&gt;4</PIN><RequireBackup/><SkipPublicKey/></Repository></RepositoryList>
<Common><Logging><Syslog><Facility>local0</Facility></Syslog></Logging>
<PolicyFile>/etc/opendnssec/kasp.xml</PolicyFile><ZoneListFile>/etc/opendnssec/zonelist.xml</ZoneListFile></Common>
<Enforcer><Privileges><User>opendnssec</User><Group>opendnssec</Group></Privileges>
<Datastore><SQLite>/var/lib/opendnssec/db/kasp.db</SQLite></Datastore>
<AutomaticKeyGenerationPeriod>P90D</AutomaticKeyGenerationPeriod>
<WorkingDirectory>/var/lib/opendnssec/enforcer</WorkingDirectory></Enforcer>
<Signer><Privileges><User>opendnssec</User><Group>opendnssec</Group></Privileges>
<WorkingDirectory>/var/lib/opendnssec/signer</WorkingDirectory>
<NotifyCommand>/bin/true</NotifyCommand></Signer>
</Configuration>
XML
policy() { # NAME SERIAL DENIAL
	cat <<XML
<Policy name="$1"><Description>$1</Description>
<Signatures><Resign>PT2H</Resign><Refresh>P3D</Refresh><Validity><Default>P14D</Default><Denial>P14D</Denial></Validity>
<Jitter>PT12H</Jitter><InceptionOffset>PT3600S</InceptionOffset></Signatures>
<Denial>$3</Denial>
<Keys><TTL>PT60S</TTL><RetireSafety>PT60S</RetireSafety><PublishSafety>PT60S</PublishSafety><Purge>P14D</Purge>
<KSK><Algorithm length="256">13</Algorithm><Lifetime>P1Y</Lifetime><Repository>SoftHSM</Repository></KSK>
<ZSK><Algorithm length="256">13</Algorithm><Lifetime>P90D</Lifetime><Repository>SoftHSM</Repository></ZSK></Keys>
<Zone><PropagationDelay>PT60S</PropagationDelay><SOA><TTL>PT60S</TTL><Minimum>PT60S</Minimum><Serial>$2</Serial></SOA></Zone>
<Parent><PropagationDelay>PT60S</PropagationDelay><DS><TTL>PT60S</TTL></DS><SOA><TTL>PT60S</TTL><Minimum>PT60S</Minimum></SOA></Parent>
</Policy>
XML
}
{
	echo '<?xml version="1.0"?><KASP>'
	policy count counter '<NSEC/>'
	policy dated datecounter '<NSEC3><OptOut/><Resalt>P100D</Resalt><Hash><Algorithm>1</Algorithm><Iterations>0</Iterations><Salt length="8"/></Hash></NSEC3>'
	policy timed unixtime '<NSEC3><Resalt>P100D</Resalt><Hash><Algorithm>1</Algorithm><Iterations>0</Iterations><Salt length="0"/></Hash></NSEC3>'
	echo '</KASP>'
} >/etc/opendnssec/kasp.xml
echo '<?xml version="1.0"?><ZoneList/>' >/etc/opendnssec/zonelist.xml
echo '<?xml version="1.0"?><Adapters/>' >/etc/opendnssec/addns.xml
chown root:opendnssec /etc/opendnssec/*.xml
chmod 0640 /etc/opendnssec/*.xml
chown opendnssec:opendnssec /etc/opendnssec/zonelist.xml
for z in example.org example.net 0/25.2.0.192.in-addr.arpa; do
	cat >unsigned/"$z" <<ZONE
\$TTL 3600
@ IN SOA ns1.example.org. "host;master".example.org. ( ; (odd)
	100 ; serial
	3600 600 86400 300 )
	IN NS ns1.example.org.
www	IN A 192.0.2.1
*.wild	IN TXT "a;b(c" "d"
ZONE
done
chown -R opendnssec:opendnssec unsigned
setpriv --reuid opendnssec --regid opendnssec --init-groups \
	softhsm2-util --init-token --free --label OpenDNSSEC --pin 's3cr&t>4' --so-pin 5678 >/dev/null
if [ ! -e /var/lib/bare ]; then
	ods-enforcer-db-setup -f </dev/null >/dev/null 2>&1
	chown opendnssec:opendnssec db/kasp.db
fi
case $2 in
systemd) # the real one, as the first process; nothing of it reaches the machine's kernel
	mount -t tmpfs tmpfs /sys
	mkdir -p /sys/fs/cgroup
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	mount -o bind,ro /proc/sys /proc/sys
	for unit in systemd-sysctl systemd-modules-load systemd-udevd systemd-udev-trigger; do
		ln -sf /dev/null "/etc/systemd/system/$unit.service"
	done
	echo ready
	exec env -i PATH="$PATH" container=far /lib/systemd/systemd --system --unit=basic.target --log-target=null
	;;
runit) # services that nobody wants yet: down until they are told
	rm -f /usr/sbin/policy-rc.d # by which a machine that installs packages keeps every service down
	mkdir /run/service
	for name in opendnssec-enforcer opendnssec-signer; do
		mkdir "/run/service/$name"
		cp "/etc/sv/$name/run" "/run/service/$name"
		: >"/run/service/$name/down"
	done
	rm -rf /etc/service
	ln -s /run/service /etc/service
	runsvdir /etc/service </dev/null >/dev/null 2>&1 &
	;;
esac
busybox syslogd -O /var/log/syslog -S
echo ready
sleep infinity &
while :; do wait; done
#END
