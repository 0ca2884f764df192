/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/life.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "supervisor/life/awaited.h"
#include "supervisor/life/early_rename.h"
#include "supervisor/life/late_answer.h"
#include "supervisor/life/parts.h"
#include "supervisor/life/release.h"
#include "supervisor/life/zombie.h"

int life_new(struct node *node, struct families *families, struct report *report, struct act *act,
	     struct life **ret_life, struct slicectl_error *error)
{
	struct life *life = calloc(1, sizeof(*life));
	int r = life ? 0 : -ENOMEM;

	if (life)
		*life = (struct life){
			.node = node, .families = families, .report = report, .act = act
		};
	if (r == 0)
		r = release_open(life);
	if (r >= 0)
		r = zombie_open(life);
	if (r >= 0)
		r = late_answer_open(life);
	if (r < 0) {
		(void)life_free(life);
		return error_set(error, -r, "cannot create the timers for families: %s",
				 strerror(-r));
	}
	*ret_life = life;
	return 0;
}

struct life *life_free(struct life *life)
{
	if (life) {
		awaited_close(life);
		early_rename_free(life);
	}
	free(life);
	return NULL;
}

struct life_counts life_counts(const struct life *life)
{
	return life->counts;
}
