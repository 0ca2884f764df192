/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The interface org.varlink.service, by which every Varlink service describes itself. */

#include "control/message.h"

/* The reply to @method, which the caller frees; NULL when out of memory. */
char *introspection_answer(const char *method, const struct call *call);
