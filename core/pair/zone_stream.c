#include "core/pair/zone_stream.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "core/base/mem.h"
#include "core/base/str.h"

enum { LINE_MAX_LEN = 512, OUT = 256 * 1024, HEX = ZONE_DIGEST - 1 };

enum part { IN_HEAD, IN_OCTETS, IN_TRAILER };

struct zone_stream {
	zone_stream_fn take;
	void *ctx;
	enum part part;
	struct zone_stream_head head;
	bool head_whole, has_size, has_encoding;
	char line[LINE_MAX_LEN]; /* of the head, or the trailer */
	size_t line_len;
	char told[ZONE_DIGEST]; /* the digest of the trailer */
	uint64_t got;
	EVP_MD_CTX *md;
	z_stream z;
	uint8_t *out; /* what inflate() made */
};

struct zone_stream *zone_stream_new(zone_stream_fn take, void *ctx)
{
	struct zone_stream *s = xcalloc(1, sizeof *s);

	s->take = take;
	s->ctx = ctx;
	s->md = EVP_MD_CTX_new();
	if (s->md == NULL || EVP_DigestInit_ex(s->md, EVP_sha256(), NULL) != 1)
		abort(); /* as without memory */
	return s;
}

void zone_stream_free(struct zone_stream **stream)
{
	struct zone_stream *s = *stream;

	if (s == NULL)
		return;
	if (s->head.compressed)
		(void)inflateEnd(&s->z);
	EVP_MD_CTX_free(s->md);
	free(s->out);
	free(s);
	*stream = NULL;
}

const struct zone_stream_head *zone_stream_head(const struct zone_stream *s)
{
	return s->head_whole ? &s->head : NULL;
}

static enum rc not_understood(struct zone_stream *s, const char *what, struct err *e)
{
	struct buf shown = { 0 };

	str_escape(&shown, s->line, s->line_len, 80);
	(void)err_set(e, RC_PARSE, "the %s of the answer is not understood: \"%s\"", what, buf_str(&shown));
	buf_free(&shown);
	return RC_PARSE;
}

/* The value of "=KEY VALUE", or NULL. */
static const char *value_of(const char *line, const char *key)
{
	size_t len = strlen(key);

	return line[0] == '=' && strncmp(line + 1, key, len) == 0 && line[1 + len] == ' ' ? line + len + 2 : NULL;
}

static enum rc head_ends(struct zone_stream *s, struct err *e)
{
	if (!s->has_size || !s->has_encoding || s->head.identity[0] == '\0')
		return err_set(e, RC_PARSE, "the head of the answer is not whole");
	if (s->head.compressed) {
		if (inflateInit2(&s->z, 16 + MAX_WBITS) != Z_OK)
			return err_set(e, RC_SYSTEM, "zlib does not start");
		s->out = xcalloc(1, OUT);
	}
	s->head_whole = true;
	s->part = s->head.size == 0 && !s->head.compressed ? IN_TRAILER : IN_OCTETS;
	return RC_OK;
}

static enum rc head_line(struct zone_stream *s, struct err *e)
{
	const char *value;

	if (s->line_len == 0)
		return head_ends(s, e);
	if ((value = value_of(s->line, "size")) != NULL && str_u64(value, INT64_MAX, &s->head.size)) {
		s->has_size = true;
		return RC_OK;
	}
	if ((value = value_of(s->line, "identity")) != NULL && *value != '\0' && strchr(value, ' ') == NULL &&
	    str_copy(s->head.identity, sizeof s->head.identity, value))
		return RC_OK;
	value = value_of(s->line, "encoding");
	if (value == NULL || s->has_encoding)
		return not_understood(s, "head", e);
	s->has_encoding = true;
	s->head.same = strcmp(value, "same") == 0;
	s->head.compressed = strcmp(value, "gzip") == 0;
	if (!s->head.same && !s->head.compressed && strcmp(value, "plain") != 0)
		return not_understood(s, "head", e);
	return RC_OK;
}

static enum rc trailer_line(struct zone_stream *s, struct err *e)
{
	const char *value = value_of(s->line, "sha256");

	if (s->head.same || s->told[0] != '\0' || value == NULL || strlen(value) != HEX ||
	    strspn(value, "0123456789abcdef") != HEX)
		return not_understood(s, "end", e);
	memcpy(s->told, value, ZONE_DIGEST);
	return RC_OK;
}

/* Up to the end of one line; how much of it was taken in *@used. */
static enum rc take_line(struct zone_stream *s, const char *p, size_t len, size_t *used, struct err *e)
{
	const char *nl = memchr(p, '\n', len);
	size_t n = nl != NULL ? (size_t)(nl - p) : len;
	enum rc rc;

	if (n >= sizeof s->line - s->line_len)
		return err_set(e, RC_PARSE, "a line of the answer is too long");
	memcpy(s->line + s->line_len, p, n);
	s->line_len += n;
	s->line[s->line_len] = '\0';
	*used = n + (nl != NULL ? 1 : 0);
	if (nl == NULL)
		return RC_OK;
	if (strlen(s->line) != s->line_len)
		return not_understood(s, "head", e);
	rc = s->part == IN_HEAD ? head_line(s, e) : trailer_line(s, e);
	s->line_len = 0;
	return rc;
}

static enum rc give(struct zone_stream *s, const void *p, size_t len, struct err *e)
{
	if (len == 0)
		return RC_OK;
	if (len > s->head.size - s->got)
		return err_set(e, RC_PARSE, "more octets came than the %llu that were announced",
		               (unsigned long long)s->head.size);
	s->got += len;
	if (EVP_DigestUpdate(s->md, p, len) != 1)
		return err_set(e, RC_SYSTEM, "libcrypto makes no digest");
	return s->take(s->ctx, p, len, e);
}

static enum rc take_plain(struct zone_stream *s, const char *p, size_t len, size_t *used, struct err *e)
{
	uint64_t left = s->head.size - s->got;

	*used = left < len ? (size_t)left : len;
	if (*used == left)
		s->part = IN_TRAILER;
	return give(s, p, *used, e);
}

static enum rc take_gzip(struct zone_stream *s, const char *p, size_t len, size_t *used, struct err *e)
{
	enum rc rc = RC_OK;
	int result = Z_OK;

	s->z.next_in = (uint8_t *)p; /* zlib reads it only */
	s->z.avail_in = len < UINT32_MAX ? (unsigned)len : UINT32_MAX;
	len = s->z.avail_in;
	while (rc == RC_OK && result == Z_OK) {
		s->z.next_out = s->out;
		s->z.avail_out = OUT;
		result = inflate(&s->z, Z_NO_FLUSH);
		if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
			return err_set(e, RC_PARSE, "what came compressed cannot be read: %s",
			               s->z.msg != NULL ? s->z.msg : "damaged");
		rc = give(s, s->out, OUT - s->z.avail_out, e);
		if (s->z.avail_in == 0 && s->z.avail_out > 0)
			break;
	}
	if (result == Z_STREAM_END)
		s->part = IN_TRAILER;
	*used = len - s->z.avail_in;
	return rc;
}

enum rc zone_stream_take(struct zone_stream *s, const void *octets, size_t len, struct err *e)
{
	const char *p = octets;
	enum rc rc = RC_OK;

	while (rc == RC_OK && len > 0) {
		size_t used = 0;

		if (s->part == IN_OCTETS && s->head.same)
			return err_set(e, RC_PARSE, "octets came of a file that is said to be the same");
		if (s->part != IN_OCTETS)
			rc = take_line(s, p, len, &used, e);
		else if (s->head.compressed)
			rc = take_gzip(s, p, len, &used, e);
		else
			rc = take_plain(s, p, len, &used, e);
		p += used;
		len -= used;
	}
	return rc;
}

enum rc zone_stream_end(struct zone_stream *s, char digest[ZONE_DIGEST], struct err *e)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	digest[0] = '\0';
	if (!s->head_whole)
		return err_set(e, RC_PARSE, "the answer is cut short");
	if (s->head.same)
		return RC_OK;
	if (s->part != IN_TRAILER || s->got != s->head.size || s->told[0] == '\0' || s->line_len > 0)
		return err_set(e, RC_PARSE, "the file is cut short: %llu of %llu octets came",
		               (unsigned long long)s->got, (unsigned long long)s->head.size);
	if (EVP_DigestFinal_ex(s->md, sum, &len) != 1 || len * 2 != HEX)
		return err_set(e, RC_SYSTEM, "libcrypto makes no digest");
	for (size_t i = 0; i < len; i++) {
		static const char hex[] = "0123456789abcdef";

		digest[2 * i] = hex[sum[i] >> 4];
		digest[2 * i + 1] = hex[sum[i] & 15];
	}
	digest[HEX] = '\0';
	if (strcmp(digest, s->told) != 0)
		return err_set(e, RC_PARSE, "the file came with another digest than it has there");
	return RC_OK;
}
