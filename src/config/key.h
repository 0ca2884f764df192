/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The table of configuration keys.  The parser uses it, and tests compare it with
 * slicectl.conf(5) and conf/slicectl.conf.
 */

#include "base/error.h"
#include "config/config.h"

enum config_section {
	CONFIG_SECTION_SUPERVISOR,
	CONFIG_SECTION_ACTIVITY,
	CONFIG_SECTION_OWNER,
	CONFIG_SECTION_SLICE,
	CONFIG_SECTION_RULE,
	CONFIG_SECTION_WATCH,
	CONFIG_SECTION_POLICY,
	_CONFIG_SECTION_MAX,
	CONFIG_SECTION_NONE = _CONFIG_SECTION_MAX,
};

struct config_key {
	enum config_section section;
	const char *name;
	const char *value; /* form of the value, as documentation */
	const char *help;
	/* @target is the struct of the section.  An empty value resets the key. */
	int (*set)(void *target, const char *value, struct slicectl_error *error);
};

/* The key at index @i, or NULL after the last. */
const struct config_key *config_key_at(size_t i);

const struct config_key *config_key_find(enum config_section section, const char *name);

/* "supervisor", "owner", … */
const char *config_section_name(enum config_section section);

/* Whether the section accepts interface files as keys. */
bool config_section_has_limits(enum config_section section);
