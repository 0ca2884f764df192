/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Removes a scope that a rule made and that is empty. */

#include "supervisor/act/act.h"

/* Carries out an ACTION_RELEASE. */
void removing_begin(struct act *act, const struct action *action);
