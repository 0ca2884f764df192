/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What follows from the end of the process that began a family: on-root-exit. */

#include "supervisor/life/life.h"

/* @event_ns is that of its exit, 0 without one. */
void root_exit_follow(struct life *life, struct family *family, uint64_t event_ns);
