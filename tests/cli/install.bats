#!/usr/bin/env bats
# .ci/install: no daemon of a package is started, and the machine's own policy-rc.d is as it was, however it ends. In a mount
# namespace of its own, with a package manager that only says what it was asked.
# shellcheck disable=SC2016 # for the shells inside

setup() {
	unshare -m true 2>/dev/null || skip 'no right to make a mount namespace (CAP_SYS_ADMIN)'
	there=$BATS_TEST_TMPDIR
	mkdir -p "$there/ci" "$there/bin"
	cp "$BATS_TEST_DIRNAME/../../.ci/install" "$there/ci/install"
	printf 'one-package\nanother-package\n' >"$there/ci/packages"
	# apt-get: notes how the policy answers while it works, then does what the test wants
	cat >"$there/bin/apt-get" <<-'END'
		#!/bin/sh
		echo "apt-get $*" >>"$NOTES"
		[ "$1" = install ] || exit 0
		answer=0
		/usr/sbin/policy-rc.d nsd start || answer=$?
		echo "policy $answer" >>"$NOTES"
		: >/etc/init.d/odsf-new
		eval "${APT:-:}"
	END
	printf '#!/bin/sh\n[ "$4" != "${PRESENT:-}" ] || printf installed\n' >"$there/bin/dpkg-query"
	printf '#!/bin/sh\necho "update-rc.d $*" >>"$NOTES"\n' >"$there/bin/update-rc.d"
	chmod +x "$there/bin"/*
	export NOTES=$there/notes
	: >"$NOTES"
}

# within COMMANDS: in a mount namespace with empty directories in place of those that it may change
within() {
	status=0
	unshare -m sh -ec 'mount -t tmpfs -o mode=755 none /mnt && mkdir /mnt/sbin /mnt/init
		mount --bind /mnt/init /etc/init.d; mount --bind /mnt/sbin /usr/sbin
		PATH=$1/bin:/usr/bin:/bin; eval "$2"' sh "$there" "$1" >"$there/out" 2>&1 || status=$?
	cat "$there/out" "$NOTES"
}

@test "while packages are installed nothing is started, and afterwards the policy is gone" {
	within '"$1/ci/install"; [ ! -e /usr/sbin/policy-rc.d ]; [ -z "$(ls -A /usr/sbin)" ]'
	[ "$status" -eq 0 ]
	grep -qx 'policy 101' "$NOTES"
	grep -q 'apt-get install .*--no-install-recommends one-package another-package$' "$NOTES"
	grep -qx 'update-rc.d odsf-new disable' "$NOTES"
}

@test "only what is missing is installed, and nothing is asked when all is there" {
	PRESENT=one-package within '"$1/ci/install"'
	grep -q ' another-package$' "$NOTES"
	run grep -q ' one-package' "$NOTES"
	[ "$status" -eq 1 ]
	: >"$NOTES"
	: >"$there/ci/packages"
	within '"$1/ci/install"'
	[ "$status" -eq 0 ] && [ ! -s "$NOTES" ]
}

older='printf "#!/bin/sh\n# older\nexit 104\n" >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d; '
kept='grep -q older /usr/sbin/policy-rc.d; [ "$(ls -A /usr/sbin)" = policy-rc.d ]'

@test "an older policy is put back" {
	within "$older"'"$1/ci/install"; '"$kept"
	[ "$status" -eq 0 ]
	grep -qx 'policy 101' "$NOTES"
}

@test "also when the packages cannot be installed, which is said by the exit status" {
	APT='exit 100' within "$older"'"$1/ci/install" && exit 1; '"$kept"
	[ "$status" -eq 0 ]
}

@test "also when it is interrupted" {
	APT='kill -TERM $PPID' within "$older"'"$1/ci/install" && exit 1; [ $? -eq 143 ] || exit 1; '"$kept"
	[ "$status" -eq 0 ]
}

@test "also when an earlier one was killed before it could" {
	APT='kill -KILL $PPID' within "$older"'"$1/ci/install" || :; APT=; "$1/ci/install"; '"$kept"
	[ "$status" -eq 0 ]
	APT='kill -KILL $PPID' within '"$1/ci/install" || :; APT=; "$1/ci/install"; [ -z "$(ls -A /usr/sbin)" ]'
	[ "$status" -eq 0 ]
}
