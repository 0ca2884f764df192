/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/node/privilege.h"

#include <cap-ng.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/log.h"

uint64_t privilege_held(void)
{
	uint64_t set = 0;

	if (capng_get_caps_process() < 0)
		return 0;
	for (unsigned capability = 0; capability <= CAP_LAST_CAP; capability++) {
		if (capng_have_capability(CAPNG_EFFECTIVE, capability))
			set |= PRIVILEGE_BIT(capability);
	}
	return set;
}

static void apply(uint64_t permitted, uint64_t effective)
{
	capng_clear(CAPNG_SELECT_CAPS);
	for (unsigned capability = 0; capability <= CAP_LAST_CAP; capability++) {
		if (permitted & PRIVILEGE_BIT(capability))
			(void)capng_update(CAPNG_ADD, CAPNG_PERMITTED, capability);
		if (effective & permitted & PRIVILEGE_BIT(capability))
			(void)capng_update(CAPNG_ADD, CAPNG_EFFECTIVE, capability);
	}
	if (capng_apply(CAPNG_SELECT_CAPS) < 0)
		log_warning("cannot change capabilities: %s", strerror(errno));
}

void privilege_reduce(struct privilege *privilege, uint64_t permitted, uint64_t effective)
{
	privilege->permitted = permitted;
	privilege_change(privilege, effective);
}

void privilege_change(struct privilege *privilege, uint64_t effective)
{
	apply(privilege->permitted, effective);
	privilege->effective = effective;
}

void privilege_follow(const struct privilege *privilege, uint64_t *applied)
{
	uint64_t effective = privilege ? privilege->effective : 0;

	if (effective == *applied)
		return;
	/* The state that libcap-ng keeps for a thread is empty before it is read once. */
	if (capng_get_caps_process() == 0)
		apply(privilege->permitted, effective);
	*applied = effective;
}
