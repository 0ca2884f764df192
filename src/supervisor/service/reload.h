/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Reloads the configuration while events are served.  The new one is loaded and checked completely
 * before it is used; with any problem the current one stays.  Families keep their rule and their
 * scope.  One scan matches all running processes with the new rules.
 */

#include "supervisor/service/service.h"

int reload(struct service *service, struct slicectl_error *error);
