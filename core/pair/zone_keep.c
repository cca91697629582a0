#include "core/pair/zone_keep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "core/base/mem.h"
#include "core/base/str.h"

enum { UNUSED_S = 14 * 24 * 3600, NAME_OCTETS = 16, META_MAX = 1024 };

char *zone_keep_dir(const char *journal_path)
{
	const char *slash = strrchr(journal_path, '/');
	char *dir = slash != NULL ? xasprintf("%.*s/zones", (int)(slash - journal_path), journal_path) : NULL;

	if (dir != NULL && mkdir(dir, 0700) != 0 && errno != EEXIST) {
		free(dir);
		dir = NULL;
	}
	return dir;
}

char *zone_keep_path(const char *dir, const struct instance_config *instance, const char *zone)
{
	char *what = xasprintf("%s\n%d\n%s\n%s\n", instance->host, instance->port, instance->name, zone);
	unsigned char sum[EVP_MAX_MD_SIZE];
	struct buf path = { 0 };
	unsigned len = 0;

	if (EVP_Digest(what, strlen(what), sum, &len, EVP_sha256(), NULL) != 1 || len < NAME_OCTETS)
		abort(); /* as without memory */
	buf_addf(&path, "%s/", dir);
	for (unsigned i = 0; i < NAME_OCTETS; i++)
		buf_addf(&path, "%02x", sum[i]);
	free(what);
	return buf_take(&path);
}

/* @inode of the file that it is about: two programs may keep one zone at a time. */
static void read_meta(const char *path, struct zone_kept *kept, uint64_t *inode)
{
	char *name = xasprintf("%s.meta", path), text[META_MAX], *line, *rest = NULL;
	FILE *in = fopen(name, "re");
	size_t n = in != NULL ? fread(text, 1, sizeof text - 1, in) : 0;

	free(name);
	if (in == NULL)
		return;
	(void)fclose(in);
	text[n] = '\0';
	for (line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		char *blank = strchr(line, ' ');

		if (blank == NULL)
			continue;
		*blank = '\0';
		if (strcmp(line, "identity") == 0)
			(void)str_copy(kept->identity, sizeof kept->identity, blank + 1);
		else if (strcmp(line, "sha256") == 0)
			(void)str_copy(kept->digest, sizeof kept->digest, blank + 1);
		else if ((strcmp(line, "file") == 0 && !str_u64(blank + 1, INT64_MAX, inode)) ||
		         (strcmp(line, "size") == 0 && !str_u64(blank + 1, INT64_MAX, &kept->size)) ||
		         (strcmp(line, "rate") == 0 && !str_u64(blank + 1, INT64_MAX, &kept->rate)))
			kept->identity[0] = '\0';
	}
}

void zone_keep_open(const char *path, struct zone_kept *kept, int *fd)
{
	char *name = xasprintf("%s.zone", path);
	uint64_t inode = 0;
	struct stat st;

	*kept = (struct zone_kept){ 0 };
	read_meta(path, kept, &inode);
	*fd = kept->identity[0] != '\0' ? open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
	if (*fd >= 0 && (fstat(*fd, &st) != 0 || !S_ISREG(st.st_mode) || (uint64_t)st.st_size != kept->size ||
	                 (uint64_t)st.st_ino != inode)) {
		close(*fd);
		*fd = -1;
	}
	if (*fd < 0)
		kept->identity[0] = '\0';
	else /* it is of use: see drop_unused() */
		(void)futimens(*fd, (const struct timespec[2]){ { .tv_nsec = UTIME_NOW }, { .tv_nsec = UTIME_NOW } });
	free(name);
}

enum rc zone_keep_new(const char *path, int *fd, struct err *e)
{
	const char *slash = strrchr(path, '/');
	char *dir = xstrndup(path, (size_t)(slash - path));

	*fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (*fd < 0)
		(void)err_sys(e, errno, "%s: no file can be made there", dir);
	free(dir);
	return *fd < 0 ? RC_SYSTEM : RC_OK;
}

static void drop_unused(const char *path)
{
	char *dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	DIR *d = opendir(dir);
	const struct dirent *entry;
	time_t now = time(NULL);

	while (d != NULL && (entry = readdir(d)) != NULL) {
		size_t len = strlen(entry->d_name);
		struct stat st;

		if (len <= 5 || strcmp(entry->d_name + len - 5, ".zone") != 0 ||
		    fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 || now - st.st_mtime < UNUSED_S)
			continue;
		(void)unlinkat(dirfd(d), entry->d_name, 0);
	}
	if (d != NULL)
		(void)closedir(d);
	free(dir);
}

/* By way of another name, so that whoever reads sees the old one or the new one. */
static bool put_file(int fd, const char *to)
{
	char *from = xasprintf("/proc/self/fd/%d", fd), *beside = xasprintf("%s.%ld.%d", to, (long)getpid(), fd);
	bool done = linkat(AT_FDCWD, from, AT_FDCWD, beside, AT_SYMLINK_FOLLOW) == 0;

	if (done && rename(beside, to) != 0) {
		(void)unlink(beside);
		done = false;
	}
	free(from);
	free(beside);
	return done;
}

void zone_keep_put(const char *path, int fd, const struct zone_kept *kept)
{
	char *file = xasprintf("%s.zone", path), *meta = xasprintf("%s.meta", path);
	struct buf text = { 0 };
	struct stat st;
	struct err ignored;
	int meta_fd = -1;

	if (fstat(fd, &st) != 0)
		st.st_ino = 0;
	buf_addf(&text, "identity %s\nsha256 %s\nsize %" PRIu64 "\nrate %" PRIu64 "\nfile %" PRIu64 "\n",
	         kept->identity, kept->digest, kept->size, kept->rate, (uint64_t)st.st_ino);
	/* First the old words go: those of one file never stand beside another one. */
	(void)unlink(meta);
	if (put_file(fd, file) && zone_keep_new(path, &meta_fd, &ignored) == RC_OK &&
	    write(meta_fd, text.p, text.len) == (ssize_t)text.len)
		(void)put_file(meta_fd, meta);
	if (meta_fd >= 0)
		close(meta_fd);
	drop_unused(path);
	buf_free(&text);
	free(file);
	free(meta);
}
