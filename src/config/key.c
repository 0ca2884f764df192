/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/key.h"

#include <errno.h>
#include <string.h>

#include "base/parse.h"
#include "base/text.h"
#include "cgroup/controller.h"
#include "cgroup/name.h"
#include "config/words.h"
#include "rule/template.h"

enum {
	RECEIVE_BUFFER_MIN = 4 * 1024,
	RECEIVE_BUFFER_MAX = 512 * 1024 * 1024,
};

static int set_text(char **field, const char *value, struct slicectl_error *error)
{
	char *copy = *value ? strdup(value) : NULL;

	if (*value && !copy)
		return error_set(error, ENOMEM, "out of memory");
	free(*field);
	*field = copy;
	return 0;
}

static int add_words(char ***field, const char *value, struct slicectl_error *error)
{
	int r;

	if (*value == '\0') {
		*field = words_free(*field);
		return 0;
	}
	r = words_append(field, value);
	if (r == -EINVAL)
		return error_set(error, EINVAL, "an empty word, or a quote that is not closed");
	return r < 0 ? error_set(error, -r, "out of memory") : 0;
}

static int set_audit_log(void *target, const char *value, struct slicectl_error *error)
{
	struct config_supervisor *supervisor = target;

	if (*value && *value != '/' && !text_equal(value, "-"))
		return error_set(error, EINVAL, "'%s' is neither an absolute path nor '-'",
				 TEXT_ESCAPE(value));
	return set_text(&supervisor->audit_log, value, error);
}

static int set_base(void *target, const char *value, struct slicectl_error *error)
{
	struct config_supervisor *supervisor = target;

	if (text_equal(value, "auto"))
		value = "";
	if (*value && *value != '/')
		return error_set(error, EINVAL, "'%s' is neither auto nor an absolute path",
				 TEXT_ESCAPE(value));
	return set_text(&supervisor->base, value, error);
}

static int set_controllers(void *target, const char *value, struct slicectl_error *error)
{
	struct config_supervisor *supervisor = target;
	controller_set ignored;
	int r;

	r = controller_parse_strict(value, &ignored, error);
	return r < 0 ? r : set_text(&supervisor->controllers, value, error);
}

static int set_receive_buffer(void *target, const char *value, struct slicectl_error *error)
{
	struct config_supervisor *supervisor = target;
	uint64_t bytes = 0;

	if (*value && (parse_size(value, &bytes) < 0 || bytes < RECEIVE_BUFFER_MIN ||
		       bytes > RECEIVE_BUFFER_MAX))
		return error_set(error, EINVAL, "'%s' is no size from 4K to 512M", TEXT_ESCAPE(value));
	supervisor->receive_buffer = bytes;
	return 0;
}

static int set_users(void *target, const char *value, struct slicectl_error *error)
{
	return add_words(&((struct config_owner *)target)->users, value, error);
}

static int set_groups(void *target, const char *value, struct slicectl_error *error)
{
	return add_words(&((struct config_owner *)target)->groups, value, error);
}

static int set_owner(void *target, const char *value, struct slicectl_error *error)
{
	return set_text(&((struct config_slice *)target)->owner, value, error);
}

static int check_comm(char *const *words, struct slicectl_error *error)
{
	for (; words && *words; words++) {
		if (strlen(*words) > RULE_COMM_MAX)
			return error_set(error, EINVAL,
					 "'%s' has %zu bytes; the kernel keeps %d of a name, so it would never match",
					 TEXT_ESCAPE(*words), strlen(*words), (int)RULE_COMM_MAX);
	}
	return 0;
}

static int set_comm(void *target, const char *value, struct slicectl_error *error)
{
	struct rule *rule = target;
	int r;

	r = add_words(&rule->comm, value, error);
	if (r == 0)
		r = check_comm(rule->comm, error);
	rule->n_comm = words_count(rule->comm);
	return r;
}

static int set_action(void *target, const char *value, struct slicectl_error *error)
{
	struct rule *rule = target;

	if (*value == '\0')
		rule->action = RULE_MONITOR;
	else if (rule_action_parse(value, &rule->action) < 0)
		return error_set(error, EINVAL, "'%s' is no action; there are monitor, place and kill",
				 TEXT_ESCAPE(value));
	return 0;
}

/* Checks the template with the specifiers filled in by harmless text. */
static int set_scope(void *target, const char *value, struct slicectl_error *error)
{
	static const struct rule_subject sample = { .pid = 1, .comm = "name" };
	_cleanup_free_ char *expanded = NULL, *path = NULL;
	struct rule *rule = target;
	int r;

	if (*value) {
		r = template_check(value, error);
		if (r < 0)
			return r;
		if (template_expand(value, rule, &sample, &expanded) < 0)
			return error_set(error, ENOMEM, "out of memory");
		r = name_scope(expanded, &path, error);
		if (r < 0)
			return r;
	}
	return set_text(&rule->scope, value, error);
}

static const struct config_key keys[] = {
	{ CONFIG_SECTION_SUPERVISOR, "audit-log", "PATH | -",
	  "one JSON line per action is appended here; - is standard output", set_audit_log },
	{ CONFIG_SECTION_SUPERVISOR, "base", "auto | PATH",
	  "the cgroup below which the slices lie", set_base },
	{ CONFIG_SECTION_SUPERVISOR, "controllers", "NAME…",
	  "controllers to enable for children, where the kernel has them", set_controllers },
	{ CONFIG_SECTION_SUPERVISOR, "receive-buffer", "SIZE",
	  "room for process events that were not read yet", set_receive_buffer },
	{ CONFIG_SECTION_OWNER, "users", "NAME|UID…", "users who may act as this owner",
	  set_users },
	{ CONFIG_SECTION_OWNER, "groups", "NAME|GID…", "groups whose members may act as this owner",
	  set_groups },
	{ CONFIG_SECTION_SLICE, "owner", "NAME", "owner of the subtree; without it the parent's",
	  set_owner },
	{ CONFIG_SECTION_RULE, "comm", "NAME…", "names of the process, exactly", set_comm },
	{ CONFIG_SECTION_RULE, "action", "monitor | place | kill", "what to do with the family",
	  set_action },
	{ CONFIG_SECTION_RULE, "scope", "SLICE/NAME", "template of the scope for the family",
	  set_scope },
};

static const char *const section_names[_CONFIG_SECTION_MAX] = {
	[CONFIG_SECTION_SUPERVISOR] = "supervisor",
	[CONFIG_SECTION_OWNER] = "owner",
	[CONFIG_SECTION_SLICE] = "slice",
	[CONFIG_SECTION_RULE] = "rule",
};

const struct config_key *config_key_at(size_t i)
{
	return i < ELEMENTS(keys) ? &keys[i] : NULL;
}

const struct config_key *config_key_find(enum config_section section, const char *name)
{
	for (size_t i = 0; i < ELEMENTS(keys); i++) {
		if (keys[i].section == section && text_equal(keys[i].name, name))
			return &keys[i];
	}
	return NULL;
}

const char *config_section_name(enum config_section section)
{
	return section_names[section];
}

bool config_section_has_limits(enum config_section section)
{
	return section == CONFIG_SECTION_SLICE || section == CONFIG_SECTION_RULE;
}
