/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/container.h"
#include "world.h"

enum { REPLIES_MAX = 1024 * 1024 };

static const char *const calls[] = {
	"{\"method\":\"io.slicectl.Status\"}",
	"{\"method\":\"io.slicectl.Families\"}",
	"{\"method\":\"io.slicectl.Metrics\"}",
	"{\"method\":\"io.slicectl.Configuration\"}",
	"{\"method\":\"io.slicectl.EmergencyStart\",\"parameters\":{\"reason\":\"x\",\"ttl_usec\":1000000}}",
	"{\"method\":\"io.slicectl.Events\",\"more\":true}",
	"{\"method\":\"io.slicectl.RuleApply\",\"parameters\":{}}",
	"{\"method\":\"io.slicectl.Explain\",\"parameters\":{\"pid\":NUMBER}}",
	"{\"method\":\"io.slicectl.Wait\",\"parameters\":{\"root\":NUMBER,\"state\":\"gone\"}}",
	"{\"method\":\"io.slicectl.ScopeKill\",\"parameters\":{\"scope\":\"workload.slice/box-NUMBER.scope\"}}",
	"{\"method\":\"io.slicectl.ScopeCreate\",\"parameters\":{\"scope\":\"workload.slice/NUMBER.scope\"}}",
	"{\"method\":\"io.slicectl.Watch\",\"more\":true,\"parameters\":{\"watches\":[{\"subject\":\"family:watched\",\"resource\":\"processes\",\"level\":\"2\"},{\"subject\":\"family:box\",\"resource\":\"nofile\",\"level\":\"NUMBER\"}]}}",
	"{\"method\":\"io.slicectl.Watch\",\"more\":true,\"parameters\":{\"watches\":[{\"subject\":\"family:NUMBER\",\"resource\":\"processes\",\"level\":\"change\"}]}}",
	"{\"method\":\"io.slicectl.WatchList\"}",
};

/* Only root can send in the name of another user. */
static uid_t uid_of(unsigned client)
{
	return client == 0 || geteuid() != 0 ? geteuid() : 1001;
}

static int connect_client(struct machine *machine, uid_t uid)
{
	struct caller caller = { .uid = uid };
	int pair[2], on = 1;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) < 0 ||
	    setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0 ||
	    !connection_new(&machine->control.server, pair[0], &caller))
		abort();
	return pair[1];
}

void machine_read(struct machine *machine, unsigned client)
{
	static char bytes[REPLIES_MAX];
	ssize_t n = read(machine->clients[client], bytes, sizeof(bytes) - 1);

	if (n == 0) { /* it was disconnected */
		(void)close(machine->clients[client]);
		machine->clients[client] = connect_client(machine, uid_of(client));
		return;
	}
	for (char *reply = bytes, *nul; n > 0 && (nul = memchr(reply, '\0', (size_t)n));) {
		json_t *json = json_loads(reply, 0, NULL);

		PROMISE("P9", json);
		json_decref(json);
		n -= nul + 1 - reply;
		reply = nul + 1;
	}
}

static void send_as(const struct machine *machine, unsigned client, void *bytes, size_t length)
{
	const struct ucred sender = { .pid = getpid(), .uid = uid_of(client), .gid = getgid() };
	_Alignas(struct cmsghdr) char buffer[CMSG_SPACE(sizeof(sender))] = { 0 };
	struct iovec part = { bytes, length };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = buffer,
				  .msg_controllen = sizeof(buffer) };
	struct cmsghdr *control = CMSG_FIRSTHDR(&message);

	control->cmsg_level = SOL_SOCKET;
	control->cmsg_type = SCM_CREDENTIALS;
	control->cmsg_len = CMSG_LEN(sizeof(sender));
	(void)memcpy(CMSG_DATA(control), &sender, sizeof(sender));
	(void)sendmsg(machine->clients[client], &message, MSG_NOSIGNAL);
}

/* The length includes the NUL, which ends a message. */
static size_t put_number(char *out, size_t size, const char *call, unsigned number)
{
	const char *place = strstr(call, "NUMBER");
	size_t before = place ? (size_t)(place - call) : strlen(call);

	if (place)
		(void)snprintf(out, size, "%.*s%u%s", (int)before, call, number,
			       place + strlen("NUMBER"));
	else
		(void)snprintf(out, size, "%s", call);
	return strlen(out) + 1;
}

void machine_call(struct machine *machine, unsigned client, struct input *input)
{
	unsigned which = take(input);
	char call[256];
	size_t length;

	if (which < ELEMENTS(calls)) {
		length = put_number(call, sizeof(call), calls[which], take(input) % WORLD_PIDS);
	} else {
		length = input->size < 32 ? input->size : 32;
		(void)memcpy(call, input->data, length);
	}
	send_as(machine, client, call, length);
}

bool machine_admits(struct server *server, uid_t uid)
{
	return true;
}

void machine_charge(struct server *server, uid_t uid, uint64_t usec)
{
}

void machine_connect(struct machine *machine)
{
	for (unsigned client = 0; client < ELEMENTS(machine->clients); client++)
		machine->clients[client] = connect_client(machine, uid_of(client));
}

void machine_disconnect(struct machine *machine)
{
	for (unsigned client = 0; client < ELEMENTS(machine->clients); client++)
		(void)close(machine->clients[client]);
}
