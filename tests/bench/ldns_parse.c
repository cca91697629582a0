/* ldns_parse.c -- the peer of expiry: libldns reads a zone file record by record, and the first signature to expire is
 * kept. Prints it: bench-ldns-parse FILE. */
#include <stdio.h>
#include <stdlib.h>

#include <ldns/ldns.h>

int main(int argc, char **argv)
{
	FILE *f = argc == 2 ? fopen(argv[1], "r") : NULL;
	ldns_rdf *origin = NULL, *before = NULL;
	uint32_t ttl = 3600, first = UINT32_MAX;
	int line = 0;

	if (f == NULL) {
		fprintf(stderr, "usage: bench-ldns-parse FILE\n");
		return 64;
	}
	while (feof(f) == 0) {
		ldns_rr *rr = NULL;
		ldns_status status = ldns_rr_new_frm_fp_l(&rr, f, &ttl, &origin, &before, &line);

		if (status == LDNS_STATUS_OK && ldns_rr_get_type(rr) == LDNS_RR_TYPE_RRSIG) {
			uint32_t at = ldns_rdf2native_int32(ldns_rr_rrsig_expiration(rr));

			first = at < first ? at : first;
		}
		if (status == LDNS_STATUS_OK)
			ldns_rr_free(rr);
	}
	printf("%u\n", first);
	ldns_rdf_deep_free(origin);
	ldns_rdf_deep_free(before);
	(void)fclose(f);
	return 0;
}
