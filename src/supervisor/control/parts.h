/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The state that the files of this room share; private to the room. */

#include "supervisor/client/connection.h"
#include "supervisor/control/control.h"

struct family_waits;

struct control {
	struct server server;
	struct service_rooms rooms;
	struct service *service;
	struct family_waits *waits;
	char *path; /* NULL when the service manager passed the socket, which we must not remove */
	int fd;
	sd_event_source *source;
	sd_event_source *sweep; /* every second while there are clients */
	struct user *users;
	uint64_t usec; /* that calls of users other than root took in this second */
};
