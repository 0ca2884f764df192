/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Applies on-root-exit when the root of a family has exited. */

#include "supervisor/life/life.h"

/* @event_ns is the time of the exit event, 0 without one. */
void root_exit_follow(struct life *life, struct family *family, uint64_t event_ns);
