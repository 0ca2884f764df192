/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "supervisor/supervised.h"

/* Everybody in the family's scope becomes its member, whatever was known of them. */
void adopt_members(struct supervisor *supervisor, struct supervised *family);
