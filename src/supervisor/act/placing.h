/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A family into its scope: everybody that is known, and again whom they forked before
 * they were moved, until nobody is left outside. */

#include "supervisor/act/act.h"

/* @held is its root, or NULL. */
void placing_begin(struct act *act, struct family *family, const struct held_process *held);

/* Its scope was removed when it had nobody, and it has members again. */
void placing_again(struct act *act, struct family *family);

/* One more: forked at @event_ns, or found by a look (0). */
void placing_follow(struct act *act, struct family *family, struct process *member,
		    uint64_t event_ns);
