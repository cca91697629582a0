/* finding_make.h -- what the checks share: one way to add a finding, and the sides of a board by role. */
#ifndef ODSF_CORE_PAIR_FINDING_MAKE_H
#define ODSF_CORE_PAIR_FINDING_MAKE_H

#include "core/pair/board.h"

enum { NEITHER = -1 };

/* What makes a finding besides its sentence; what is NULL does not apply. Strings live in the board's arena, or are
 * static. */
struct about {
	enum severity severity;
	int side; /* instance index, or NEITHER */
	const char *zone;
	const char *value, *limit, *source, *hint;
};

void add_finding(struct board *b, const struct check *check, struct about about, const char *fmt, ...) PRINTF(4, 5);

/* The name of an instance, and its observation when it could be observed at all; NULL otherwise: instance-unreachable
 * says so once, and nothing else is concluded from it. */
const char *side_name(const struct board *b, int side);
const struct observation *seen(const struct board *b, int side);

const char *key_role_word(const struct obs_key *k); /* "KSK" */

const char *number_text(struct board *b, int64_t v);
const char *time_value(struct board *b, int64_t t);
const char *duration_value(struct board *b, int64_t seconds);
const char *octets_text(struct board *b, int64_t octets);

/* The checks, one function a row of the table in finding.c; by subject in finding_*.c. */
void check_instance_unreachable(struct board *b, const struct check *c);
void check_host_incomplete(struct board *b, const struct check *c);
void check_two_actives(struct board *b, const struct check *c);
void check_no_active(struct board *b, const struct check *c);
void check_roles_swapped(struct board *b, const struct check *c);
void check_role_records(struct board *b, const struct check *c);
void check_enforcer_down(struct board *b, const struct check *c);
void check_signer_down(struct board *b, const struct check *c);
void check_standby_enforcer(struct board *b, const struct check *c);
void check_daemon_hung(struct board *b, const struct check *c);
void check_daemon_twice(struct board *b, const struct check *c);
void check_daemon_unknown(struct board *b, const struct check *c);
void check_versions(struct board *b, const struct check *c);
void check_clock_skew(struct board *b, const struct check *c);
void check_disk_small(struct board *b, const struct check *c);
void check_prevent_startup(struct board *b, const struct check *c);
void check_interference(struct board *b, const struct check *c);
void check_lease_held(struct board *b, const struct check *c);
void check_same_machine(struct board *b, const struct check *c);
void check_active_fenced(struct board *b, const struct check *c);
void check_signed_closed(struct board *b, const struct check *c);
void check_copy_missing(struct board *b, const struct check *c);

void check_conf_unreadable(struct board *b, const struct check *c);
void check_conf_differs(struct board *b, const struct check *c);
void check_policies_differ(struct board *b, const struct check *c);
void check_database_missing(struct board *b, const struct check *c);
void check_database_unknown(struct board *b, const struct check *c);
void check_database_journal(struct board *b, const struct check *c);
void check_database_readonly(struct board *b, const struct check *c);
void check_daemon_user_missing(struct board *b, const struct check *c);
void check_files_unknown(struct board *b, const struct check *c);
void check_ownership(struct board *b, const struct check *c);
void check_file_unreadable(struct board *b, const struct check *c);
void check_file_missing(struct board *b, const struct check *c);
void check_zones_xml_missing(struct board *b, const struct check *c);
void check_zones_xml_differs(struct board *b, const struct check *c);
void check_zonelist_differs(struct board *b, const struct check *c);
void check_kasp_differs(struct board *b, const struct check *c);
void check_zone_not_in_signer(struct board *b, const struct check *c);
void check_token_directory_unknown(struct board *b, const struct check *c);
void check_token_missing(struct board *b, const struct check *c);
void check_token_ambiguous(struct board *b, const struct check *c);
void check_hsm_unknown(struct board *b, const struct check *c);

void check_key_not_backed_up(struct board *b, const struct check *c);
void check_backup_unknown(struct board *b, const struct check *c);
void check_key_missing(struct board *b, const struct check *c);
void check_key_set_differs(struct board *b, const struct check *c);
void check_key_not_published(struct board *b, const struct check *c);
void check_key_unknown_in_public(struct board *b, const struct check *c);
void check_key_tags_equal(struct board *b, const struct check *c);
void check_roll_in_window(struct board *b, const struct check *c);

void check_zone_unsigned(struct board *b, const struct check *c);
void check_signconf_missing(struct board *b, const struct check *c);
void check_backup2_missing(struct board *b, const struct check *c);
void check_backup2_truncated(struct board *b, const struct check *c);
void check_backup2_stale(struct board *b, const struct check *c);
void check_serial_behind(struct board *b, const struct check *c);
void check_serial_unknown(struct board *b, const struct check *c);
void check_keep_not_resignable(struct board *b, const struct check *c);
void check_unsigned_unreadable(struct board *b, const struct check *c);
void check_zone_not_signing(struct board *b, const struct check *c);

void check_signatures_expired(struct board *b, const struct check *c);
void check_inception_future(struct board *b, const struct check *c);
void check_slack_negative(struct board *b, const struct check *c);
void check_slack_low(struct board *b, const struct check *c);
void check_expiry_unknown(struct board *b, const struct check *c);
void check_name_server_silent(struct board *b, const struct check *c);
void check_name_server_behind(struct board *b, const struct check *c);
void check_no_name_server(struct board *b, const struct check *c);

void check_parent_silent(struct board *b, const struct check *c);
void check_ds_differs(struct board *b, const struct check *c);
void check_standby_copy_old(struct board *b, const struct check *c);

void check_mode_unsupported(struct board *b, const struct check *c);
void check_datastore_unsupported(struct board *b, const struct check *c);
void check_adapter_unsupported(struct board *b, const struct check *c);
void check_hsm_unsupported(struct board *b, const struct check *c);
void check_paths_differ(struct board *b, const struct check *c);

#endif
