/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * To be preloaded: lets allocations of a process fail.  The file that STARVE names is mapped.  It
 * begins with "K", or "K+", in sixteen bytes: the K-th allocation from the moment when that was
 * written fails, or it and all later ones.  0: none.  The bytes after it count the allocations since
 * then.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct plan {
	char text[16];
	atomic_long count;
};

static struct plan nothing;
static struct plan *plan = &nothing;
static char last[sizeof(nothing.text)]; /* text for which at and onwards are */
static long at;
static bool onwards;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("STARVE");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *map = fd < 0 ? MAP_FAILED :
			     mmap(NULL, sizeof(*plan), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (map != MAP_FAILED)
		plan = map;
	if (fd >= 0)
		(void)close(fd);
}

static void read_plan(void)
{
	char *end;

	(void)memcpy(last, plan->text, sizeof(last));
	at = strtol(last, &end, 10);
	onwards = *end == '+';
	atomic_store(&plan->count, 0);
}

static bool fails(void)
{
	long count;

	if (memcmp(last, plan->text, sizeof(last)) != 0)
		read_plan();
	count = atomic_fetch_add(&plan->count, 1) + 1;
	if (at == 0 || count < at || (count > at && !onwards))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}

void *reallocarray(void *old, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, bytes);
}
