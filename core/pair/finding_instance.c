/* Checks of the two instances as machines: reachable, their roles, daemons, clocks, room, and who else acts on them. */
#include <string.h>

#include "core/base/str.h"
#include "core/pair/finding_make.h"
#include "core/pair/room.h"

enum { CLOCK_WARN_MS = 2000 };

void check_instance_unreachable(struct board *b, const struct check *c)
{
	for (int i = 0; i < 2; i++) {
		const struct observation *o = b->obs[i];

		if (!o->reachable)
			add_finding(
			    b, c,
			    (struct about){
			        .severity = SEV_UNKNOWN,
			        .side = i,
			        .source = "observe",
			        .hint =
			            "mend the way to it, then look again; nothing is concluded about it meanwhile" },
			    "%s could not be observed: %s", side_name(b, i),
			    o->why != NULL ? o->why : "no reason is known");
	}
}

void check_host_incomplete(struct board *b, const struct check *c)
{
	for (int i = 0; i < 2; i++) {
		const struct observation *o = seen(b, i);

		if (o != NULL && o->version == NULL && o->os.ok)
			add_finding(
			    b, c,
			    (struct about){ .severity = SEV_STOP,
			                    .side = i,
			                    .source = "ods-enforcer, ods-signer",
			                    .hint = "install OpenDNSSEC there, the same version as on the other side" },
			    "%s has no OpenDNSSEC: its tools are not there, or do not say their version",
			    side_name(b, i));
		else if (o != NULL && o->tools_missing != NULL)
			add_finding(b, c,
			            (struct about){ .severity = SEV_STOP,
			                            .side = i,
			                            .value = o->tools_missing,
			                            .source = "command -v",
			                            .hint = "install there what is missing; no run works without it" },
			            "%s lacks %s", side_name(b, i), o->tools_missing);
		else if (o != NULL && o->tools_unknown != NULL)
			add_finding(
			    b, c,
			    (struct about){
			        .severity = SEV_UNKNOWN, .side = i, .value = o->tools_unknown, .source = "command -v" },
			    "whether %s has %s is not known", side_name(b, i), o->tools_unknown);
	}
}

void check_two_actives(struct board *b, const struct check *c)
{
	if (b->pair->mode == MODE_COLD && b->observed_role[0] == ROLE_ACTIVE && b->observed_role[1] == ROLE_ACTIVE)
		add_finding(b, c,
		            (struct about){
		                .severity = SEV_STOP,
		                .side = NEITHER,
		                .value = "2",
		                .limit = "1",
		                .source = "/proc of both hosts",
		                .hint = "find out which one the public servers follow, and stop and fence the other" },
		            "both %s and %s run a signer: only one may", side_name(b, 0), side_name(b, 1));
}

void check_no_active(struct board *b, const struct check *c)
{
	if (b->observed_role[0] == -1 || b->observed_role[1] == -1 || b->observed_role[0] == ROLE_ACTIVE ||
	    b->observed_role[1] == ROLE_ACTIVE)
		return;
	add_finding(
	    b, c,
	    (struct about){
	        .severity = SEV_STOP,
	        .side = NEITHER,
	        .value = "0",
	        .limit = "1",
	        .source = "/proc of both hosts",
	        .hint = "if a run was stopped midway, resume or undo it; else start the daemons of the active" },
	    "neither %s nor %s runs a signer: signatures age", side_name(b, 0), side_name(b, 1));
}

void check_roles_swapped(struct board *b, const struct check *c)
{
	if (b->observed_role[b->standby] == ROLE_ACTIVE && b->observed_role[b->active] != ROLE_ACTIVE &&
	    b->observed_role[b->active] != -1)
		add_finding(
		    b, c,
		    (struct about){ .severity = SEV_STOP,
		                    .side = b->standby,
		                    .value = "active",
		                    .limit = "standby",
		                    .source = "the record on the instances, else failover.xml",
		                    .hint = "correct the roles in failover.xml, or finish the run that was stopped" },
		    "%s should be the standby, but it is the one that signs, and %s does not", side_name(b, b->standby),
		    side_name(b, b->active));
}

void check_role_records(struct board *b, const struct check *c)
{
	const struct observation *one = seen(b, 0), *two = seen(b, 1);

	for (int i = 0; i < 2; i++) {
		const struct observation *o = seen(b, i);

		if (o != NULL && !o->record.ok)
			add_finding(b, c,
			            (struct about){ .severity = SEV_UNKNOWN,
			                            .side = i,
			                            .source = "/var/lib/ods-failover/record",
			                            .hint = "look at that file: role=active or role=standby should "
			                                    "stand in it, or it should not be there" },
			            "which role %s is recorded with is not known: %s", side_name(b, i),
			            o->record.why != NULL ? o->record.why : "no reason is known");
	}
	if (one == NULL || two == NULL || !one->record.ok || !two->record.ok || one->has_record != TRI_YES ||
	    two->has_record != TRI_YES || one->recorded_role != two->recorded_role)
		return;
	add_finding(b, c,
	            (struct about){ .severity = one->recorded_role == ROLE_ACTIVE ? SEV_STOP : SEV_WARN,
	                            .side = NEITHER,
	                            .value = role_name(one->recorded_role),
	                            .source = "/var/lib/ods-failover/record on both",
	                            .hint = "a run was left between: resume or undo it" },
	            "both instances are recorded as %s; failover.xml decides until a run ends",
	            role_name(one->recorded_role));
}

static void daemon_down(struct board *b, const struct check *c, const struct obs_daemon *d, const char *name,
                        const char *hint)
{
	if (d->running == TRI_NO)
		add_finding(b, c,
		            (struct about){ .severity = SEV_STOP,
		                            .side = b->active,
		                            .value = "down",
		                            .limit = "running",
		                            .source = "/proc",
		                            .hint = hint },
		            "the %s of %s is down", name, side_name(b, b->active));
}

void check_enforcer_down(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	if (o != NULL)
		daemon_down(b, c, &o->enforcer, "enforcer", "see its log for why, then: ods-control enforcer start");
}

void check_signer_down(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	if (o != NULL)
		daemon_down(b, c, &o->signer, "signer", "see its log for why, then: ods-control signer start");
}

void check_standby_enforcer(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->standby);

	if (b->pair->mode == MODE_COLD && o != NULL && o->enforcer.running == TRI_YES && o->signer.running == TRI_NO)
		add_finding(b, c,
		            (struct about){ .severity = SEV_STOP,
		                            .side = b->standby,
		                            .value = "running",
		                            .limit = "down",
		                            .source = "/proc",
		                            .hint = "stop it there: ods-control enforcer stop" },
		            "the enforcer runs on the standby %s: two enforcers make different keys",
		            side_name(b, b->standby));
}

/* One of the two daemons of one side. */
struct side_daemon {
	int side;
	const char *name;
	const struct obs_daemon *daemon;
};

/* The daemons of the sides that were seen; returns how many of the four. */
static int each_daemon(struct board *b, struct side_daemon out[4])
{
	int n = 0;

	for (int i = 0; i < 2; i++) {
		const struct observation *o = seen(b, i);

		if (o == NULL)
			continue;
		out[n++] = (struct side_daemon){ i, "enforcer", &o->enforcer };
		out[n++] = (struct side_daemon){ i, "signer", &o->signer };
	}
	return n;
}

void check_daemon_hung(struct board *b, const struct check *c)
{
	struct side_daemon all[4];
	int n = each_daemon(b, all);

	for (int i = 0; i < n; i++)
		if (all[i].daemon->running == TRI_YES && all[i].daemon->answers == TRI_NO)
			add_finding(
			    b, c,
			    (struct about){ .severity = SEV_STOP,
			                    .side = all[i].side,
			                    .value = arena_printf(&b->arena, "pid %lld", (long long)all[i].daemon->pid),
			                    .limit = "an answer within 3 s",
			                    .source = arena_printf(&b->arena, "ods-%s running", all[i].name),
			                    .hint = "look at its log; a stopped process goes on with kill -CONT, a "
			                            "hung one ends with kill -KILL only" },
			    "the %s of %s lives and does not answer%s%s", all[i].name, side_name(b, all[i].side),
			    all[i].daemon->said != NULL ? ": " : "",
			    all[i].daemon->said != NULL ? all[i].daemon->said : "");
}

void check_daemon_twice(struct board *b, const struct check *c)
{
	struct side_daemon all[4];
	int n = each_daemon(b, all);

	for (int i = 0; i < n; i++)
		if (all[i].daemon->process_count > 1)
			add_finding(
			    b, c,
			    (struct about){ .severity = SEV_STOP,
			                    .side = all[i].side,
			                    .value = number_text(b, all[i].daemon->process_count),
			                    .limit = "1",
			                    .source = "/proc",
			                    .hint = "stop the one that the pid file does not name, by its pid" },
			    "%d processes of the %s run on %s", all[i].daemon->process_count, all[i].name,
			    side_name(b, all[i].side));
}

void check_daemon_unknown(struct board *b, const struct check *c)
{
	struct side_daemon all[4];
	int n = each_daemon(b, all);

	for (int i = 0; i < n; i++)
		if (all[i].daemon->running == TRI_UNKNOWN)
			add_finding(
			    b, c, (struct about){ .severity = SEV_UNKNOWN, .side = all[i].side, .source = "/proc" },
			    "whether the %s of %s runs is not known: %s", all[i].name, side_name(b, all[i].side),
			    all[i].daemon->know.why != NULL ? all[i].daemon->know.why : "it was not seen");
		else if (all[i].daemon->running == TRI_YES && all[i].daemon->answers == TRI_UNKNOWN &&
		         b->obs[all[i].side]->conf.know.ok) /* without conf.xml nothing is asked, and that is said */
			add_finding(b, c,
			            (struct about){ .severity = SEV_UNKNOWN,
			                            .side = all[i].side,
			                            .source = arena_printf(&b->arena, "ods-%s running", all[i].name),
			                            .hint = arena_printf(
			                                &b->arena,
			                                "as root there, ods-%s running should print 'Engine running.'",
			                                all[i].name) },
			            "whether the %s of %s answers is not known: %s", all[i].name,
			            side_name(b, all[i].side),
			            all[i].daemon->said != NULL ? all[i].daemon->said : "it was not asked");
}

/* "2.1.12" → the length of "2.1". */
static size_t minor_length(const char *version)
{
	const char *dot = strchr(version, '.');
	const char *second = dot != NULL ? strchr(dot + 1, '.') : NULL;

	return second != NULL ? (size_t)(second - version) : strlen(version);
}

void check_versions(struct board *b, const struct check *c)
{
	const struct observation *one = seen(b, b->active), *two = seen(b, b->standby);
	size_t n;

	if (one == NULL || two == NULL || one->version == NULL || two->version == NULL ||
	    strcmp(one->version, two->version) == 0)
		return;
	n = minor_length(one->version);
	add_finding(
	    b, c,
	    (struct about){ .severity = n == minor_length(two->version) && strncmp(one->version, two->version, n) == 0
	                                    ? SEV_WARN
	                                    : SEV_STOP,
	                    .side = b->standby,
	                    .value = two->version,
	                    .limit = one->version,
	                    .source = "the package, or ods-enforcerd -V",
	                    .hint = "bring both to one version before a planned switchover" },
	    "%s runs OpenDNSSEC %s, %s runs %s", side_name(b, b->active), one->version, side_name(b, b->standby),
	    two->version);
}

/* The least InceptionOffset: a clock that is ahead by more makes signatures that are not valid yet elsewhere. */
static int64_t least_inception_offset(const struct board *b)
{
	const struct observation *o = seen(b, b->active);
	int64_t least = 3600;

	for (size_t i = 0; o != NULL && i < o->policy_count; i++)
		if (o->policies[i].inception_offset < least)
			least = o->policies[i].inception_offset;
	return least;
}

void check_clock_skew(struct board *b, const struct check *c)
{
	const struct observation *one = seen(b, 0), *two = seen(b, 1);
	int64_t limit = least_inception_offset(b) * 1000;

	if (one != NULL && two != NULL && one->clock_offset.ok && two->clock_offset.ok) {
		int64_t apart = one->clock_offset.v - two->clock_offset.v;

		/* Only what is certain: the ways there and back may have taken the rest. */
		apart = (apart < 0 ? -apart : apart) - one->clock_uncertainty - two->clock_uncertainty;
		if (apart > limit) {
			add_finding(
			    b, c,
			    (struct about){ .severity = SEV_STOP,
			                    .side = NEITHER,
			                    .value = arena_printf(&b->arena, "at least %.1f s", (double)apart / 1000),
			                    .limit = arena_printf(&b->arena, "%.0f s", (double)limit / 1000),
			                    .source = "date on both hosts",
			                    .hint = "set the clocks: OpenDNSSEC's times are absolute" },
			    "the clocks of %s and %s differ by more than the InceptionOffset", side_name(b, 0),
			    side_name(b, 1));
			return;
		}
	}
	for (int i = 0; i < 2; i++) {
		const struct observation *o = seen(b, i);

		if (o != NULL && !o->clock_offset.ok)
			add_finding(b, c, (struct about){ .severity = SEV_UNKNOWN, .side = i, .source = "date" },
			            "what the clock of %s says is not known", side_name(b, i));
		if (o != NULL && o->clock_offset.ok &&
		    (o->clock_offset.v < 0 ? -o->clock_offset.v : o->clock_offset.v) - o->clock_uncertainty >
		        CLOCK_WARN_MS)
			add_finding(b, c,
			            (struct about){ .severity = SEV_WARN,
			                            .side = i,
			                            .value = arena_printf(&b->arena, "%+.1f s ± %.1f s",
			                                                  (double)o->clock_offset.v / 1000,
			                                                  (double)o->clock_uncertainty / 1000),
			                            .limit = "2.0 s",
			                            .source = "date",
			                            .hint = "check NTP there, and on the console's own machine" },
			            "the clock of %s is %.1f s %s the console's", side_name(b, i),
			            (double)(o->clock_offset.v < 0 ? -o->clock_offset.v : o->clock_offset.v) / 1000,
			            o->clock_offset.v < 0 ? "behind" : "ahead of");
	}
}

void check_disk_small(struct board *b, const struct check *c)
{
	const struct observation *active = seen(b, b->active);

	for (int i = 0; i < 2; i++) {
		const struct observation *o = seen(b, i);
		struct room_need *needs;
		size_t count;

		if (o == NULL || active == NULL)
			continue;
		if (!o->rooms_know.ok || !active->state_size.ok || !active->sizes_know.ok) {
			add_finding(b, c, (struct about){ .severity = SEV_UNKNOWN, .side = i, .source = "df, du" },
			            "whether a copy of the state fits on %s is not known: %s", side_name(b, i),
			            !o->rooms_know.ok && o->rooms_know.why != NULL ? o->rooms_know.why
			                                                           : "its size was not said");
			continue;
		}
		needs = arena_alloc(&b->arena, (o->room_count + 1) * sizeof *needs);
		count = room_needs(b, i, needs);
		for (size_t k = 0; k < count; k++)
			if (needs[k].free < needs[k].needed)
				add_finding(b, c,
				            (struct about){ .severity = SEV_STOP,
				                            .side = i,
				                            .value = octets_text(b, needs[k].free),
				                            .limit = octets_text(b, needs[k].needed),
				                            .source = arena_printf(&b->arena, "df %s", needs[k].path),
				                            .hint = "make room there" },
				            "%s has %s free where %s lies, and a run may need %s there",
				            side_name(b, i), octets_text(b, needs[k].free), needs[k].path,
				            octets_text(b, needs[k].needed));
	}
}

void check_prevent_startup(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	if (o != NULL && o->prevent_startup == TRI_UNKNOWN)
		add_finding(b, c,
		            (struct about){ .severity = SEV_UNKNOWN,
		                            .side = b->active,
		                            .source = "/etc/opendnssec/prevent-startup" },
		            "whether %s would start OpenDNSSEC after a reboot is not known", side_name(b, b->active));
	if (o != NULL && o->prevent_startup == TRI_YES)
		add_finding(b, c,
		            (struct about){ .severity = SEV_WARN,
		                            .side = b->active,
		                            .source = "/etc/opendnssec/prevent-startup",
		                            .hint = "remove the file once you know why it is there" },
		            "%s signs, but would not start OpenDNSSEC after a reboot", side_name(b, b->active));
}

void check_interference(struct board *b, const struct check *c)
{
	for (int i = 0; i < 2; i++) {
		const struct observation *o = seen(b, i);

		if (o != NULL && !o->interference_know.ok)
			add_finding(
			    b, c,
			    (struct about){ .severity = SEV_UNKNOWN, .side = i, .source = o->interference_know.source },
			    "whether anything on %s acts on OpenDNSSEC by itself is not known: %s", side_name(b, i),
			    o->interference_know.why != NULL ? o->interference_know.why : "it was not looked for");
		for (size_t k = 0; o != NULL && k < o->interference_count; k++)
			add_finding(b, c,
			            (struct about){ .severity = SEV_WARN,
			                            .side = i,
			                            .value = o->interference[k].what,
			                            .source = o->interference[k].kind,
			                            .hint = "hold it for the time of the run" },
			            "%s on %s may act on OpenDNSSEC during the run: %s", o->interference[k].kind,
			            side_name(b, i), o->interference[k].what);
	}
}

void check_lease_held(struct board *b, const struct check *c)
{
	for (int i = 0; i < 2; i++) {
		const struct observation *o = seen(b, i);

		if (o != NULL && !o->lease.ok)
			add_finding(b, c,
			            (struct about){ .severity = SEV_UNKNOWN,
			                            .side = i,
			                            .source = "/var/lib/ods-failover/lease",
			                            .hint = "ask whether a run is under way before you look at it" },
			            "whether somebody holds the lease on %s is not known: %s", side_name(b, i),
			            o->lease.why != NULL ? o->lease.why : "no reason is known");
		if (o != NULL && o->lease_owner != NULL && o->lease_expires > b->at)
			add_finding(
			    b, c,
			    (struct about){
			        .severity = SEV_WARN,
			        .side = i,
			        .value = o->lease_owner,
			        .limit = time_value(b, o->lease_expires),
			        .source = "/var/lib/ods-failover/lease",
			        .hint = "talk to them; their run can be resumed from here once the lease has expired" },
			    "%s holds the lease on %s for run %s%s%s", o->lease_owner, side_name(b, i),
			    o->lease_run != NULL ? o->lease_run : "?",
			    o->lease_reason != NULL && *o->lease_reason != '\0' ? ": " : "",
			    o->lease_reason != NULL ? o->lease_reason : "");
	}
}

void check_copy_missing(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->standby);

	if (b->kind == KIND_FAILOVER && o != NULL && (!o->copy.know.ok || !o->copy.present))
		add_finding(b, c,
		            (struct about){ .severity = o->copy.know.ok ? SEV_STOP : SEV_UNKNOWN,
		                            .side = b->standby,
		                            .source = "/var/lib/ods-failover/copy",
		                            .hint = "restore from a backup by hand, or bring the active back" },
		            o->copy.know.ok ? "%s has no copy set to be promoted from"
		                            : "whether %s has a copy set to be promoted from is not known",
		            side_name(b, b->standby));
}

void check_same_machine(struct board *b, const struct check *c)
{
	const struct observation *one = seen(b, 0), *two = seen(b, 1);

	if (one != NULL && two != NULL && (one->machine_id == NULL || two->machine_id == NULL) &&
	    (one->hostname == NULL || two->hostname == NULL))
		add_finding(b, c,
		            (struct about){ .severity = SEV_UNKNOWN,
		                            .side = NEITHER,
		                            .source = "/etc/machine-id and the host name" },
		            "whether %s and %s are two machines is not known: one says neither its id nor its name",
		            side_name(b, 0), side_name(b, 1));
	/* Containers may share a machine-id with their host; the same name besides is the same machine. */
	if (one != NULL && two != NULL && one->machine_id != NULL && two->machine_id != NULL && one->hostname != NULL &&
	    two->hostname != NULL && strcmp(one->machine_id, two->machine_id) == 0 &&
	    strcmp(one->hostname, two->hostname) == 0)
		add_finding(b, c,
		            (struct about){ .severity = SEV_STOP,
		                            .side = NEITHER,
		                            .value = one->hostname,
		                            .source = "/etc/machine-id and the host name",
		                            .hint = "correct the <Host> of one of them in failover.xml" },
		            "%s and %s are one machine: %s", side_name(b, 0), side_name(b, 1), one->hostname);
}

void check_active_fenced(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	if (o != NULL && o->fenced_by_us == TRI_UNKNOWN)
		add_finding(b, c,
		            (struct about){
		                .severity = SEV_UNKNOWN, .side = b->active, .source = "/var/lib/ods-failover/fence" },
		            "whether the active %s is fenced is not known", side_name(b, b->active));
	if (o != NULL && o->fenced_by_us == TRI_YES)
		add_finding(b, c,
		            (struct about){ .severity = SEV_WARN,
		                            .side = b->active,
		                            .value = "fenced",
		                            .source = "/var/lib/ods-failover/fence",
		                            .hint = "a run was left between: resume or undo it" },
		            "a fence keeps OpenDNSSEC from starting on the active %s after a reboot",
		            side_name(b, b->active));
}
