#include "core/zone/nsec3_hash.h"

#include <string.h>

#include <openssl/sha.h>

void nsec3_hash(uint8_t out[NSEC3_HASH], const uint8_t *name, size_t len, const uint8_t *salt, size_t salt_len,
                unsigned iterations)
{
	uint8_t text[255 + 255];

	memcpy(text, name, len);
	memcpy(text + len, salt, salt_len);
	(void)SHA1(text, len + salt_len, out);
	for (; iterations > 0; iterations--) {
		memcpy(text, out, NSEC3_HASH);
		memcpy(text + NSEC3_HASH, salt, salt_len);
		(void)SHA1(text, NSEC3_HASH + salt_len, out);
	}
}

void nsec3_label(char out[NSEC3_LABEL], const uint8_t hash[NSEC3_HASH])
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	uint64_t bits = 0;
	unsigned n = 0;
	size_t k = 0;

	for (size_t i = 0; i < NSEC3_HASH; i++) {
		bits = bits << 8 | hash[i];
		for (n += 8; n >= 5; n -= 5)
			out[k++] = digits[bits >> (n - 5) & 31];
	}
}
