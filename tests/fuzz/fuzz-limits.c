/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/limits.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/* "file=value"; what is accepted must be accepted again in its normal form. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size);
	_cleanup_limits_ struct slicectl_limits *limits = slicectl_limits_new();
	_cleanup_limits_ struct slicectl_limits *again = slicectl_limits_new();
	char *equals = text ? strchr(text, '=') : NULL;

	if (!equals || !limits || !again)
		return 0;
	*equals = '\0';
	if (slicectl_limits_set(limits, text, equals + 1, NULL) < 0)
		return 0;
	if (slicectl_limits_set(again, text, slicectl_limits_value(limits, 0), NULL) < 0 ||
	    strcmp(slicectl_limits_value(limits, 0), slicectl_limits_value(again, 0)) != 0)
		abort();
	return 0;
}
