/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What every Varlink service answers about itself: the interface org.varlink.service. */

#include "control/message.h"

/* The reply to @method, which the caller frees; NULL when out of memory. */
char *introspection_answer(const char *method, const struct call *call);
