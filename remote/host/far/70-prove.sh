# Proof of the keys of a copy set: a signer of our own, in private namespaces, on a scratch copy of the tokens, signs one
# tiny zone for each zone with that zone's own signconf. Nothing is published, nothing of it stays.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

prove_before=240   # for what comes before the signer: the copy of the tokens, the configuration, the list of the keys
prove_top=/tmp     # a file system of our own inside the namespace: the daemon's user can reach it, unlike $far_tmp

# For all zones to be signed, into prove_seconds: half a second each, with a bound; the console waits by the same rule
# (core/run/step_prove.c).
prove_time() { # ZONES
	prove_seconds=$(($(wc -l <"$1") / 2))
	[ "$prove_seconds" -le 540 ] || prove_seconds=540
	prove_seconds=$((prove_seconds + 60))
}

# The RepositoryList of conf.xml as it stands, PIN and all; comments are taken out first, as one may hold another list.
prove_repositories() {
	awk '
		{ text = text $0 "\n" }
		END {
			while ((at = index(text, "<!--")) > 0) {
				end = index(substr(text, at), "-->")
				if (!end) exit 1
				text = substr(text, 1, at - 1) substr(text, at + end + 2)
			}
			from = index(text, "<RepositoryList>"); to = index(text, "</RepositoryList>")
			if (!from || to < from) exit 1
			print substr(text, from, to - from + length("</RepositoryList>"))
		}
	' "$far_conf"
}

xml_text() { printf '%s' "$1" | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g; s/"/\&quot;/g'; }

# A configuration for the scratch signer (conf.rng): our repositories, everything else below $prove_top.
prove_conf() {
	printf '<?xml version="1.0" encoding="UTF-8"?>\n<Configuration>\n'
	prove_repositories || return 1
	printf '<Common><Logging><Syslog><Facility>local0</Facility></Syslog></Logging>'
	printf '<PolicyFile>%s</PolicyFile><ZoneListFile>%s/zonelist.xml</ZoneListFile></Common>\n' \
		"$(xml_text "$conf_policy_file")" "$prove_top"
	printf '<Enforcer><Datastore><SQLite>%s/none.db</SQLite></Datastore>' "$prove_top"
	printf '<WorkingDirectory>%s/enforcer</WorkingDirectory></Enforcer>\n<Signer>' "$prove_top"
	[ "$conf_signer_user" = root ] || printf '<Privileges><User>%s</User><Group>%s</Group></Privileges>' \
		"$(xml_text "$conf_signer_user")" "$(xml_text "$conf_signer_group")"
	printf '<WorkingDirectory>%s/signer</WorkingDirectory><WorkerThreads>2</WorkerThreads></Signer>\n</Configuration>\n' "$prove_top"
}

# Zone list and unsigned zones, from the copy set's own zone list.
prove_zones() { # COPY
	printf '<?xml version="1.0" encoding="UTF-8"?>\n<ZoneList>\n' >"$prove_top/enforcer/zones.xml"
	while IFS= read -r prove_row; do
		zone_row "$prove_row"
		zone_file_of "$zone_name"
		prove_file=$zone_file
		prove_signconf=$1/tree/signconf/${zone_signconf#/}
		[ -f "$prove_signconf" ] || continue
		cp "$prove_signconf" "$prove_top/signconf/$prove_file.xml" || return 1
		printf '%s. 3600 IN SOA ns.invalid. hostmaster.invalid. 1 3600 600 86400 300\n%s. 3600 IN NS ns.invalid.\n' \
			"$zone_name" "$zone_name" >"$prove_top/unsigned/$prove_file"
		{
			printf '<Zone name="%s"><Policy>%s</Policy>' "$(xml_text "$zone_name")" "$(xml_text "$zone_policy")"
			printf '<SignerConfiguration>%s/signconf/%s.xml</SignerConfiguration><Adapters>' "$prove_top" "$(xml_text "$prove_file")"
			printf '<Input><Adapter type="File">%s/unsigned/%s</Adapter></Input>' "$prove_top" "$(xml_text "$prove_file")"
			printf '<Output><Adapter type="File">%s/signed/%s</Adapter></Output></Adapters></Zone>\n' "$prove_top" "$(xml_text "$prove_file")"
		} >>"$prove_top/enforcer/zones.xml"
	done <"$prove_top/zones"
	printf '</ZoneList>\n' >>"$prove_top/enforcer/zones.xml"
	printf '<?xml version="1.0" encoding="UTF-8"?>\n<ZoneList/>\n' >"$prove_top/zonelist.xml"
}

# CKA_IDs of the manifest's keys that the scratch tokens do not hold.
prove_missing() { # COPY
	as_user "$conf_signer_user" timeout -k 5 60 ods-hsmutil -c "$prove_top/conf.xml" list </dev/null 2>"$prove_top/hsmutil.error" |
		awk 'NF == 3 && $2 ~ /^[0-9a-fA-F]+$/ { print tolower($2) }' >"$prove_top/held"
	sed -n 's/^meta key \([0-9a-fA-F]*\) .*/\1/p' "$1/manifest" | tr A-F a-f | sort -u | while IFS= read -r prove_key; do
		grep -qx "$prove_key" "$prove_top/held" || printf '%s\n' "$prove_key"
	done
}

# Whether a key that is not there is named in a zone's signconf: it cannot be signed, and is not waited for.
prove_hopeless() { # ZONE-FILE
	while IFS= read -r prove_key; do
		! grep -qiF "<Locator>$prove_key</Locator>" "$prove_top/signconf/$1.xml" || return 0
	done <"$prove_top/missing"
	return 1
}

# Runs inside the namespaces; its standard output is part of the frame.
prove_inside() { # COPY
	# -n: mount(8) keeps a note of its own in the host's /run otherwise.
	mount -n -t tmpfs -o mode=0755 tmpfs "$prove_top" && cp "$far_tmp/prove.zones" "$prove_top/zones" &&
		mount -n -t tmpfs -o mode=0755 tmpfs /run || return 1
	mkdir /run/opendnssec "$prove_top/enforcer" "$prove_top/signer" "$prove_top/signconf" "$prove_top/unsigned" \
		"$prove_top/signed" "$prove_top/tokens" || return 1
	{
		sed '/^[ \t]*directories\.tokendir/d' "$softhsm_conf" 2>/dev/null
		printf '\ndirectories.tokendir = %s/tokens\n' "$prove_top"
	} >"$prove_top/softhsm2.conf"
	set +f
	for prove_token in "$1"/tree/token:*/; do
		[ ! -d "$prove_token" ] || cp -R "$prove_token." "$prove_top/tokens/" || return 1
	done
	set -f
	prove_conf >"$prove_top/conf.xml" || {
		sentence "$far_conf has no list of repositories that could be read."
		return 1
	}
	prove_zones "$1" || return 1
	chown -R "$conf_signer_user:$conf_signer_group" "$prove_top" /run/opendnssec
	chmod 0755 "$prove_top" /run/opendnssec
	SOFTHSM2_CONF=$prove_top/softhsm2.conf
	export SOFTHSM2_CONF
	prove_missing "$1" >"$prove_top/missing"
	if [ ! -s "$prove_top/held" ]; then
		sentence "The tokens of the copy set hold no key that could be listed: $(tail -n 1 "$prove_top/hsmutil.error")"
		return 1
	fi
	while IFS= read -r prove_key; do fact missing "$prove_key"; done <"$prove_top/missing"
	# As in any other start of the daemon: its files are its user's.
	(umask 022 && exec setsid ods-signerd -c "$prove_top/conf.xml" </dev/null >/dev/null 2>&1)
	far_clock
	prove_end=$((far_now + prove_seconds))
	while IFS= read -r prove_row; do
		zone_row "$prove_row"
		zone_file_of "$zone_name"
		prove_file=$zone_file
		[ -f "$prove_top/signconf/$prove_file.xml" ] && ! prove_hopeless "$prove_file" || {
			section_begin "signed $zone_name"
			section_end 1
			continue
		}
		until [ -f "$prove_top/signed/$prove_file" ] || [ "$far_now" -ge "$prove_end" ]; do
			pause
			far_clock
		done
		section_begin "signed $zone_name"
		if [ -f "$prove_top/signed/$prove_file" ]; then
			payload <"$prove_top/signed/$prove_file"
			section_end 0
		else
			section_end 1
		fi
	done <"$prove_top/zones"
}

# This program as functions only, in a file: for a shell inside the namespaces. It was started from a file, or handed over
# as text (FAR_TEXT, remote/host/far_program.c).
prove_functions() {
	far_digest
	case $far_sha256 in
	handed-over) printf '%s\n' "${FAR_TEXT:-}" ;;
	*) cat "$0" ;;
	esac | sed '$d'
}

verb_prove() {
	need_args $# 1
	need_conf
	need_copy "$1"
	prove_copy=$copy
	for prove_tool in unshare mount ods-signerd ods-hsmutil; do
		have "$prove_tool" || finish "$FAR_UNKNOWN" "$prove_tool is not there; the keys cannot be proven."
	done
	zones_of "$prove_copy/tree/zones.xml/zones.xml" >"$far_tmp/prove.zones" || finish "$FAR_UNKNOWN" "$xml_error."
	prove_time "$far_tmp/prove.zones"
	prove_functions >"$far_tmp/functions"
	# A PIN that was entered by `ods-hsmutil login` is in shared memory, which a namespace of its own would hide.
	set -- -m -n -p -f
	! conf_has RepositoryList/Repository/PIN || set -- "$@" -i
	# With the first process of the namespaces ends every process and mount in them.
	# shellcheck disable=SC2016 # expanded by the inner shell
	bounded $((prove_before + prove_seconds)) unshare "$@" --propagation private --mount-proc --kill-child -- sh -c '
		. "$1/functions"
		far_tmp=$1 far_conf=$2 prove_seconds=$4
		conf_load && prove_inside "$3"' far "$far_tmp" "$far_conf" "$prove_copy" "$prove_seconds"
	prove_status=$?
	[ "$prove_status" -eq 0 ] || finish "$FAR_UNKNOWN" 'The proof did not come to its end; nothing was changed by it.'
}
