/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Checks of the policies, which need the whole configuration. */

#include "config/draft.h"

void validate_policies(struct draft *draft);
