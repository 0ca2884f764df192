/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/act.h"

#include <errno.h>
#include <stdlib.h>

#include "supervisor/act/apply.h"
#include "supervisor/act/emergency.h"
#include "supervisor/act/hook.h"
#include "supervisor/act/parts.h"
#include "supervisor/act/rates.h"
#include "supervisor/act/requests.h"
#include "supervisor/act/zombies.h"

int act_new(struct node *node, struct families *families, struct report *report,
	    struct mover *mover, struct act **ret_act, struct slicectl_error *error)
{
	struct act *act = calloc(1, sizeof(*act));

	if (!act)
		return error_set(error, ENOMEM, "out of memory");
	*act = (struct act){
		.node = node,
		.families = families,
		.report = report,
		.mover = mover,
		.rates = rates_new(),
		.hooks = hooks_new(act),
		.requests = requests_new(act),
		.emergency = emergency_new(node, report),
		.zombies = zombies_new(node),
		.again = apply_again,
	};
	if (!act->rates || !act->hooks || !act->requests || !act->emergency || !act->zombies) {
		(void)act_free(act);
		return error_set(error, ENOMEM, "out of memory");
	}
	*ret_act = act;
	return 0;
}

bool act_stop(struct act *act)
{
	return !act || requests_close(act->requests);
}

struct act *act_free(struct act *act)
{
	if (!act)
		return NULL;
	(void)sd_event_source_unref(act->retry_timer);
	act->rates = rates_free(act->rates);
	act->hooks = hooks_free(act->hooks);
	act->requests = requests_free(act->requests);
	act->emergency = emergency_free(act->emergency);
	act->zombies = zombies_free(act->zombies);
	free(act);
	return NULL;
}

struct emergency *act_emergency(struct act *act)
{
	return act->emergency;
}

struct requests *act_requests(struct act *act)
{
	return act->requests;
}

struct hooks *act_hooks(struct act *act)
{
	return act->hooks;
}

struct zombies *act_zombies(struct act *act)
{
	return act->zombies;
}

uint64_t act_late_members(const struct act *act)
{
	return act->late_members;
}
