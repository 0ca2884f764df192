/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cli/command.h"

/* What the policies of the configuration would decide about a trace of signals. */
int policy_simulate_run(struct invocation *invocation, struct slicectl_error *error);

extern const struct option_group policy_simulate_options;
