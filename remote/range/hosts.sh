# hosts.sh -- raises the range: its file system, its desk and its hosts, side by side.
# shellcheck shell=bash
# shellcheck disable=SC2154 # $here is range.sh's

# lives NAME: the process that holds a host's, or the desk's, namespaces is alive, and is still the one
lives() {
	local pid link
	read -r pid 2>/dev/null <"$RANGE_DIR/ns/$1.pid" && read -r link 2>/dev/null <"$RANGE_DIR/ns/$1" || return
	[ "$(readlink "/proc/$pid/ns/net" 2>/dev/null)" = "$link" ]
}

# in_host NAME COMMAND...: within the host, as its root
in_host() {
	local pid
	pid=$(cat "$RANGE_DIR/ns/$1.pid") || return
	shift
	nsenter --target "$pid" --mount --uts --ipc --net --pid --root --wd -- \
		env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"
}

json_text() {
	local text=${1//\\/\\\\}
	printf '"%s"' "${text//\"/\\\"}"
}

xml_text() {
	local text=${1//&/&amp;}
	text=${text//</&lt;}
	printf '%s' "${text//>/&gt;}"
}

file_system() {
	mkdir -p "$RANGE_DIR" &&
		mount -t tmpfs -o mode=0711,size=2g "$RANGE_SOURCE" "$RANGE_DIR" &&
		mkdir "$RANGE_DIR/ns" "$RANGE_DIR/log" "$RANGE_DIR/hosts"
}

secrets() {
	ssh-keygen -q -t ed25519 -N '' -C operator@desk -f "$RANGE_DIR/id_ed25519" &&
		(umask 077 && od -An -N8 -tx1 /dev/urandom | tr -d ' \n' >"$RANGE_DIR/pin")
}

# boot NAME: the host's first process, its cable
boot() {
	local host=$RANGE_DIR/hosts/$1
	mkdir -p "$host" || return
	[ ! -f "${ODSF_FAR-}" ] || cp "$ODSF_FAR" "$host/far"
	env -i PATH="$PATH" "$RANGE_MARK" setsid unshare --net --mount --pid --uts --ipc --fork env "$RANGE_INSIDE" \
		bash "$here/machine.sh" "$RANGE_DIR" "$1" </dev/null >"$RANGE_DIR/log/$1.boot" 2>&1 9>&- &
	disown
	await 20 booted "$1" "$!" && lives "$1" && cable "$1"
}

booted() { [ -s "$RANGE_DIR/ns/$1.pid" ] || [ ! -d "/proc/$2" ]; }

# give NAME FILE: lays it into the host's /run/range
give() { in_host "$1" sh -c "umask 077; cat >/run/range/${2##*/}" <"$2"; }

# host_up NAME: the whole host; says in log/NAME how it went
host_up() {
	boot "$1" || {
		say "$1: its first process did not come up"
		return 1
	}
	give "$1" "$RANGE_DIR/id_ed25519.pub" && in_host "$1" mv /run/range/id_ed25519.pub /run/range/operator.pub || return
	case $1 in
	ns1) in_host "$1" bash /run/range/nameserver.sh "$1" ;;
	alpha) give "$1" "$RANGE_DIR/pin" && in_host "$1" bash /run/range/instance.sh "$1" active ;;
	bravo) give "$1" "$RANGE_DIR/pin" && in_host "$1" bash /run/range/instance.sh "$1" standby ;;
	esac
}

known_hosts() {
	local name key
	for name in "${RANGE_HOSTS[@]}"; do
		key=$(in_host "$name" cat /etc/ssh/ssh_host_ed25519_key.pub) || return
		printf '%s %s\n' "$(address_of "$name")" "${key% *}"
	done >"$RANGE_DIR/known_hosts"
}

instance_element() { # NAME ROLE
	cat <<-END
		    <Instance name="$1" role="$2">
		      <Host>$(address_of "$1")</Host>
		      <User>oper</User>
		      <IdentityFile>$(xml_text "$RANGE_DIR/id_ed25519")</IdentityFile>
		      <KnownHosts>$(xml_text "$RANGE_DIR/known_hosts")</KnownHosts>
		    </Instance>
	END
}

configuration() {
	cat <<-END >"$RANGE_CONFIG"
		<?xml version="1.0" encoding="UTF-8"?>
		<!-- The training range. It is reached from its desk only: ods-failover range enter ods-failover -->
		<Failover>
		  <Pair name="range">
		$(instance_element alpha active)
		$(instance_element bravo standby)
		    <Mode>cold</Mode>
		    <NameServer>$NS1_ADDRESS</NameServer>
		    <FailoverTime>PT5M</FailoverTime>
		    <Margin>PT30M</Margin>
		    <Publish>
		      <Command>nsd-control -c /etc/nsd/nsd.conf reload</Command>
		    </Publish>
		  </Pair>
		</Failover>
	END
}

ssh_answers() {
	at_desk ssh -F /dev/null -i "$RANGE_DIR/id_ed25519" -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=2 \
		-o UserKnownHostsFile="$RANGE_DIR/known_hosts" -o StrictHostKeyChecking=yes \
		"oper@$(address_of "$1")" true </dev/null >/dev/null 2>&1
}

raise() {
	local name failed=
	local -A pids=()
	say "raising the range in $RANGE_DIR"
	file_system || return
	if ! secrets || ! desk_up; then
		say "the desk did not come up: $(tail -n 1 "$RANGE_DIR/log/desk" 2>/dev/null)"
		return 1
	fi
	say "hosts alpha, bravo and ns1: keys, zones, signatures"
	for name in "${RANGE_HOSTS[@]}"; do
		host_up "$name" >"$RANGE_DIR/log/$name" 2>&1 </dev/null 9>&- &
		pids[$name]=$!
	done
	for name in "${RANGE_HOSTS[@]}"; do
		if wait "${pids[$name]}"; then
			say "$name is up"
		else
			failed=$name
			say "$name did not come up:"
			tail -n 25 "$RANGE_DIR/log/$name" "$RANGE_DIR/log/$name.boot" >&2
		fi
	done
	[ -z "$failed" ] || return
	known_hosts && configuration || return
	for name in alpha bravo; do
		await 20 ssh_answers "$name" || {
			say "$name does not let the operator in"
			return 1
		}
	done
	: >"$RANGE_DIR/complete"
}
