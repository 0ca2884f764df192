/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>

#include "cli/ask.h"

static int print_text(const json_t *reply)
{
	return fputs(ask_text(reply, "text", ""), stdout) < 0 ? -EIO : 0;
}

int cmd_metrics(struct invocation *invocation, struct slicectl_error *error)
{
	return ask(invocation, "Metrics", NULL, print_text, error);
}
