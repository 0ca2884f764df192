/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/service/capability.h"

#include <cap-ng.h>
#include <stdio.h>

#include "base/log.h"
#include "base/text.h"
#include "config/authority.h"
#include "observe/process_use.h"
#include "supervisor/service/parts.h"

#define BIT(capability) PRIVILEGE_BIT(capability)

/* To subscribe to process events again, to signal processes of other users, and to protect
 * slicectld from the OOM killer. */
#define ALWAYS_NEEDED (BIT(CAP_NET_ADMIN) | BIT(CAP_KILL) | BIT(CAP_SYS_RESOURCE))

/* What some configuration needs. */
#define EVER_NEEDED                                                                               \
	(ALWAYS_NEEDED | BIT(CAP_SYS_PTRACE) | BIT(CAP_DAC_READ_SEARCH) | BIT(CAP_DAC_OVERRIDE) | \
	 BIT(CAP_SYS_NICE) | BIT(CAP_SYS_ADMIN))

static bool has_delegated_slice(const struct config *config)
{
	uid_t uid;
	gid_t gid;

	for (size_t i = 0; i < config->n_owners; i++) {
		if (authority_delegatee(config, &config->owners[i], &uid, &gid) ||
		    authority_awaits_delegatee(config, &config->owners[i]))
			return true;
	}
	return false;
}

static bool has_rule_by(const struct config *config, enum rule_key key)
{
	for (size_t i = 0; i < config->rules.count; i++) {
		if (config->rules.rules[i].values[key])
			return true;
	}
	return false;
}

static bool has_rule_on_request(const struct config *config)
{
	for (size_t i = 0; i < config->rules.count; i++) {
		if (config->rules.rules[i].disabled)
			return true;
	}
	return false;
}

/* Whether descriptors of processes of other users have to be listed. */
static bool lists_descriptors(const struct config *config)
{
	for (size_t i = 0; i < config->n_watches; i++) {
		if (text_equal(config->watches[i].spec.resource->name, "nofile"))
			return !process_use_counts_descriptors();
	}
	return false;
}

/* The capabilities that @config needs, and why. */
static uint64_t needed_capabilities(const struct config *config)
{
	uint64_t set = ALWAYS_NEEDED;

	/* To read the program of processes of other users, and the address of the stack in
	 * /proc/PID/stat, which shows that another program is executed. */
	if (config->rules.count > 0)
		set |= BIT(CAP_SYS_PTRACE);
	/* To read environments; a rule that acts on request may be narrowed down by them. */
	if (has_rule_by(config, RULE_KEY_ENV) || has_rule_on_request(config))
		set |= BIT(CAP_DAC_READ_SEARCH);
	if (lists_descriptors(config))
		set |= BIT(CAP_SYS_PTRACE) | BIT(CAP_DAC_READ_SEARCH);
	/* To write in directories that belong to a user. */
	if (has_delegated_slice(config) || config->supervisor.metrics_file)
		set |= BIT(CAP_DAC_OVERRIDE);
	if (config->supervisor.scheduler != CONFIG_SCHEDULER_NORMAL)
		set |= BIT(CAP_SYS_NICE);
	return set;
}

/* Turning the guard on needs a capability; a guard that is on needs none. */
static uint64_t needed_to_guard(const struct service *service, const struct config *config)
{
	return config->supervisor.guard != CONFIG_GUARD_OFF && !guard_is_on(service->rooms.guard) ?
		       BIT(CAP_SYS_ADMIN) :
		       0;
}

/* Like "cap_kill cap_net_admin"; the caller frees it. */
static char *capability_names(uint64_t set)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	for (unsigned capability = 0; stream && capability <= CAP_LAST_CAP; capability++) {
		const char *name = capng_capability_to_name(capability);

		if (set & BIT(capability))
			(void)fprintf(stream, "%scap_%s", ftell(stream) > 0 ? " " : "",
				      name ? name : "unknown");
	}
	if (stream)
		(void)text_close(stream, &text);
	return text;
}

static void report_missing(uint64_t missing)
{
	_cleanup_free_ char *names = missing ? capability_names(missing) : NULL;

	if (missing)
		log_info("slicectld lacks %s; CAPABILITIES in slicectld(8) says what does not work without it",
			 names ? names : "capabilities");
}

void capability_reduce(struct service *service)
{
	uint64_t need = needed_capabilities(service->rooms.node->config), have = privilege_held();

	if (have == 0)
		return;
	report_missing(need & ~have);
	privilege_reduce(&service->rooms.node->privilege, have & EVER_NEEDED, have & need);
}

void capability_raise(struct service *service, const struct config *config)
{
	struct privilege *privilege = &service->rooms.node->privilege;
	uint64_t need = needed_capabilities(config) | needed_to_guard(service, config);

	if (privilege->effective == 0)
		return;
	report_missing(need & ~privilege->permitted);
	privilege_change(privilege, (privilege->effective | need) & privilege->permitted);
}

void capability_lower(struct service *service)
{
	struct node *node = service->rooms.node;

	if (node->privilege.effective != 0)
		privilege_change(&node->privilege,
				 needed_capabilities(node->config) & node->privilege.permitted);
}

char *capability_text(void)
{
	return capability_names(privilege_held());
}
