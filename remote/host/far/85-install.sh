# install: puts this program in place for a sudo rule that allows it alone.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

FAR_INSTALLED_DIR=/usr/local/lib/ods-failover

# Only a program that was handed over, by a login that may do anything as root, does so: one that is let in by a rule for
# itself must never replace itself, or the rule would be one for everything.
verb_install() { # SHA256
	need_args $# 1
	far_digest
	[ "$far_sha256" = handed-over ] && [ -n "${FAR_TEXT:-}" ] ||
		finish "$FAR_BLOCKED" 'An installed program does not replace itself: root installs another one.'
	[ ! -L "$FAR_INSTALLED_DIR" ] || finish "$FAR_BLOCKED" "$FAR_INSTALLED_DIR is a symbolic link."
	mkdir -p "$FAR_INSTALLED_DIR" && chown 0:0 "$FAR_INSTALLED_DIR" && chmod 0755 "$FAR_INSTALLED_DIR" ||
		finish "$FAR_FAILED" "The directory $FAR_INSTALLED_DIR cannot be made."
	install_new=$(mktemp "$FAR_INSTALLED_DIR/far.XXXXXX") ||
		finish "$FAR_FAILED" "Nothing can be written in $FAR_INSTALLED_DIR."
	printf '%s\n' "$FAR_TEXT" >"$install_new" && chown 0:0 "$install_new" && chmod 0755 "$install_new" &&
		sha256_of "$install_new" && [ "$sha256" = "$1" ] && sync && mv -f "$install_new" "$FAR_INSTALLED_DIR/far" || {
		rm -f "$install_new"
		finish "$FAR_FAILED" "The program could not be written to $FAR_INSTALLED_DIR whole."
	}
	fact installed "$FAR_INSTALLED_DIR/far"
	sha256_of "$FAR_INSTALLED_DIR/far"
	fact far "$sha256"
}
