#!/usr/bin/env bats
# A pair that nothing answers for: on loopback, at ports where nobody listens.
# shellcheck source=tests/cli/support.bash
source "$BATS_TEST_DIRNAME/support.bash"

dead() {
	sed 's/<Host>192.0.2.10<.Host>/<Host>127.0.0.1<\/Host><Port>1<\/Port>/
		s/<Host>192.0.2.20<.Host>/<Host>127.0.0.1<\/Host><Port>2<\/Port>/
		s/<NameServer>192.0.2.53/<NameServer>[127.0.0.1]:1/' "$good" >"$BATS_TEST_TMPDIR/dead.xml"
	odsf -c "$BATS_TEST_TMPDIR/dead.xml" "$@"
}

@test "status says unknown, never good, and every field that can be" {
	dead status --json
	expect 3
	json '.schema == 1 and .pair == "main" and (.at | test("^[0-9-]{10}T[0-9:]{8}Z$"))'
	json '[.instances[] | .name, .role, .reachable] == ["alpha", "active", false, "bravo", "standby", false]'
	json '[.instances[] | .observed_role, .version, .datastore, .enforcer.running, .signer.running, .signer.zones] | all(. == null)'
	json '.zones == [] and .keys == []'
	json '.slack.seconds == null and .slack.last_safe_start == null'
	json '.slack.failover_time == {seconds: 1800, source: "configured", runs: 0}'
	json '[.findings[] | select(.severity == "ok")] == [] and (.findings | length) >= 2'
	json '[.findings[] | [.id, .instance, .zone]] | length == (unique | length)'
}

@test "check is a monitoring plugin: a word, a bar, figures" {
	dead check
	expect 3
	[[ $(head -n 1 <<<"$out") =~ ^UNKNOWN:\ main\ switchover\ alpha\ to\ bravo:\ .*\ \|\ slack=U ]]
	dead check replicate --json
	expect 3
	json '.kind == "replicate" and .from == "alpha" and .to == "bravo" and .exit_status == 3'
}

@test "status for people fits into 80 columns and carries no colour into a pipe" {
	dead status
	expect 3
	[ "$(awk 'length > 80' <<<"$out" | wc -l)" -eq 0 ]
	[ "$(tr -dc '\033' <<<"$out" | wc -c)" -eq 0 ]
}

@test "keys and plan end with 3" {
	dead keys --json
	expect 3 'alpha was not observed' 'bravo was not observed'
	json '.keys == []'
	dead plan switchover
	expect 3
}

@test "run refuses before anything is done" {
	dead run switchover --yes --confirm alpha
	expect 3
	dead run switchover --yes --confirm alpha --json
	expect 3
	json '.outcome == "refused" and .run == null and .exit_status == 3'
	dead run switchover --yes
	expect 4 '--confirm is missing'
	dead run switchover --yes --confirm charlie
	expect 4 'names no instance'
	dead run switchover --no-input --confirm alpha
	expect 4 '--no-input'
	[ ! -e "$XDG_STATE_HOME/ods-failover/journal.db" ]
}

@test "run knows its kinds, steps and findings" {
	dead run sideways --yes
	expect 64 'unknown kind'
	dead run
	expect 64 'run needs KIND'
	dead run switchover --yes --confirm alpha --until nowhere
	expect 64 'no such step'
	dead run switchover --yes --confirm alpha --override nothing=because
	expect 64 'no finding with that id'
	for finding in name-server-silent serial-behind; do
		dead run switchover --yes --confirm alpha --override $finding=because
		expect 4 "no run goes on in spite of $finding"
	done
	dead run switchover --yes --confirm alpha --override nothing
	expect 64 '--override needs FINDING=REASON'
}

@test "resume and undo of a run that nobody knows" {
	dead resume nothing --yes --confirm alpha --no-input
	[ "$status" -ne 0 ]
	[ -n "$err" ]
	dead undo nothing --no-input
	expect 4 '--no-input'
}

@test "doctor says which instance does not answer" {
	dead doctor
	expect 3
	grep -q 'alpha' <<<"$out"
	grep -q 'NOPASSWD: /usr/local/lib/ods-failover/far' <<<"$out"
}

@test "a range's failover.xml is refused from outside its desk" {
	cp "$good" "$BATS_TEST_TMPDIR/ranged.xml"
	echo 'net:[1]' >"$BATS_TEST_TMPDIR/desk"
	for command in status check keys 'plan switchover' 'run switchover --yes --confirm alpha' doctor; do
		# shellcheck disable=SC2086 # words
		odsf -c "$BATS_TEST_TMPDIR/ranged.xml" $command
		expect 4 'training range' "ods-failover range enter ods-failover -c $BATS_TEST_TMPDIR/ranged.xml"
	done
}

# A shell's background jobs ignore SIGINT; SIGTERM goes the same way.
@test "an interrupt ends an observation with 130 and one sentence" {
	sed 's/192.0.2.10/127.0.0.1/; s/192.0.2.20/127.0.0.2/' "$good" >"$BATS_TEST_TMPDIR/hang.xml"
	mkfifo "$BATS_TEST_TMPDIR/never"
	mkdir -p "$HOME/.ssh"
	chmod 0700 "$HOME/.ssh"
	# a way to the host that opens, and says nothing
	printf 'Host *\n  ProxyCommand cat %s\n' "$BATS_TEST_TMPDIR/never" >"$HOME/.ssh/config"
	"$ODS_FAILOVER" -c "$BATS_TEST_TMPDIR/hang.xml" status \
		</dev/null >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" &
	job=$!
	# opens when the program's own reader has
	exec 7>"$BATS_TEST_TMPDIR/never"
	kill -TERM "$job"
	status=0
	wait "$job" || status=$?
	exec 7>&-
	err=$(cat "$BATS_TEST_TMPDIR/err")
	expect 130 'interrupted; nothing was changed'
}
