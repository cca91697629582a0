/* data.h -- where the program's own data lies: beside the program, wherever it was installed. */
#ifndef ODSF_CORE_BASE_DATA_H
#define ODSF_CORE_BASE_DATA_H

/* "schema/failover.rng" → its absolute path under PREFIX/share/ods-failover (installed) or BUILD/share/ods-failover
 * (build tree), found from /proc/self/exe; $ODSF_DATA names another directory, for tests. Caller frees; never NULL:
 * a file that is not there is the reader's error. */
char *data_path(const char *relative);

#endif
