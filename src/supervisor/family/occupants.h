/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "supervisor/family/family.h"

/* Makes every process in the scope of the family a member of it, whatever was known of the
 * process. */
void occupants_join(struct node *node, struct family *family);
