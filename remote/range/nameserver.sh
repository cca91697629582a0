#!/bin/bash
# nameserver.sh NAME -- sets a host up, from within, as the public name server: secondary of both instances.
# shellcheck disable=SC1091 # the parts lie beside it
set -eu
cd /run/range
. ./inside.sh
. ./zones.sh

zone_stanza() {
	cat <<-END
		zone:
			name: "$1"
			zonefile: "$(file_of "$1").zone"
			allow-notify: 10.77.1.10 NOKEY
			allow-notify: 10.77.1.20 NOKEY
			request-xfr: AXFR 10.77.1.10 NOKEY
			request-xfr: AXFR 10.77.1.20 NOKEY
			provide-xfr: 10.77.1.1 NOKEY
	END
}

identity "$1"
syslog
operator /run/range/operator.pub
ssh_server
name_server
init_reload
