#include "tests/support/make_zone_answer.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

void make_zone_answer(struct buf *out, const char *text)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(text, strlen(text), sum, &n, EVP_sha256(), NULL) != 1)
		abort();
	buf_addf(out, "=size %zu\n=identity ", strlen(text));
	for (unsigned i = 0; i < 8; i++)
		buf_addf(out, "%02x", sum[i]);
	buf_addf(out, "\n=encoding plain\n\n%s=sha256 ", text);
	for (unsigned i = 0; i < n; i++)
		buf_addf(out, "%02x", sum[i]);
	buf_addc(out, '\n');
}
