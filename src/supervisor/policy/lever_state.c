/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is remembered of a file that is changed. */

#include <stdlib.h>
#include <string.h>

#include "supervisor/policy/parts.h"

void lever_forget(struct lever_state *state)
{
	free(state->baseline);
	free(state->value);
	*state = (struct lever_state){ 0 };
}

void lever_take_text(char **member, const char *text)
{
	char *copy = strdup(text);

	if (copy) {
		free(*member);
		*member = copy;
	}
}
