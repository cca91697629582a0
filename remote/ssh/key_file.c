#include "remote/ssh/key_file.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

enum { FILE_MAX = 65536 };

static const char container_begin[] = "-----BEGIN OPENSSH PRIVATE KEY-----";
static const char container_magic[] = "openssh-key-v1"; /* with its NUL */

static bool read_text(const char *path, struct buf *text)
{
	char chunk[4096];
	size_t n;
	FILE *in = fopen(path, "re");

	if (in == NULL)
		return false;
	while (text->len < FILE_MAX && (n = fread(chunk, 1, sizeof chunk, in)) > 0)
		buf_add(text, chunk, n);
	explicit_bzero(chunk, sizeof chunk);
	(void)fclose(in);
	return text->len > 0 && text->len < FILE_MAX && strlen(text->p) == text->len;
}

/* The octets of the base64 at @text up to a blank that is not a newline, or '-'. */
static bool decode(const char *text, bool over_lines, struct buf *out)
{
	struct buf clean = { 0 };
	size_t padding = 0;
	int n = -1;

	for (; *text != '\0' && (isalnum((unsigned char)*text) || strchr("+/=", *text) != NULL ||
	                         (over_lines && isspace((unsigned char)*text)));
	     text++)
		if (!isspace((unsigned char)*text))
			buf_addc(&clean, *text);
	while (padding < 2 && padding < clean.len && clean.p[clean.len - 1 - padding] == '=')
		padding++;
	if (clean.len > 0 && clean.len % 4 == 0) {
		unsigned char *room = xcalloc(clean.len, 1);

		n = EVP_DecodeBlock(room, (const unsigned char *)clean.p, (int)clean.len);
		if (n > 0)
			buf_add(out, room, (size_t)n - padding);
		explicit_bzero(room, clean.len);
		free(room);
	}
	buf_wipe(&clean);
	return n > 0;
}

static bool is_public_line(const char *text)
{
	return strncmp(text, "ssh-", 4) == 0 || strncmp(text, "ecdsa-", 6) == 0 || strncmp(text, "sk-", 3) == 0;
}

static bool from_public_line(const char *text, struct buf *blob)
{
	const char *p = strchr(text, ' ');

	return is_public_line(text) && p != NULL && decode(p + 1, false, blob);
}

static uint32_t number_at(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* PROTOCOL.key of OpenSSH: magic, cipher, kdf, kdf options, number of keys, public key … : the public key is in clear.
 */
static bool from_container(const char *text, struct buf *blob)
{
	const char *begin = strstr(text, container_begin);
	struct buf raw = { 0 };
	const unsigned char *p;
	size_t at = sizeof container_magic, skip;
	bool found = false;

	if (begin == NULL || !decode(begin + sizeof container_begin - 1, true, &raw))
		goto done;
	p = (const unsigned char *)raw.p;
	if (raw.len < at || memcmp(p, container_magic, sizeof container_magic) != 0)
		goto done;
	for (skip = 0; skip < 3; skip++) {
		if (raw.len - at < 4 || raw.len - at - 4 < number_at(p + at))
			goto done;
		at += 4 + number_at(p + at);
	}
	if (raw.len - at < 8 || number_at(p + at) != 1)
		goto done;
	at += 4;
	if (raw.len - at - 4 < number_at(p + at))
		goto done;
	buf_add(blob, p + at + 4, number_at(p + at));
	found = true;
done:
	buf_wipe(&raw);
	return found;
}

bool key_file_is_public(const char *path)
{
	struct buf text = { 0 };
	bool is = read_text(path, &text) && is_public_line(text.p);

	buf_wipe(&text);
	return is;
}

bool key_file_public(const char *path, struct buf *blob)
{
	char *beside = xasprintf("%s.pub", path);
	struct buf text = { 0 };
	bool found = read_text(beside, &text) && from_public_line(text.p, blob);

	buf_reset(&text);
	if (!found)
		found = read_text(path, &text) && (from_public_line(text.p, blob) || from_container(text.p, blob));
	buf_wipe(&text);
	free(beside);
	return found;
}
