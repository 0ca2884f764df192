/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/hook_program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

static int copy_command(struct hook_program *program, char *const *command)
{
	size_t n = 0;

	while (command[n])
		n++;
	program->command = calloc(n + 1, sizeof(*program->command));
	for (size_t i = 0; program->command && i < n; i++) {
		program->command[i] = strdup(command[i]);
		if (!program->command[i])
			return -ENOMEM;
	}
	return program->command ? 0 : -ENOMEM;
}

/* The hook inherits nothing from the daemon's environment.  Values are passed as they are, because
 * no shell reads them. */
static int fill_environment(struct hook_program *program, const struct hook_match_text *match)
{
	char time[CLOCK_UTC_SIZE];
	char **entry = program->environment;

	*entry++ = strdup("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	*entry++ = text_format("SLICECTL_TIME=%s",
			       clock_format_utc(clock_now_ns(CLOCK_REALTIME), time));
	*entry++ = text_format("SLICECTL_%s=%s", match->by_watch ? "WATCH" : "RULE", match->rule);
	*entry++ = text_format("SLICECTL_REASON=%s", match->reason);
	*entry++ = text_format("SLICECTL_PID=%d", (int)match->subject->pid);
	*entry++ = text_format("SLICECTL_COMM=%s", match->subject->comm);
	*entry++ = text_format("SLICECTL_START_TICKS=%llu",
			       (unsigned long long)match->subject->start_ticks);
	*entry++ = text_format("SLICECTL_BOOT_ID=%s", match->boot_id);
	*entry++ = text_format("SLICECTL_SCOPE=%s", match->scope);
	for (const char *const *more = match->more; more && *more; more++) {
		if (entry == &program->environment[HOOK_ENVIRONMENT_MAX])
			return -E2BIG;
		*entry++ = strdup(*more);
	}
	for (char **check = program->environment; check < entry; check++) {
		if (!*check)
			return -ENOMEM;
	}
	return 0;
}

int hook_program_fill(struct hook_program *program, char *const *command,
		      const struct hook_match_text *match)
{
	int r = copy_command(program, command);

	if (r == 0)
		r = fill_environment(program, match);
	if (r < 0)
		return r;
	program->spawn = (struct slicectl_spawn){
		.file = program->command[0],
		.argv = (const char *const *)program->command,
		.envp = (const char *const *)program->environment,
		.as_service = true,
	};
	return 0;
}

void hook_program_done(struct hook_program *program)
{
	for (char **word = program->command; word && *word; word++)
		free(*word);
	free(program->command);
	/* After an allocation failure a NULL may stand between other entries, so go through all. */
	for (size_t i = 0; i < HOOK_ENVIRONMENT_MAX; i++)
		free(program->environment[i]);
}
