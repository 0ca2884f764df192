/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/key_policy.h"

#include "config/config.h"
#include "config/field.h"

#define DEFINE_TEXT_KEY(field)                                                                      \
	int key_policy_set_##field(void *target, const char *value, struct slicectl_error *error)   \
	{                                                                                           \
		return field_set_text(&((struct config_policy *)target)->text.field, value, error); \
	}

DEFINE_TEXT_KEY(subject)
DEFINE_TEXT_KEY(protect)
DEFINE_TEXT_KEY(signal)
DEFINE_TEXT_KEY(above)
DEFINE_TEXT_KEY(lasting)
DEFINE_TEXT_KEY(below)
DEFINE_TEXT_KEY(action)
DEFINE_TEXT_KEY(strategy)
DEFINE_TEXT_KEY(step)
DEFINE_TEXT_KEY(floor)
DEFINE_TEXT_KEY(ceiling)
DEFINE_TEXT_KEY(budget)
DEFINE_TEXT_KEY(freeze)
DEFINE_TEXT_KEY(cooldown)

int key_policy_set_dry_run(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_flag(&((struct config_policy *)target)->dry_run, value, false, error);
}
