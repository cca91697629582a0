# policies.sh -- the policies of the range: every serial mode, NSEC and NSEC3, and one whose signatures are short-lived.
# Sourced by bash.
# shellcheck shell=bash

# NAME SERIAL DENIAL RESIGN REFRESH VALIDITY JITTER OFFSET DESCRIPTION
policy_table() {
	cat <<-'END'
		counter counter nsec PT2H P3D P14D PT12H PT1H Serial by one
		datecounter datecounter nsec3 PT2H P3D P14D PT12H PT1H Serial by date
		unixtime unixtime nsec3 PT2H P3D P14D PT12H PT1H Serial by the clock
		keep keep nsec PT2H P3D P14D PT12H PT1H Serial of the unsigned zone
		short unixtime nsec PT30M PT8H PT12H PT10M PT30M Signatures that live for half a day
	END
}

denial_nsec() { echo '<NSEC/>'; }
denial_nsec3() {
	echo '<NSEC3><Resalt>P100D</Resalt><Hash><Algorithm>1</Algorithm><Iterations>0</Iterations><Salt length="8"/></Hash></NSEC3>'
}

key_policy() { # KSK|ZSK LIFETIME
	printf '<%s><Algorithm length="256">13</Algorithm><Lifetime>%s</Lifetime>' "$1" "$2"
	printf '<Repository>SoftHSM</Repository></%s>\n' "$1"
}

write_policies() { # FILE
	local name serial denial resign refresh validity jitter offset description
	{
		echo '<?xml version="1.0" encoding="UTF-8"?>'
		echo '<KASP>'
		while read -r name serial denial resign refresh validity jitter offset description; do
			cat <<-END
				  <Policy name="$name">
				    <Description>$description</Description>
				    <Signatures>
				      <Resign>$resign</Resign>
				      <Refresh>$refresh</Refresh>
				      <Validity><Default>$validity</Default><Denial>$validity</Denial></Validity>
				      <Jitter>$jitter</Jitter>
				      <InceptionOffset>$offset</InceptionOffset>
				      <MaxZoneTTL>PT1H</MaxZoneTTL>
				    </Signatures>
				    <Denial>$("denial_$denial")</Denial>
				    <Keys>
				      <TTL>PT1H</TTL>
				      <RetireSafety>PT1H</RetireSafety>
				      <PublishSafety>PT1H</PublishSafety>
				      <Purge>P14D</Purge>
				      $(key_policy KSK P1Y)
				      $(key_policy ZSK P60D)
				    </Keys>
				    <Zone>
				      <PropagationDelay>PT10M</PropagationDelay>
				      <SOA><TTL>PT5M</TTL><Minimum>PT5M</Minimum><Serial>$serial</Serial></SOA>
				    </Zone>
				    <Parent>
				      <PropagationDelay>PT10M</PropagationDelay>
				      <DS><TTL>PT1H</TTL></DS>
				      <SOA><TTL>PT1H</TTL><Minimum>PT5M</Minimum></SOA>
				    </Parent>
				  </Policy>
			END
		done < <(policy_table)
		echo '</KASP>'
	} >"$1"
}
