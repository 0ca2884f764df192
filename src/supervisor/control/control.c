/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/control/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"
#include "control/client.h"
#include "supervisor/control/family_wait.h"
#include "supervisor/control/methods.h"
#include "supervisor/control/parts.h"

enum {
	CLIENTS_MAX = 128, /* of all users but root, so that they cannot lock out root */
	CLIENTS_OF_USER_MAX = 32,
	CLIENTS_OF_ROOT_MAX = 128,
	CALLS_PER_SECOND = 2000,         /* of one user other than root */
	USEC_PER_SECOND = 100000,        /* time for the calls of one such user */
	USEC_PER_SECOND_OF_ALL = 200000, /* time for the calls of all such users */
	BACKLOG = 64,
	DESCRIPTORS_KEPT = 40, /* for other work than clients */
};

/* The calls of a user in the current second. */
struct user {
	uid_t uid;
	unsigned calls;
	uint64_t usec; /* that the calls took */
	UT_hash_handle hh;
};

static void forget_users(struct control *control)
{
	struct user *user, *next;

	HASH_ITER (hh, control->users, user, next) {
		HASH_DEL(control->users, user);
		free(user);
	}
}

static struct control *control_of(struct server *server)
{
	return container_of(server, struct control, server);
}

static struct user *user_of(struct control *control, uid_t uid)
{
	struct user *user;

	HASH_FIND(hh, control->users, &uid, sizeof(uid), user);
	if (!user) {
		user = calloc(1, sizeof(*user));
		if (!user)
			return NULL;
		user->uid = uid;
		HASH_ADD(hh, control->users, uid, sizeof(user->uid), user);
		if (!HASH_IS_IN(user)) {
			free(user);
			return NULL;
		}
	}
	return user;
}

/* Limits the calls of users other than root, so that most of the time is left for supervision. */
static bool admit_call(struct server *server, uid_t uid)
{
	struct control *control = control_of(server);
	struct user *user = uid == 0 ? NULL : user_of(control, uid);

	if (uid == 0)
		return true;
	return user && user->calls++ < CALLS_PER_SECOND && user->usec < USEC_PER_SECOND &&
	       control->usec < USEC_PER_SECOND_OF_ALL;
}

static void charge_call(struct server *server, uid_t uid, uint64_t usec)
{
	struct user *user = uid == 0 ? NULL : user_of(control_of(server), uid);

	if (!user)
		return;
	user->usec += usec;
	control_of(server)->usec += usec;
}

/* Does not postpone a sweep that is already set. */
static void set_sweep(struct control *control)
{
	int enabled = SD_EVENT_OFF;

	if (sd_event_source_get_enabled(control->sweep, &enabled) >= 0 && enabled != SD_EVENT_OFF)
		return;
	(void)sd_event_source_set_time_relative(control->sweep, CLOCK_USEC_PER_SEC);
	(void)sd_event_source_set_enabled(control->sweep, SD_EVENT_ONESHOT);
}

static int on_sweep(sd_event_source *source, uint64_t usec, void *data)
{
	struct control *control = data;
	struct connection *connection = control->server.connections;
	uint64_t now = clock_now_usec();

	forget_users(control);
	control->usec = 0;
	while (connection) {
		struct connection *next = connection_next(connection);

		if (connection_is_overdue(connection, now))
			connection_free(connection);
		else
			connection_resume(connection);
		connection = next;
	}
	/* Accept clients again if descriptors had run out. */
	(void)sd_event_source_set_enabled(control->source, SD_EVENT_ON);
	if (control->server.connections)
		set_sweep(control);
	return 0;
}

/* At most @wanted, and few enough that descriptors are left for other work. */
static unsigned share_of_descriptors(unsigned wanted)
{
	struct rlimit limit;
	rlim_t share;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
		return wanted;
	share = limit.rlim_cur > DESCRIPTORS_KEPT ? (limit.rlim_cur - DESCRIPTORS_KEPT) / 2 : 1;
	return share < wanted ? (unsigned)share : wanted;
}

static bool has_room(const struct control *control, uid_t uid)
{
	unsigned others = 0, own = 0;
	const struct connection *connection = control->server.connections;

	for (; connection; connection = connection_next(connection)) {
		uid_t user = connection_caller(connection)->uid;

		others += user != 0;
		own += user == uid;
	}
	if (uid == 0)
		return own < share_of_descriptors(CLIENTS_OF_ROOT_MAX);
	return others < share_of_descriptors(CLIENTS_MAX) && own < CLIENTS_OF_USER_MAX;
}

/* Reads the client's credentials from the kernel, which no message of the client can change. */
static int read_credentials(int fd, struct caller *ret_caller)
{
	struct ucred credentials;
	socklen_t size = sizeof(credentials), groups_size = 0;
	gid_t *groups;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0)
		return -errno;
	(void)getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &groups_size);
	groups = malloc(groups_size + sizeof(*groups));
	if (!groups)
		return -ENOMEM;
	if (groups_size > 0 && getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &groups_size) < 0)
		groups_size = 0;
	groups[groups_size / sizeof(*groups)] = credentials.gid;
	*ret_caller = (struct caller){ credentials.uid, groups, groups_size / sizeof(*groups) + 1,
				       credentials.pid };
	return 0;
}

static void add_client(struct control *control, int fd)
{
	_cleanup_caller_ struct caller caller = { 0 };

	if (read_credentials(fd, &caller) < 0 || !has_room(control, caller.uid)) {
		log_debug("rejecting a client of uid %u: there are too many clients",
			  (unsigned)caller.uid);
		(void)close(fd);
		return;
	}
	(void)connection_new(&control->server, fd, &caller);
	set_sweep(control);
}

static int on_connect(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct control *control = data;
	int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (client >= 0) {
		add_client(control, client);
		return 0;
	}
	/* Without descriptors, clients wait in the backlog until the next sweep. */
	if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
		(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
		set_sweep(control);
	}
	return 0;
}

/* Removes the socket of an earlier supervisor; it is unused, because we hold the lock. */
static int bind_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct stat status;

	if (fd < 0)
		return -errno;
	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	(void)strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	if (lstat(path, &status) == 0 && !S_ISSOCK(status.st_mode))
		return -ENOTSOCK;
	if (unlink(path) < 0 && errno != ENOENT)
		return -errno;
	/* Every user may connect; the credentials from the kernel decide who may do what. */
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || chmod(path, 0666) < 0 ||
	    listen(fd, BACKLOG) < 0)
		return -errno;
	return TAKE_FD(fd);
}

/* The listening socket that the service manager passed, or one of our own. */
static int take_or_bind(struct control *control, const char *root)
{
	int n = sd_listen_fds(1);

	if (n > 1 ||
	    (n == 1 && sd_is_socket_unix(SD_LISTEN_FDS_START, SOCK_STREAM, 1, NULL, 0) <= 0))
		return -EINVAL;
	if (n == 1)
		return SD_LISTEN_FDS_START;
	control->path = text_format("%s%s", root, CLIENT_SOCKET);
	return control->path ? bind_socket(control->path) : -ENOMEM;
}

/* Each accepted connection inherits SO_PASSCRED, so that each byte comes with the credentials of
 * its writer.  A socket that is passed to us should have it already, or clients that connected
 * before are disconnected. */
static int control_start(struct control *control)
{
	sd_event *loop = control->server.loop;
	int one = 1, r;

	control->fd = r = take_or_bind(control, control->rooms.node->root);
	if (r >= 0 && setsockopt(r, SOL_SOCKET, SO_PASSCRED, &one, sizeof(one)) < 0)
		r = -errno;
	if (r >= 0)
		r = sd_event_add_io(loop, &control->source, control->fd, EPOLLIN, on_connect,
				    control);
	/* New connections are not more urgent than the calls of connected clients. */
	if (r >= 0)
		r = sd_event_source_set_priority(control->source, SD_EVENT_PRIORITY_IDLE);
	if (r >= 0)
		r = sd_event_add_time(loop, &control->sweep, CLOCK_MONOTONIC, 0, 1000, on_sweep,
				      control);
	return r < 0 ? r : sd_event_source_set_enabled(control->sweep, SD_EVENT_OFF);
}

static struct control *control_new(const struct service_rooms *rooms, struct service *service)
{
	struct control *control = calloc(1, sizeof(*control));

	if (control)
		*control = (struct control){ .rooms = *rooms,
					     .service = service,
					     .fd = -1,
					     .server = { .loop = rooms->node->loop,
							 .admits = admit_call,
							 .charge = charge_call,
							 .answer = methods_answer } };
	if (control && (control->waits = family_waits_new(&control->rooms)))
		return control;
	free(control);
	return NULL;
}

struct control *control_open(const struct service_rooms *rooms, struct service *service)
{
	struct control *control = control_new(rooms, service);
	int r = control ? control_start(control) : -ENOMEM;

	if (r >= 0)
		return control;
	log_warning("cannot listen at %s%s: %s; slicectl cannot connect to this slicectld",
		    rooms->node->root, CLIENT_SOCKET, strerror(-r));
	return control_close(control);
}

struct control *control_close(struct control *control)
{
	if (!control)
		return NULL;
	while (control->server.connections)
		connection_free(control->server.connections);
	control->waits = family_waits_free(control->waits);
	forget_users(control);
	(void)sd_event_source_unref(control->source);
	(void)sd_event_source_unref(control->sweep);
	if (control->fd >= 0) {
		if (control->path)
			(void)unlink(control->path);
		(void)close(control->fd);
	}
	free(control->path);
	free(control);
	return NULL;
}
