/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Removes zombie scopes (act/zombies.h) once their processes have exited. */

#include "supervisor/life/life.h"

/* 0 or -errno. */
int zombie_open(struct life *life);
