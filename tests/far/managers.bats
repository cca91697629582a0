#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031 # words for shells on the host
# Daemons that something else looks after: a real systemd as the first process of its host, a real runsvdir. The verbs go through
# it, what is stopped stays down, and a closed instance is not started. $FAR: the program; made of its parts when not given.

load common

setup_file() {
	[ "$(id -u)" = 0 ] || skip 'only root may make namespaces'
	far_setup
	local host
	for host in systemd runit; do
		sh "$HERE/host.sh" up "$T/$host" 102 $host 3>&-
		on $host sh -c 'cat >/usr/local/far && chmod 0755 /usr/local/far' <"$T/far"
	done
	until on systemd systemctl is-active --quiet basic.target; do sleep 0.1; done
	until on runit sv status /etc/service/opendnssec-signer | grep -q '^down:'; do sleep 0.1; done
}

teardown_file() { far_teardown systemd runit; }

# What the manager itself says of a service: active or inactive, and its pid.
said() { # MANAGER DAEMON
	case $1 in
	systemd) on systemd systemctl show -p ActiveState,MainPID "opendnssec-$2.service" | sort | tr '\n' ' ' ;;
	runit) on runit sv status "/etc/service/opendnssec-$2" ;;
	esac
}
is_its() { # MANAGER DAEMON PID
	case $1 in
	systemd) [ "$(said systemd "$2")" = "ActiveState=active MainPID=$3 " ] ;;
	runit) said runit "$2" | grep -q "^run: .*(pid $3)" ;;
	esac
}
is_down() { # MANAGER DAEMON
	case $1 in
	systemd) [ "$(said systemd "$2")" = 'ActiveState=inactive MainPID=0 ' ] ;;
	runit) said runit "$2" | grep -q '^down: ' ;;
	esac
}

# OpenDNSSEC's daemons hang as they end, one time in twenty: then it takes a kill, as in a run.
stops() { # MANAGER DAEMON
	run far "$1" stop "$2" 20
	[ "$status" -ne 3 ] || {
		far "$1" kill "$2" "$(fact pid)"
		run far "$1" stop "$2" 20
	}
	[ "$status" -eq 0 ]
	[ "$(fact running)" = no ]
}

starts_and_stops() { # MANAGER
	local daemon
	for daemon in enforcer signer; do
		run far "$1" start $daemon 60
		[ "$status" -eq 0 ]
		[ "$(fact by)" = "$1" ]
		[ "$(fact processes)" = 1 ]
		is_its "$1" $daemon "$(fact pid)"
	done
	for daemon in enforcer signer; do
		stops "$1" $daemon
		is_down "$1" $daemon
	done
	run far "$1" alive signer
	[ "$(fact running)" = no ]
}

refuses_closed() { # MANAGER
	on "$1" touch /etc/opendnssec/prevent-startup
	run far "$1" start signer 20
	on "$1" rm /etc/opendnssec/prevent-startup
	[ "$status" -ne 0 ]
	[[ $output == *prevent-startup* ]]
	[ "$(fact running)" != yes ]
	is_down "$1" signer
}

@test "systemd: a daemon is started and stopped as its unit, and stays down" {
	starts_and_stops systemd
}

@test "systemd: a start that it would skip is refused with the reason" {
	refuses_closed systemd
}

@test "systemd: a unit that starts its daemon anew is stopped with it" {
	on systemd sh -c 'mkdir -p /etc/systemd/system/opendnssec-signer.service.d
		printf "[Service]\nRestart=always\nRestartSec=0\n" >/etc/systemd/system/opendnssec-signer.service.d/again.conf
		systemctl daemon-reload'
	run far systemd start signer 60
	[ "$status" -eq 0 ]
	stops systemd signer
	is_down systemd signer
}

@test "runit: a daemon is started and stopped as its service, and stays down" {
	starts_and_stops runit
}

@test "runit: a start that it would skip is refused with the reason" {
	refuses_closed runit
}

@test "what is observed to run the daemons is what starts them" {
	local host
	for host in systemd runit; do
		run far $host observe
		[ "$(fact service-manager)" = $host ]
	done
}

@test "a fenced instance is not started by either" {
	local host
	for host in systemd runit; do
		run far $host fence test-run
		[ "$status" -eq 0 ]
		run far $host start signer 20
		[ "$status" -ne 0 ]
		[[ $output == *fenced* ]]
		is_down $host signer
	done
}

@test "systemd: whatever unit starts a daemon is fenced, of any name that it is started by" {
	local unit
	for unit in ods-enforcer ods-signer; do
		on systemd sh -c "printf '[Service]\nExecStart=/usr/sbin/${unit}d -d\n[Install]\nWantedBy=multi-user.target\n' >/usr/lib/systemd/system/$unit.service"
	done
	on systemd systemctl daemon-reload
	# Also where an earlier run has fenced it already.
	run far systemd fence units
	[ "$status" -eq 0 ]
	for unit in ods-enforcer ods-signer; do
		[ "$(on systemd systemctl is-enabled $unit.service)" = masked ]
		grep -q "^=by masked $unit.service" <<<"$output"
	done
	[ "$(fact run)" = test-run ]
	run far systemd unfence units
	[ "$(fact fenced)" = yes ]
	run far systemd unfence test-run
	for unit in ods-enforcer ods-signer; do
		[ "$(on systemd systemctl is-enabled $unit.service)" = disabled ]
	done
}

@test "systemd: a unit that was made by hand, which cannot be masked, is fenced and made ready all the same" {
	local unit=/etc/systemd/system/ods-enforcerd.service
	on systemd sh -c "printf '[Service]\nExecStart=/usr/sbin/ods-enforcerd -d\n[Install]\nWantedBy=multi-user.target\n' >$unit
		systemctl daemon-reload; systemctl enable ods-enforcerd.service 2>/dev/null"
	run far systemd fence hand-made
	[ "$status" -eq 0 ]
	[ "$(fact fenced)" = yes ]
	on systemd systemctl start ods-enforcerd.service
	[ "$(on systemd systemctl is-active ods-enforcerd.service)" = inactive ]
	run far systemd fence hand-made
	[ "$(fact fenced)" = yes ]
	run far systemd unfence hand-made
	[ "$(fact fenced)" = no ]
	[ -z "$(on systemd sh -c 'systemctl cat ods-enforcerd.service | grep Condition')" ]
	[ "$(on systemd find /etc/systemd/system -name 'ods-enforcerd.service*' -newer $unit | wc -l)" -le 1 ]
	far systemd fence hand-made
	run far systemd ready later
	[ "$(fact ready)" = yes ]
	far systemd unready later
	run far systemd fenced
	[ "$(fact fenced)" = yes ]
	far systemd unfence hand-made
	on systemd sh -c "systemctl disable ods-enforcerd.service 2>/dev/null; rm $unit; systemctl daemon-reload"
}

@test "systemd: a daemon that is not started at boot is named, and left so" {
	local unit=opendnssec-signer.service
	on systemd systemctl disable $unit 2>/dev/null
	run far systemd ready boot
	[ "$(fact ready)" = yes ]
	run far systemd fenced
	[ "$status" -eq 0 ]
	[ "$(grep '^=not-at-boot signer ' <<<"$output")" = "=not-at-boot signer $unit" ]
	[ "$(on systemd systemctl is-enabled $unit)" = disabled ]
	far systemd unready boot
	on systemd systemctl enable opendnssec-enforcer.service $unit 2>/dev/null
	run far systemd fenced
	[[ $output != *not-at-boot* ]]
}
