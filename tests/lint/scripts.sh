#!/bin/sh
# Every shell script passes shellcheck; the far side is POSIX sh for dash and busybox as well.
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0
for script in $(git ls-files --cached --others --exclude-standard | sort); do
	[ -f "$script" ] || continue
	case $script in
	remote/host/far/*.sh) continue ;;   # parts of one program: checked whole, below
	*.bats) shell=bats ;;
	*) case $(head -c 64 "$script" | head -n 1 | tr -d '\0') in
		'#!'*bash*) shell='bash' ;;
		'#!'*sh*) shell='sh' ;;
		*) continue ;;
		esac ;;
	esac
	if shellcheck -x -s "$shell" "$script" >/tmp/lint.$$ 2>&1; then
		echo "ok scripts: $script"
	else
		sed 's/^/# /' /tmp/lint.$$ | head -n 40
		echo "not ok scripts: $script"
		failed=1
	fi
done
whole=$(mktemp)
cat remote/host/far/*.sh >"$whole"
for tool in 'shellcheck -s sh' 'dash -n' 'busybox sh -n'; do
	if $tool "$whole" >/tmp/lint.$$ 2>&1; then
		echo "ok scripts: the far side passes $tool"
	else
		sed 's/^/# /' /tmp/lint.$$ | head -n 60
		echo "not ok scripts: the far side passes $tool"
		failed=1
	fi
done
rm -f "$whole" /tmp/lint.$$
exit $failed
