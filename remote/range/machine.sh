#!/bin/bash
# machine.sh RANGE_DIR NAME -- the first process of a host, in namespaces of its own: builds the host's root, an overlay over
# the machine's with a writable layer in the range, moves into it and becomes its init.
set -eu
dir=$1 name=$2
host=$dir/hosts/$name root=$dir/hosts/$name/root parts=${0%/*}

mount --make-rprivate /
mkdir -p "$host/upper" "$host/work" "$root"

# An overlay does not look into what is mounted below its lower directory: what of the system has a file system of its own
# gets an overlay of its own.
overlay() { # DIRECTORY LAYER
	mkdir -p "$host/$2/upper" "$host/$2/work"
	mount -t overlay overlay -o "lowerdir=$1,upperdir=$host/$2/upper,workdir=$host/$2/work" "$root$1"
}
overlay / layer
findmnt -nlo TARGET | grep -E '^/(usr|var|etc|opt|bin|sbin|lib[0-9x]*|boot|root|home)(/|$)' | sort -u | while read -r target; do
	[ -d "$target" ] || continue
	overlay "$target" "layer$(printf %s "$target" | tr / _)"
done

mount -t tmpfs -o mode=0755 run "$root/run"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
mount -t tmpfs -o mode=0755 dev "$root/dev"
for node in null zero full random urandom tty; do
	: >"$root/dev/$node"
	mount --bind "/dev/$node" "$root/dev/$node"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"

mkdir "$root/run/range" "$root/run/lock"
cp "$parts"/* "$root/run/range/"
[ ! -f "$host/far" ] || cp "$host/far" "$root/run/range/far"
chmod 0700 "$root/run/range"
: >"$root/run/range/inittab"
rm -f "$root/etc/inittab"
ln -s /run/range/inittab "$root/etc/inittab"
hostname "$name"

# The machine's /proc is still there and knows this process by the number that the machine knows it by.
read -r pid _ </proc/self/stat
readlink /proc/self/ns/net >"$dir/ns/$name.new"
mv "$dir/ns/$name.new" "$dir/ns/$name"
mount -t proc proc "$root/proc"
cd "$root"
# The old root goes below the new one and away: nothing of the machine or of the range stays in sight.
mkdir run/machine
pivot_root . run/machine
echo "$pid" >"/run/machine$dir/ns/$name.pid"
exec chroot . /bin/sh -c 'umount -l /run/machine && rmdir /run/machine && exec busybox init' </dev/null
