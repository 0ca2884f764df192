/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Opens the socket, attaches the filter and subscribes; where no events arrive, it
 * finds the likely cause. */

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "process/connector.h"

enum {
	ACKNOWLEDGEMENT_WAIT_MS = 500,
	ACKNOWLEDGEMENT_TURN_MS = 20, /* interval at which the subscription is repeated */
};

/* Inodes of the initial namespaces, fixed by include/linux/proc_ns.h. */
#define INITIAL_USER_NAMESPACE UINT64_C(0xEFFFFFFD)
#define INITIAL_PID_NAMESPACE UINT64_C(0xEFFFFFFC)

/* The events to subscribe to: always, and with changes of ids. */
#define EVENT_MASK \
	((uint32_t)PROC_EVENT_FORK | (uint32_t)PROC_EVENT_EXEC | (uint32_t)PROC_EVENT_EXIT)
#define EVENT_MASK_NAMES ((uint32_t)PROC_EVENT_COMM)
#define EVENT_MASK_IDS (EVENT_MASK | (uint32_t)PROC_EVENT_UID | (uint32_t)PROC_EVENT_GID)

/* struct proc_input of Linux 6.6, which is missing in older headers. */
struct subscription {
	uint32_t operation;
	uint32_t event_mask;
};

/* Offsets in a datagram for the filter, counted from the nlmsghdr. */
enum {
	AT_EVENT = sizeof(struct nlmsghdr) + sizeof(struct cn_msg),
	AT_WHAT = AT_EVENT,
	AT_DATA = AT_EVENT + offsetof(struct proc_event, event_data),
	AT_PID = AT_DATA, /* of an exit and of a change of ids */
	AT_TGID = AT_DATA + 4,
	AT_CHILD_PID = AT_DATA + 8,
	AT_CHILD_TGID = AT_DATA + 12,
};

#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (offset))
#define SKIP_UNLESS(value, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (n))
#define GO_IF(value, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (n), 0)
#define KEEP BPF_STMT(BPF_RET | BPF_K, 0xffffffff)
#define DROP BPF_STMT(BPF_RET | BPF_K, 0)

static int set_filter(int fd, struct sock_filter *program, unsigned short length)
{
	const struct sock_fprog filter = { .len = length, .filter = program };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) < 0 ? -errno :
											   0;
}

/*
 * Keeps acknowledgements, every exec, the forks and exits of processes, and their changes of ids if
 * @ids.  Drops the same of threads, which the event mask cannot distinguish (without the filter a
 * storm of threads costs 41 % of a core), and changes of names.  The filter loads words in network
 * byte order, and the datagram is in host byte order: two loaded words can be compared directly,
 * constants must be converted.
 */
static int attach_filter(int fd, bool ids)
{
	uint32_t uid = ids ? PROC_EVENT_UID : PROC_EVENT_EXIT;
	uint32_t gid = ids ? PROC_EVENT_GID : PROC_EVENT_EXIT;
	struct sock_filter program[] = {
		LOAD(AT_WHAT),
		SKIP_UNLESS(htonl(PROC_EVENT_NONE), 1),
		KEEP,
		SKIP_UNLESS(htonl(PROC_EVENT_EXEC), 1),
		KEEP,
		SKIP_UNLESS(htonl(PROC_EVENT_FORK), 5),
		LOAD(AT_CHILD_PID),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		LOAD(AT_CHILD_TGID),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 8),
		KEEP,
		GO_IF(htonl(PROC_EVENT_EXIT), 2),
		GO_IF(htonl(uid), 1),
		SKIP_UNLESS(htonl(gid), 4),
		LOAD(AT_PID),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		LOAD(AT_TGID),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 1, 0),
		DROP,
		KEEP,
	};
	return set_filter(fd, program, ELEMENTS(program));
}

/* Keeps acknowledgements and the changes of names of processes. */
static int attach_filter_of_names(int fd)
{
	struct sock_filter program[] = {
		LOAD(AT_WHAT), SKIP_UNLESS(htonl(PROC_EVENT_NONE), 1),
		KEEP,          SKIP_UNLESS(htonl(PROC_EVENT_COMM), 5),
		LOAD(AT_PID),  BPF_STMT(BPF_MISC | BPF_TAX, 0),
		LOAD(AT_TGID), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 1),
		KEEP,          DROP,
	};

	return set_filter(fd, program, ELEMENTS(program));
}

static int attach(const struct connector *connector)
{
	int fd = connector_fd(connector);

	return connector->only_names ? attach_filter_of_names(fd) :
				       attach_filter(fd, connector->reports_ids);
}

static uint32_t mask_of(const struct connector *connector)
{
	if (connector->only_names)
		return EVENT_MASK_NAMES;
	return connector->reports_ids ? EVENT_MASK_IDS : EVENT_MASK;
}

/* Without CAP_NET_ADMIN the size is limited to net.core.rmem_max, which is still more
 * than the default. */
static void enlarge_buffer(int fd, size_t size)
{
	int value = (int)size;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &value, sizeof(value)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, sizeof(value));
}

/* Sends the operation alone, or with the event mask. */
static int send_operation(const struct connector *connector, enum proc_cn_mcast_op operation)
{
	size_t size = connector->has_mask ? sizeof(struct subscription) : sizeof(uint32_t);
	const struct subscription subscription = { operation, mask_of(connector) };
	char buffer[MNL_NLMSG_HDRLEN + sizeof(struct cn_msg) + sizeof(subscription)]
		__attribute__((aligned(NLMSG_ALIGNTO))) = { 0 };
	struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
	struct cn_msg *message = mnl_nlmsg_put_extra_header(header, sizeof(*message));

	header->nlmsg_type = NLMSG_DONE;
	message->id.idx = CN_IDX_PROC;
	message->id.val = CN_VAL_PROC;
	message->len = (uint16_t)size;
	memcpy(mnl_nlmsg_put_extra_header(header, size), &subscription, size);
	return mnl_socket_sendto(connector->socket, header, header->nlmsg_len) < 0 ? -errno : 0;
}

int connector_listen(const struct connector *connector)
{
	return send_operation(connector, PROC_CN_MCAST_LISTEN);
}

int connector_report_ids(struct connector *connector, bool wanted)
{
	int r = 0;

	if (connector->reports_ids == wanted)
		return 0;
	connector->reports_ids = wanted;
	/* A mask replaces the one before.  Without masks the kernel sends all events, and a second
	 * subscription would count as another listener. */
	if (connector->has_mask)
		r = connector_listen(connector);
	return r < 0 ? r : attach(connector);
}

/* The likely reason why no events arrive, for the sentence. */
static const char *likely_cause(void)
{
	struct stat status;

	if (stat("/proc/self/ns/pid", &status) == 0 && status.st_ino != INITIAL_PID_NAMESPACE)
		return "this is not the initial pid namespace; in a container use the host's (hostPID)";
	if (stat("/proc/self/ns/user", &status) == 0 && status.st_ino != INITIAL_USER_NAMESPACE)
		return "this is not the initial user namespace";
	return "the kernel may lack CONFIG_PROC_EVENTS";
}

static int open_failed(int code, struct slicectl_error *error)
{
	switch (code) {
	case EPERM:
	case EACCES:
		return error_set(error, EPERM,
				 "the proc connector needs root or CAP_NET_ADMIN in the initial namespaces");
	case EPROTONOSUPPORT:
	case EAFNOSUPPORT:
		return error_set(error, EPROTONOSUPPORT,
				 "this kernel has no connector (CONFIG_CONNECTOR); use --detector=poll");
	case ECONNREFUSED:
		return error_set(error, EOPNOTSUPP,
				 "the proc connector does not answer: this is not the initial network namespace (hostNetwork), or the kernel lacks CONFIG_PROC_EVENTS");
	default:
		return error_set(error, code, "cannot open the proc connector: %s", strerror(code));
	}
}

/* The kernel acknowledges while the subscription is being sent, so the answer is
 * either queued already or will not come.  1: acknowledged; 0: no answer; or -errno. */
static int look_for_acknowledgement(struct connector *connector, int wait_ms)
{
	struct pollfd poller = { .fd = connector_fd(connector), .events = POLLIN };
	int code = 0, r;

	(void)poll(&poller, 1, wait_ms);
	r = connector_receive_acknowledgement(connector, &code);
	return r > 0 && code ? -code : r;
}

/* Kernels before 6.6 silently ignore a subscription with a mask. */
static int try_mask(struct connector *connector)
{
	int r;

	connector->has_mask = true;
	r = connector_listen(connector);
	if (r == 0)
		r = look_for_acknowledgement(connector, 0);
	connector->has_mask = r == 1;
	return r;
}

/* Up to Linux 6.5 the first subscriptions only raise a counter that other listeners
 * have lowered below zero, so the subscription is repeated until the kernel answers. */
static int subscribe(struct connector *connector, struct slicectl_error *error)
{
	int r = try_mask(connector);

	for (int waited = 0; r == 0 && waited < ACKNOWLEDGEMENT_WAIT_MS;
	     waited += ACKNOWLEDGEMENT_TURN_MS) {
		r = connector_listen(connector);
		if (r == 0)
			r = look_for_acknowledgement(connector, ACKNOWLEDGEMENT_TURN_MS);
	}
	if (r < 0)
		return open_failed(-r, error);
	if (r == 0)
		return error_set(error, EOPNOTSUPP,
				 "the proc connector did not acknowledge the subscription: %s",
				 likely_cause());
	return 0;
}

static int open_socket(struct connector *connector, size_t buffer_size, struct slicectl_error *error)
{
	int r;

	connector->socket = mnl_socket_open2(NETLINK_CONNECTOR, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!connector->socket)
		return open_failed(errno, error);
	enlarge_buffer(connector_fd(connector), buffer_size);
	r = attach(connector);
	if (r == 0 && mnl_socket_bind(connector->socket, CN_IDX_PROC, MNL_SOCKET_AUTOPID) < 0)
		r = -errno;
	r = r < 0 ? open_failed(-r, error) : subscribe(connector, error);
	if (r < 0)
		connector_close(connector);
	return r;
}

int connector_open(struct connector *connector, size_t buffer_size, struct slicectl_error *error)
{
	*connector = (struct connector){ 0 };
	return open_socket(connector, buffer_size, error);
}

int connector_open_names(struct connector *connector, size_t buffer_size,
			 struct slicectl_error *error)
{
	*connector = (struct connector){ .only_names = true };
	return open_socket(connector, buffer_size, error);
}

void connector_close(struct connector *connector)
{
	if (!connector->socket)
		return;
	/* Kernels up to 6.5 count the listeners: without this every fork would go on
	 * producing events. */
	(void)send_operation(connector, PROC_CN_MCAST_IGNORE);
	(void)mnl_socket_close(connector->socket);
	connector->socket = NULL;
}
