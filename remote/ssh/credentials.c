#include "remote/ssh/credentials.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/vec.h"

ssh_key credentials_key(const struct credentials *c, const char *path)
{
	size_t i;

	for (i = 0; i < c->count; i++)
		if (strcmp(c->keys[i].path, path) == 0)
			return c->keys[i].key;
	return NULL;
}

void credentials_keep_key(struct credentials *c, const char *path, ssh_key key)
{
	c->keys = vec_grow(c->keys, c->count, &c->cap, sizeof *c->keys);
	c->keys[c->count++] = (struct unlocked_key){ xstrdup(path), key };
}

void credentials_keep_password(struct credentials *c, const char *password)
{
	char *kept = xstrdup(password); /* first, for it may be the one that is kept already */

	secret_free(&c->password);
	c->password = kept;
}

void credentials_forget_password(struct credentials *c)
{
	secret_free(&c->password);
}

void credentials_clear(struct credentials *c)
{
	size_t i;

	for (i = 0; i < c->count; i++) {
		free(c->keys[i].path);
		ssh_key_free(c->keys[i].key);
	}
	free(c->keys);
	secret_free(&c->password);
	*c = (struct credentials){ 0 };
}
