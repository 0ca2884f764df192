/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "supervisor/family/family.h"

/* Everybody in the family's scope becomes its member, whatever was known of them. */
void occupants_join(struct node *node, struct family *family);
