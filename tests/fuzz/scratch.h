/* scratch.h -- a fuzz target's input as a file, for readers that take a path; and the program's data beside it. */
#ifndef ODSF_TESTS_FUZZ_SCRATCH_H
#define ODSF_TESTS_FUZZ_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* A file in memory that holds @data; the path names it until the next call. Borrowed. One thread. */
const char *scratch_file(const void *data, size_t size);

/* A new empty directory, removed with what is in it when the process ends; once a process. Caller frees. */
char *scratch_dir(void);

/* Writes @data to @dir/@name. */
void scratch_write(const char *dir, const char *name, const void *data, size_t size);

#endif
