/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/exit_status.h"

#include <errno.h>

int exit_status(int code)
{
	switch (-code) {
	case 0:
		return 0;
	case ENOENT:
	case ESRCH:
		return EXIT_NOT_FOUND;
	case EPERM:
	case EACCES:
		return EXIT_REFUSED;
	case EINVAL:
	case ERANGE:
		return EXIT_USAGE;
	case EBADMSG:
		return EXIT_CONFIG;
	case EOPNOTSUPP:
	case EPROTONOSUPPORT:
	case ECONNREFUSED:
	case ECONNRESET:
	case EPROTO:
		return EXIT_UNAVAILABLE;
	case EEXIST:
		return EXIT_EXISTS;
	case ETIMEDOUT:
		return EXIT_GAVE_UP;
	default:
		return EXIT_FAILED;
	}
}
