/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Decides about processes again whose command line or environment was read late. */

#include <stdbool.h>

#include "supervisor/life/life.h"

/* 0 or -errno. */
int late_answer_open(struct life *life);

/* A file of the process has been read, or is overdue.  Also called by a replay. */
void late_answer_take(struct life *life, pid_t pid);

/* Whether a process is awaited that is not overdue. */
bool late_answer_is_expected(const struct life *life);
