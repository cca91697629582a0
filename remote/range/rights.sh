# rights.sh -- what the range needs of the machine, tried in namespaces that vanish again; the missing right is named.
# shellcheck shell=bash

lacking() { die 4 "no range can be made on this machine: it lacks $*"; }

# may WORDS...: tries them; what they complained of stands in $complaint
may() { complaint=$("$@" 2>&1 >/dev/null); }

# shellcheck disable=SC2016 # for the shells inside
try_network='
	ip link add odsf-br type bridge || exit 11
	ip link add odsf-a type veth peer name odsf-b || exit 12
	ip link set lo up && ip addr add 10.77.1.1/24 dev odsf-br || exit 11
'
# shellcheck disable=SC2016
try_overlay='
	d=$1
	mount -t tmpfs none "$d" || exit 13
	mkdir "$d/upper" "$d/work" "$d/root" || exit 13
	mount -t overlay overlay -o "lowerdir=/,upperdir=$d/upper,workdir=$d/work" "$d/root" || exit 14
	chroot "$d/root" /bin/true || exit 15
	mount -t proc proc "$d/root/proc" || exit 16
	mount -t devpts -o newinstance,ptmxmode=0666 devpts "$d/root/dev" || exit 17
'

require_rights() {
	local status scratch
	[ "$(id -u)" -eq 0 ] || lacking "the rights of root (uid 0): start it by sudo"
	may unshare --mount true || lacking "the right to make mount namespaces (CAP_SYS_ADMIN, or the syscall filter of a container): $complaint"
	may unshare --net true || lacking "the right to make network namespaces (CAP_SYS_ADMIN, CONFIG_NET_NS): $complaint"
	may unshare --pid --fork true || lacking "the right to make process namespaces (CAP_SYS_ADMIN, CONFIG_PID_NS): $complaint"
	may unshare --uts --ipc true || lacking "the right to make UTS and IPC namespaces (CAP_SYS_ADMIN): $complaint"
	complaint=$(unshare --net bash -c "$try_network" 2>&1 >/dev/null) || {
		status=$?
		[ $status -ne 12 ] || lacking "the right to make veth interfaces (CAP_NET_ADMIN, kernel module veth): $complaint"
		lacking "the right to make bridges (CAP_NET_ADMIN, kernel module bridge): $complaint"
	}
	scratch=$(mktemp -d) || die 70 "no temporary directory"
	complaint=$(unshare --mount --net --pid --uts --ipc --fork bash -c "$try_overlay" probe "$scratch" 2>&1 >/dev/null)
	status=$?
	rmdir "$scratch"
	case $status in
	0) ;;
	13) lacking "the right to mount a tmpfs (CAP_SYS_ADMIN, or AppArmor): $complaint" ;;
	14) lacking "overlay file systems on / (kernel module overlay, CAP_SYS_ADMIN): $complaint" ;;
	15) lacking "the right to change the root directory (CAP_SYS_CHROOT): $complaint" ;;
	16) lacking "the right to mount /proc (CAP_SYS_ADMIN, a masked /proc of a container): $complaint" ;;
	*) lacking "the right to mount devpts (CAP_SYS_ADMIN): $complaint" ;;
	esac
}

# require_programs: everything that the hosts of the range run must be on the machine
require_programs() {
	local program missing=()
	for program in ip nsenter unshare setpriv busybox sshd ssh-keygen sudo nsd nsd-control dig softhsm2-util \
		ods-enforcerd ods-signerd ods-enforcer ods-signer ods-enforcer-db-setup sqlite3 script findmnt; do
		command -v "$program" >/dev/null || missing+=("$program")
	done
	[ ${#missing[@]} -eq 0 ] || die 4 "not installed: ${missing[*]} (the packages are listed in .ci/packages)"
}
