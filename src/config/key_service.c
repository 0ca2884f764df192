/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/key_service.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "config/config.h"
#include "config/field.h"

#define INTERVAL_MIN_USEC (100 * CLOCK_USEC_PER_MSEC)

int key_service_set_metrics_file(void *target, const char *value, struct slicectl_error *error)
{
	if (*value && *value != '/')
		return error_set(error, EINVAL, "'%s' is not an absolute path", TEXT_ESCAPE(value));
	return field_set_text(&((struct config_supervisor *)target)->metrics_file, value, error);
}

int key_service_set_metrics_interval(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_span(&((struct config_supervisor *)target)->metrics_interval, value,
			      CONFIG_METRICS_INTERVAL_USEC, INTERVAL_MIN_USEC, false, error);
}

int key_service_set_read_users(void *target, const char *value, struct slicectl_error *error)
{
	return field_add_words(&((struct config_supervisor *)target)->readers.users, value, error);
}

int key_service_set_read_groups(void *target, const char *value, struct slicectl_error *error)
{
	return field_add_words(&((struct config_supervisor *)target)->readers.groups, value, error);
}

/* Patterns are not accepted: each user must be listed. */
int key_service_set_emergency_users(void *target, const char *value, struct slicectl_error *error)
{
	if (strchr(value, '*'))
		return error_set(error, EINVAL,
				 "'*' is not a user; list each user who may declare an emergency");
	return field_add_words(&((struct config_supervisor *)target)->emergency.users, value, error);
}

int key_service_set_guard(void *target, const char *value, struct slicectl_error *error)
{
	static const char *const names[_CONFIG_GUARD_MAX] = {
		[CONFIG_GUARD_OFF] = "off",
		[CONFIG_GUARD_AUDIT] = "audit",
		[CONFIG_GUARD_REVERT] = "revert",
	};
	int choice = 0, r;

	r = field_choose(value, names, _CONFIG_GUARD_MAX, &choice, error);
	((struct config_supervisor *)target)->guard = (enum config_guard)choice;
	return r;
}
