/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/identity.h"

/* Why the process is exempt from all rules; NULL when it is not exempt. */
const char *exempt_reason(const struct held_process *held);
