/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Looks up again the users and groups that were not known when the configuration was read.  A
 * thread of its own asks, because the user database may be a directory service that answers late.
 * When one is known, its rules match all processes, and its owner has it among its users.
 */

#include <stdbool.h>

struct lookup;
struct service;

struct lookup *lookup_new(struct service *service);

/* At the start and after a reload: begins to ask if anything is unknown. */
void lookup_schedule(struct lookup *lookup);

/* Frees @lookup.  Returns false when the thread still waits for an answer.  Accepts NULL. */
bool lookup_close(struct lookup *lookup);
