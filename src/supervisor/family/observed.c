/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/family/observed.h"

#include <stdlib.h>
#include <unistd.h>

struct observed *observed_new(void)
{
	struct observed *observed = calloc(1, sizeof(*observed));

	if (observed)
		observed->usage_fd = -1;
	return observed;
}

struct observed *observed_free(struct observed *observed)
{
	if (observed && observed->usage_fd >= 0)
		(void)close(observed->usage_fd);
	free(observed);
	return NULL;
}
