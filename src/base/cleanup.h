/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Scope-bound release of resources.  A variable with one of these attributes is
 * released on every path out of its block; TAKE_PTR and TAKE_FD transfer
 * ownership instead.
 */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(function) __attribute__((cleanup(function)))
#define _cleanup_free_ _cleanup_(cleanup_free)
#define _cleanup_close_ _cleanup_(cleanup_close)
#define _cleanup_fclose_ _cleanup_(cleanup_fclose)
#define _cleanup_closedir_ _cleanup_(cleanup_closedir)

#define TAKE_PTR(pointer)                           \
	({                                          \
		__typeof__(pointer) _p = (pointer); \
		(pointer) = NULL;                   \
		_p;                                 \
	})
#define TAKE_FD(fd)             \
	({                      \
		int _fd = (fd); \
		(fd) = -1;      \
		_fd;            \
	})

/* Defines cleanup_FUNCTION() for use with _cleanup_() from a free function. */
#define DEFINE_CLEANUP(type, function)                        \
	static inline void cleanup_##function(type **pointer) \
	{                                                     \
		if (*pointer)                                 \
			function(*pointer);                   \
	}

#define ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

static inline void cleanup_free(void *pointer)
{
	free(*(void **)pointer);
}

/* Linux releases the descriptor even when close() fails, so it is never retried. */
static inline void cleanup_close(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static inline void cleanup_fclose(FILE **stream)
{
	if (*stream)
		(void)fclose(*stream);
}

static inline void cleanup_closedir(DIR **directory)
{
	if (*directory)
		(void)closedir(*directory);
}
