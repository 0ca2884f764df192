/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/service/capability.h"

#include <cap-ng.h>
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "config/authority.h"
#include "supervisor/service/parts.h"

#define BIT(capability) (UINT64_C(1) << (capability))

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

/* The capabilities that @config needs, and why. */
static uint64_t needed_capabilities(const struct config *config)
{
	/* To subscribe to process events again, to signal processes of other users, and to protect
	 * slicectld from the OOM killer. */
	uint64_t set = BIT(CAP_NET_ADMIN) | BIT(CAP_KILL) | BIT(CAP_SYS_RESOURCE);

	/* To read the program of processes of other users, and the address of the stack in
	 * /proc/PID/stat, which shows that another program is executed. */
	if (config->rules.count > 0)
		set |= BIT(CAP_SYS_PTRACE);
	/* To read environments; a rule that acts on request may be narrowed down by them. */
	if (has_rule_by(config, RULE_KEY_ENV) || has_rule_on_request(config))
		set |= BIT(CAP_DAC_READ_SEARCH);
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

static uint64_t held_capabilities(void)
{
	uint64_t set = 0;

	for (unsigned capability = 0; capability <= CAP_LAST_CAP; capability++) {
		if (capng_have_capability(CAPNG_EFFECTIVE, capability))
			set |= BIT(capability);
	}
	return set;
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
		(void)fclose(stream);
	return text;
}

static void keep_capabilities(uint64_t set)
{
	capng_clear(CAPNG_SELECT_CAPS);
	for (unsigned capability = 0; capability <= CAP_LAST_CAP; capability++) {
		if (set & BIT(capability))
			(void)capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, capability);
	}
	if (capng_apply(CAPNG_SELECT_CAPS) < 0)
		log_warning("cannot give up capabilities: %s", strerror(errno));
}

void capability_reduce(struct service *service)
{
	uint64_t need = needed_capabilities(service->rooms.node->config), have;

	if (capng_get_caps_process() < 0)
		return;
	have = held_capabilities();
	if (need & ~have) {
		_cleanup_free_ char *missing = capability_names(need & ~have);

		log_info("some features of the configuration need %s, which slicectld does not have; the kernel will refuse them",
			 missing ? missing : "capabilities");
	}
	service->given_up = have & ~need;
	keep_capabilities(have & need);
}

int capability_check(const struct service *service, const struct config *config,
		     struct slicectl_error *error)
{
	uint64_t lost = (needed_capabilities(config) | needed_to_guard(service, config)) &
			service->given_up;
	_cleanup_free_ char *text = capability_names(lost);

	if (lost == 0)
		return 0;
	return error_set(error, EPERM,
			 "the configuration needs %s, which was given up at the start because it was not needed then; restart slicectld",
			 text ? text : "a capability");
}

char *capability_text(void)
{
	uint64_t set = capng_get_caps_process() < 0 ? 0 : held_capabilities();

	return capability_names(set);
}
