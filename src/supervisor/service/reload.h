/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Reading the configuration again while events go on.  All of it is read and checked
 * aside; with any problem the last good one stays.  Families keep the rule and the
 * scope that they have; new rules see what runs already in one look.
 */

#include "supervisor/service/service.h"

int reload(struct service *service, struct slicectl_error *error);
