# inside.sh -- what every host of the range has: its name, users, sshd, syslog, sudo. Sourced by the host's own set-up,
# which runs within the host, as its root, once.
# shellcheck shell=bash

LANG=C.UTF-8 TZ=UTC
export LANG TZ

# respawn COMMAND...: the host's init keeps it running
respawn() { printf '::respawn:%s\n' "$*" >>/run/range/inittab; }
init_reload() { kill -HUP 1; }

identity() { # NAME
	od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >/etc/machine-id
	echo >>/etc/machine-id
	echo "$1" >/etc/hostname
	printf '127.0.0.1 localhost\n10.77.1.10 alpha\n10.77.1.20 bravo\n10.77.1.53 ns1\n10.77.1.1 desk\n' >/etc/hosts
	rm -f /etc/resolv.conf
	: >/etc/resolv.conf
	# What the machine does by the clock is not this host's to do.
	rm -rf /etc/cron.d /etc/crontab /var/spool/cron /etc/puppet* /etc/ansible
}

syslog() {
	rm -f /var/log/syslog
	respawn /usr/bin/busybox syslogd -n -O /var/log/syslog
}

# operator: the login `oper`, by its key only, and by sudo nothing but the far side
operator() { # PUBLIC-KEY-FILE
	userdel -rf oper 2>/dev/null || true
	useradd -m -s /bin/sh -p '*' oper
	install -d -m 0700 -o oper -g oper /home/oper/.ssh
	install -m 0600 -o oper -g oper "$1" /home/oper/.ssh/authorized_keys
	rm -rf /etc/sudoers.d /etc/sudoers
	install -d -m 0750 /etc/sudoers.d
	install -m 0440 /dev/null /etc/sudoers
	cat >/etc/sudoers <<-'END'
		Defaults env_reset, !requiretty, !lecture
		Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
		root ALL=(ALL:ALL) ALL
		oper ALL=(root) NOPASSWD: /usr/local/lib/ods-failover/far
	END
	rm -rf /usr/local/lib/ods-failover
	install -d -m 0755 /usr/local/lib/ods-failover
	[ ! -f /run/range/far ] || install -m 0755 /run/range/far /usr/local/lib/ods-failover/far
}

ssh_server() {
	rm -rf /etc/ssh/ssh_host_* /etc/ssh/sshd_config /etc/ssh/sshd_config.d
	ssh-keygen -q -t ed25519 -N '' -C "$(hostname)" -f /etc/ssh/ssh_host_ed25519_key
	cat >/etc/ssh/sshd_config <<-'END'
		HostKey /etc/ssh/ssh_host_ed25519_key
		PidFile /run/sshd.pid
		PasswordAuthentication no
		KbdInteractiveAuthentication no
		PermitRootLogin no
		AllowUsers oper
		UsePAM no
		UseDNS no
		PrintMotd no
		MaxStartups 100
	END
	install -d -m 0755 /run/sshd
	respawn /usr/sbin/sshd -D
}

# name_server: NSD with the zones that zone_stanza writes, one call a zone
name_server() {
	local name
	rm -rf /etc/nsd /var/lib/nsd
	install -d -m 0755 /etc/nsd
	install -d -m 0755 -o nsd -g nsd /var/lib/nsd /run/nsd
	{
		cat <<-'END'
			server:
				zonesdir: "/var/lib/nsd"
				database: ""
				zonelistfile: "/var/lib/nsd/zone.list"
				xfrdfile: "/var/lib/nsd/xfrd.state"
				pidfile: "/run/nsd/nsd.pid"
				username: nsd
				server-count: 1
				xfrd-reload-timeout: 0
				hide-version: yes
				rrl-ratelimit: 0
			remote-control:
				control-enable: yes
				control-interface: /run/nsd/nsd.ctl
		END
		while read -r name; do zone_stanza "$name"; done < <(zone_names)
	} >/etc/nsd/nsd.conf
	respawn /usr/sbin/nsd -d -c /etc/nsd/nsd.conf
}
