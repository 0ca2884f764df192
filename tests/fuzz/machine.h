/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What fuzz-supervisor drives: a supervisor in the world of world.h, and two clients that call it. */

#include "fuzz.h"
#include "supervisor/control/parts.h"
#include "supervisor/parts.h"

struct machine {
	struct supervisor_options options;
	struct supervisor supervisor;
	struct control control;
	char path[32]; /* of the configuration */
	int clients[2];
	bool deaf; /* events are lost */
	uint32_t sequence;
};

/* Connects both clients: one of the user of the program, and one of another user. */
void machine_connect(struct machine *machine);
void machine_disconnect(struct machine *machine);

/* One client sends a call that the input chooses, or bytes of the input. */
void machine_call(struct machine *machine, unsigned client, struct input *input);

/* It reads its replies, each of which must be JSON, and connects again if it was disconnected. */
void machine_read(struct machine *machine, unsigned client);

/* Every client is admitted, and no time is counted. */
bool machine_admits(struct server *server, uid_t uid);
void machine_charge(struct server *server, uid_t uid, uint64_t usec);
