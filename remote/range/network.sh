# network.sh -- the desk: a namespace that has a bridge and an address on it, and nothing else. A host is a cable away.
# shellcheck shell=bash

# holder NAME COMMAND...: starts COMMAND in namespaces of its own; its pid as the machine sees it, in ns/NAME.pid and
# its namespaces in ns/NAME, once it is there. The process lives until the range ends: without it the namespaces vanish.
wait_for_holder() { [ -s "$RANGE_DIR/ns/$1.pid" ]; }

desk_up() {
	# shellcheck disable=SC2016 # for the shell inside
	env -i PATH="$PATH" "$RANGE_MARK" setsid unshare --net env "$RANGE_INSIDE" bash -c '
		ip link set lo up &&
		ip link add br0 type bridge &&
		ip addr add "$2/24" dev br0 &&
		ip link set br0 up &&
		readlink /proc/self/ns/net >"$1/desk" &&
		readlink /proc/self/ns/net >"$1/ns/desk" &&
		echo $$ >"$1/ns/desk.pid" &&
		exec sleep infinity' desk "$RANGE_DIR" "$DESK_ADDRESS" </dev/null >"$RANGE_DIR/log/desk" 2>&1 9>&- &
	disown
	await 10 wait_for_holder desk
}

# at_desk COMMAND...: in the desk's network, all else as here
at_desk() {
	local pid
	pid=$(cat "$RANGE_DIR/ns/desk.pid") || return
	nsenter --net="/proc/$pid/ns/net" -- "$@"
}

# cable HOST: from the desk's bridge to the host's only interface
cable() {
	local pid address
	pid=$(cat "$RANGE_DIR/ns/$1.pid")
	address=$(address_of "$1")
	at_desk ip link add "to-$1" type veth peer name eth0 netns "$pid" &&
		at_desk ip link set "to-$1" master br0 up &&
		nsenter --net="/proc/$pid/ns/net" -- sh -c "
			ip link set lo up && ip addr add $address/24 dev eth0 && ip link set eth0 up"
}
