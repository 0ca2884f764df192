/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "supervisor/service/service.h"

/* Lets the rules, which have changed, decide about all running processes. */
void rematch(struct service *service, enum loss_cause cause);
