/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/key_watch.h"

#include "config/config.h"
#include "config/field.h"
#include "config/key_rule.h"

static struct watch_text *text_of(void *target)
{
	return &((struct config_watch *)target)->text;
}

int key_watch_set_subject(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_text(&text_of(target)->subject, value, error);
}

int key_watch_set_resource(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_text(&text_of(target)->resource, value, error);
}

int key_watch_set_level(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_text(&text_of(target)->level, value, error);
}

int key_watch_set_direction(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_text(&text_of(target)->direction, value, error);
}

int key_watch_set_inherit(void *target, const char *value, struct slicectl_error *error)
{
	bool inherits = true;
	int r = field_set_flag(&inherits, value, true, error);

	text_of(target)->no_inherit = r == 0 && !inherits;
	return r;
}

int key_watch_set_hysteresis(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_text(&text_of(target)->hysteresis, value, error);
}

int key_watch_set_action(void *target, const char *value, struct slicectl_error *error)
{
	static const char *const names[] = { "record", "hook" };
	int choice = 0, r = field_choose(value, names, 2, &choice, error);

	((struct config_watch *)target)->runs_hook = choice == 1;
	return r;
}

int key_watch_set_command(void *target, const char *value, struct slicectl_error *error)
{
	return key_action_set_command(&((struct config_watch *)target)->hook, value, error);
}

int key_watch_set_timeout(void *target, const char *value, struct slicectl_error *error)
{
	return key_action_set_timeout(&((struct config_watch *)target)->hook, value, error);
}

int key_watch_set_latch(void *target, const char *value, struct slicectl_error *error)
{
	return key_action_set_latch(&((struct config_watch *)target)->hook, value, error);
}
