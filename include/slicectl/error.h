/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SLICECTL_ERROR_H
#define SLICECTL_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/*
 * An error by value: nothing is allocated and nothing must be freed.  A function
 * that takes a `struct slicectl_error *` returns 0 or a negative errno.  On
 * failure it stores the same number and one sentence that names the object, the
 * cause and, where there is one, the remedy.  The pointer may be NULL.
 */
struct slicectl_error {
	int code;           /* positive errno, 0 while nothing has failed */
	char message[1024]; /* one sentence without a trailing newline */
};

#define SLICECTL_ERROR_INIT \
	{                   \
		0, ""       \
	}

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
