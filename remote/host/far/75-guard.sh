# The serial guard: what the signer remembers as its last serial, raised in .backup2 while the signer is down, so that its
# first one is greater than all that was published (the signer's zone.c: only the outbound serial counts at start).
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

is_serial() { is_number "$1" && [ "$1" -le 4294967295 ]; }

# Sets internal and outbound of a .backup2 to SERIAL: a new file beside it, with its owner and mode, then renamed. Not every
# awk says that the disk was full.
guard_patch() { # FILE SERIAL
	cp -p "$1" "$1.~o~" &&
		awk -v "s=$2" 'NR == 3 { sub(/ internal [0-9]+ outbound [0-9]+$/, " internal " s " outbound " s) } { print }' \
			"$1" >"$1.~o~" && backup2_whole "$1.~o~" && sync_at "$1.~o~" && mv -f "$1.~o~" "$1" && sync_at "${1%/*}"
}

verb_guard() {
	need_args $# 1
	need_id "$1"
	need_conf
	need_zones
	far_lock work
	need_down signer
	guard_patched=0
	while IFS=' ' read -r guard_zone guard_serial; do
		[ -n "$guard_zone" ] || continue
		is_serial "$guard_serial" || finish "$FAR_USAGE" "Not a serial for $guard_zone: '$guard_serial'."
		zone_find "$guard_zone" || finish "$FAR_USAGE" "No zone '$guard_zone' in $(zones_xml)."
		backup2_of "$zone_name"
		guard_file=$backup2
		rm -f "$guard_file.~o~"
		[ -f "$guard_file" ] || finish "$FAR_FAILED" "The signer has no state of $zone_name ($guard_file); its serial cannot be guarded."
		backup2_whole "$guard_file" || finish "$FAR_FAILED" "$guard_file is cut short."
		guard_was=$(backup2_serials "$guard_file")
		case $guard_was in *'?'*) finish "$FAR_FAILED" "$guard_file has no line of serials." ;; esac
		[ "${guard_was#*;}" != "$guard_serial;$guard_serial" ] || continue
		guard_patch "$guard_file" "$guard_serial" || finish "$FAR_FAILED" "$guard_file could not be written."
		guard_was=$(backup2_serials "$guard_file")
		[ "${guard_was#*;}" = "$guard_serial;$guard_serial" ] || finish "$FAR_FAILED" "$guard_file does not hold $guard_serial after writing."
		# They are of the serials before.
		rm -f "${guard_file%.backup2}.ixfr" "${guard_file%.backup2}.axfr"
		guard_patched=$((guard_patched + 1))
	done
	fact patched "$guard_patched"
	section serials serials_lines
}
