/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/identity.h"

/* Why a process is left alone whatever the rules say; NULL when it is not. */
const char *exempt_reason(const struct held_process *held);
