/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files of this room share, and nobody else sees. */

#include "supervisor/client/connection.h"
#include "supervisor/control/control.h"

struct control {
	struct server server;
	struct service_rooms rooms;
	struct service *service;
	char *path; /* NULL: the socket was handed to us, and is not ours to remove */
	int fd;
	sd_event_source *source;
	sd_event_source *sweep; /* each second, while there are clients */
	struct user *users;
	uint64_t usec; /* that calls of others than root took in this second */
};
