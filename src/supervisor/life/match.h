/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/identity.h"
#include "supervisor/family/facts.h"

/* A process that matches a rule and is held. */
struct match {
	const struct rule *rule;
	const struct held_process *held;
	struct facts *facts;
	uint64_t event_ns; /* 0 when a scan found the process */
};
