/* Two files, parted by a line "--": each equals itself, and the answer is the same with the sides exchanged. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/zone/compare.h"

/* libldns loses a few octets of a malformed IPSECKEY record; that is its own, and bounded by the record. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:ldns_str2rdf_ipseckey\n";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int file_of(const uint8_t *data, size_t size)
{
	int fd = memfd_create("zone", MFD_CLOEXEC);

	if (fd < 0 || (size > 0 && write(fd, data, size) != (ssize_t)size))
		abort();
	return fd;
}

static enum rc compare(int left, int right, struct zone_difference *d)
{
	struct compare_options o = { .names = { "left", "right" }, .samples = 10, .threads = 1 };
	struct zscan scans[2] = { 0 };
	struct err e = { 0 };
	enum rc rc;

	rc = source_fd(&scans[0].source, left, "left", NULL, &e);
	if (rc == RC_OK)
		rc = source_fd(&scans[1].source, right, "right", NULL, &e);
	if (rc == RC_OK)
		rc = zone_compare(&scans[0], &scans[1], &o, d, &e);
	for (int side = 0; side < 2; side++)
		scan_clear(&scans[side]);
	return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *cut = memmem(data, size, "\n--\n", 4);
	struct zone_difference there = { 0 }, back = { 0 }, self = { 0 };
	int left, right;
	enum rc rc;

	if (cut == NULL)
		return 0;
	left = file_of(data, (size_t)(cut - data) + 1);
	right = file_of(cut + 4, size - (size_t)(cut - data) - 4);
	rc = compare(left, right, &there);
	if (compare(right, left, &back) != rc)
		abort();
	for (int band = 0; rc == RC_OK && band < BAND_TIMING; band++)
		if (there.counts[band] != back.counts[band])
			abort();
	if (rc == RC_OK && (compare(left, left, &self) != RC_OK || !self.equal || self.counts[BAND_TIMING] != 0))
		abort();
	zone_difference_clear(&there);
	zone_difference_clear(&back);
	zone_difference_clear(&self);
	close(left);
	close(right);
	return 0;
}
