/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/socket.h"

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
#include "supervisor/methods.h"

enum {
	CLIENTS_MAX = 128, /* of others than root, whom they must not lock out */
	CLIENTS_OF_USER_MAX = 32,
	CLIENTS_OF_ROOT_MAX = 128,
	CALLS_PER_SECOND = 2000,         /* of one user other than root */
	USEC_PER_SECOND = 100000,        /* that their answers may take, */
	USEC_PER_SECOND_OF_ALL = 200000, /* and all together */
	BACKLOG = 64,
	DESCRIPTORS_KEPT = 40,
};

/* What a user has asked for in this second. */
struct user {
	uid_t uid;
	unsigned calls;
	uint64_t usec; /* that they took */
	UT_hash_handle hh;
};

struct control_socket {
	struct connection_house house;
	char *path; /* NULL: it was handed to us, and is not ours to remove */
	int fd;
	sd_event_source *source;
	sd_event_source *sweep; /* each second, while there are clients */
	struct user *users;
	uint64_t usec; /* that calls of others than root took in this second */
};

static void forget_users(struct control_socket *socket)
{
	struct user *user, *next;

	HASH_ITER (hh, socket->users, user, next) {
		HASH_DEL(socket->users, user);
		free(user);
	}
}

static struct control_socket *socket_of(struct connection_house *house)
{
	return container_of(house, struct control_socket, house);
}

static struct user *user_of(struct control_socket *socket, uid_t uid)
{
	struct user *user;

	HASH_FIND(hh, socket->users, &uid, sizeof(uid), user);
	if (!user) {
		user = calloc(1, sizeof(*user));
		if (!user)
			return NULL;
		user->uid = uid;
		HASH_ADD(hh, socket->users, uid, sizeof(user->uid), user);
		if (!HASH_IS_IN(user)) {
			free(user);
			return NULL;
		}
	}
	return user;
}

/* Whoever asks, most of the time is left for what the supervisor is there for. */
static bool admits(struct connection_house *house, uid_t uid)
{
	struct control_socket *socket = socket_of(house);
	struct user *user = uid == 0 ? NULL : user_of(socket, uid);

	if (uid == 0)
		return true;
	return user && user->calls++ < CALLS_PER_SECOND && user->usec < USEC_PER_SECOND &&
	       socket->usec < USEC_PER_SECOND_OF_ALL;
}

static void charge(struct connection_house *house, uid_t uid, uint64_t usec)
{
	struct user *user = uid == 0 ? NULL : user_of(socket_of(house), uid);

	if (!user)
		return;
	user->usec += usec;
	socket_of(house)->usec += usec;
}

/* Not later because somebody else connects. */
static void set_sweep(struct control_socket *socket)
{
	int enabled = SD_EVENT_OFF;

	if (sd_event_source_get_enabled(socket->sweep, &enabled) >= 0 && enabled != SD_EVENT_OFF)
		return;
	(void)sd_event_source_set_time_relative(socket->sweep, CLOCK_USEC_PER_SEC);
	(void)sd_event_source_set_enabled(socket->sweep, SD_EVENT_ONESHOT);
}

static int on_sweep(sd_event_source *source, uint64_t usec, void *data)
{
	struct control_socket *socket = data;
	struct connection *connection = socket->house.connections;
	uint64_t now = clock_now_usec();

	forget_users(socket);
	socket->usec = 0;
	while (connection) {
		struct connection *next = connection_next(connection);

		if (connection_is_overdue(connection, now))
			connection_free(connection);
		else
			connection_resume(connection);
		connection = next;
	}
	/* There may have been no descriptors, and now there are. */
	(void)sd_event_source_set_enabled(socket->source, SD_EVENT_ON);
	if (socket->house.connections)
		set_sweep(socket);
	return 0;
}

/* Clients never take the descriptors that the work itself needs. */
static unsigned share_of_descriptors(unsigned wanted)
{
	struct rlimit limit;
	rlim_t share;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
		return wanted;
	share = limit.rlim_cur > DESCRIPTORS_KEPT ? (limit.rlim_cur - DESCRIPTORS_KEPT) / 2 : 1;
	return share < wanted ? (unsigned)share : wanted;
}

static bool has_room(const struct control_socket *socket, uid_t uid)
{
	unsigned others = 0, own = 0;
	const struct connection *connection = socket->house.connections;

	for (; connection; connection = connection_next(connection)) {
		uid_t user = connection_caller(connection)->uid;

		others += user != 0;
		own += user == uid;
	}
	if (uid == 0)
		return own < share_of_descriptors(CLIENTS_OF_ROOT_MAX);
	return others < share_of_descriptors(CLIENTS_MAX) && own < CLIENTS_OF_USER_MAX;
}

/* Who connected, as the kernel tells: no message can say otherwise. */
static int identify(int fd, struct caller *ret_caller)
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

static void welcome(struct control_socket *socket, int fd)
{
	_cleanup_caller_ struct caller caller = { 0 };

	if (identify(fd, &caller) < 0 || !has_room(socket, caller.uid)) {
		log_debug("a client of uid %u is sent away: there are too many",
			  (unsigned)caller.uid);
		(void)close(fd);
		return;
	}
	(void)connection_new(&socket->house, fd, &caller);
	set_sweep(socket);
}

static int on_connect(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct control_socket *socket = data;
	int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (client >= 0) {
		welcome(socket, client);
		return 0;
	}
	/* No descriptors: who waits stays in the backlog. */
	if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
		(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
		set_sweep(socket);
	}
	return 0;
}

static void control_socket_free(struct control_socket *socket)
{
	while (socket->house.connections)
		connection_free(socket->house.connections);
	forget_users(socket);
	(void)sd_event_source_unref(socket->source);
	(void)sd_event_source_unref(socket->sweep);
	if (socket->fd >= 0) {
		if (socket->path)
			(void)unlink(socket->path);
		(void)close(socket->fd);
	}
	free(socket->path);
	free(socket);
}

/* What an earlier supervisor left there is dead: we hold the lock. */
static int bind_at(const char *path)
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
	/* Anyone may ask (RI6); who may change is decided by whom the kernel names. */
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || chmod(path, 0666) < 0 ||
	    listen(fd, BACKLOG) < 0)
		return -errno;
	return TAKE_FD(fd);
}

/* The one that the service manager listens at for us, or our own. */
static int take_or_bind(struct control_socket *socket, const char *root)
{
	int n = sd_listen_fds(1);

	if (n > 1 ||
	    (n == 1 && sd_is_socket_unix(SD_LISTEN_FDS_START, SOCK_STREAM, 1, NULL, 0) <= 0))
		return -EINVAL;
	if (n == 1)
		return SD_LISTEN_FDS_START;
	socket->path = text_format("%s%s", root, CLIENT_SOCKET);
	return socket->path ? bind_at(socket->path) : -ENOMEM;
}

static int start(struct control_socket *socket, struct supervisor *supervisor)
{
	int one = 1, r;

	socket->house = (struct connection_house){ .supervisor = supervisor,
						   .admits = admits,
						   .charge = charge,
						   .answer = methods_answer };
	socket->fd = r = take_or_bind(socket, supervisor->options.source.root);
	/* What is accepted inherits it: each byte comes with who wrote it.  A socket that is
	 * handed to us should have it already, or who called before now is sent away. */
	if (r >= 0 && setsockopt(r, SOL_SOCKET, SO_PASSCRED, &one, sizeof(one)) < 0)
		r = -errno;
	if (r >= 0)
		r = sd_event_add_io(supervisor->loop, &socket->source, socket->fd, EPOLLIN,
				    on_connect, socket);
	/* Who only connects is no more urgent than who asks. */
	if (r >= 0)
		r = sd_event_source_set_priority(socket->source, SD_EVENT_PRIORITY_IDLE);
	if (r >= 0)
		r = sd_event_add_time(supervisor->loop, &socket->sweep, CLOCK_MONOTONIC, 0, 1000,
				      on_sweep, socket);
	return r < 0 ? r : sd_event_source_set_enabled(socket->sweep, SD_EVENT_OFF);
}

void socket_open(struct supervisor *supervisor)
{
	struct control_socket *socket = calloc(1, sizeof(*socket));
	int r = socket ? start(socket, supervisor) : -ENOMEM;

	if (r >= 0) {
		supervisor->socket = socket;
		return;
	}
	log_warning("cannot listen at %s%s: %s; slicectl cannot ask what the supervisor knows",
		    supervisor->options.source.root, CLIENT_SOCKET, strerror(-r));
	if (socket)
		control_socket_free(socket);
}

void socket_close(struct supervisor *supervisor)
{
	if (supervisor->socket)
		control_socket_free(supervisor->socket);
	supervisor->socket = NULL;
}
