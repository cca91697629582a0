#include "core/zone/hash.h"

#include <string.h>
#include <sys/random.h>

#include "core/base/clock.h"

/* Odd numbers with as many ones as zeros, of no further meaning. */
static const uint64_t k0 = 0x9e3779b97f4a7c15, k1 = 0xd6e8feb86659fd93, k2 = 0xa3b195354a39b70d;

uint64_t hash_seed(void)
{
	uint64_t seed;

	if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
		seed = (uint64_t)clock_mono_ms() * k0 ^ (uint64_t)(uintptr_t)&seed;
	return seed;
}

static uint64_t fold(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t load(const uint8_t *p, size_t len)
{
	uint64_t v = 0;

	memcpy(&v, p, len);
	return v;
}

uint64_t hash_octets(const void *octets, size_t len, uint64_t seed)
{
	const uint8_t *p = octets;
	uint64_t h = seed ^ k0, n = len;

	for (; len > 16; len -= 16, p += 16)
		h = fold(load(p, 8) ^ k1, load(p + 8, 8) ^ h);
	if (len >= 8)
		h = fold(load(p, 8) ^ k1, load(p + len - 8, 8) ^ h ^ k2);
	else if (len >= 4)
		h = fold(load(p, 4) ^ k1, load(p + len - 4, 4) ^ h ^ k2);
	else
		h = fold(load(p, len) ^ k1, h ^ k2);
	return fold(h ^ n, k1 ^ seed);
}
