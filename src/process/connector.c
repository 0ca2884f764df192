/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/connector.h"

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

enum { ACKNOWLEDGEMENT_WAIT_MS = 500 };

/* Inodes of the initial namespaces, fixed by include/linux/proc_ns.h. */
#define INITIAL_USER_NAMESPACE UINT64_C(0xEFFFFFFD)
#define INITIAL_PID_NAMESPACE UINT64_C(0xEFFFFFFC)

/* Offsets in a datagram for the filter, which sees it from the nlmsghdr on. */
enum {
	AT_EVENT = sizeof(struct nlmsghdr) + sizeof(struct cn_msg),
	AT_WHAT = AT_EVENT,
	AT_DATA = AT_EVENT + offsetof(struct proc_event, event_data),
	AT_EXIT_PID = AT_DATA,
	AT_EXIT_TGID = AT_DATA + 4,
	AT_CHILD_PID = AT_DATA + 8,
	AT_CHILD_TGID = AT_DATA + 12,
};

#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (offset))
#define SKIP_UNLESS(value, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (n))
#define KEEP BPF_STMT(BPF_RET | BPF_K, 0xffffffff)
#define DROP BPF_STMT(BPF_RET | BPF_K, 0)

/*
 * Keeps acknowledgements, every exec, and forks and exits of processes; drops
 * those of threads (41 % of a core in a storm of threads without it) and renames,
 * which any user can send by the million.  Loads are in network byte order, the
 * datagram in the host's: comparing two loaded words needs no care, constants do.
 */
static int attach_filter(int fd)
{
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
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 6),
		KEEP,
		SKIP_UNLESS(htonl(PROC_EVENT_EXIT), 4),
		LOAD(AT_EXIT_PID),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		LOAD(AT_EXIT_TGID),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 1, 0),
		DROP,
		KEEP,
	};
	const struct sock_fprog filter = { .len = ELEMENTS(program), .filter = program };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) < 0 ? -errno
											  : 0;
}

/* The limit of an ordinary user is net.core.rmem_max: better than the default. */
static void enlarge_buffer(int fd, size_t size)
{
	int value = (int)size;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &value, sizeof(value)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, sizeof(value));
}

static int send_operation(struct mnl_socket *socket, enum proc_cn_mcast_op operation)
{
	char buffer[MNL_NLMSG_HDRLEN + sizeof(struct cn_msg) + sizeof(operation)]
		__attribute__((aligned(NLMSG_ALIGNTO))) = { 0 };
	struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
	struct cn_msg *message = mnl_nlmsg_put_extra_header(header, sizeof(*message));

	header->nlmsg_type = NLMSG_DONE;
	message->id.idx = CN_IDX_PROC;
	message->id.val = CN_VAL_PROC;
	message->len = sizeof(operation);
	memcpy(mnl_nlmsg_put_extra_header(header, sizeof(operation)), &operation,
	       sizeof(operation));
	return mnl_socket_sendto(socket, header, header->nlmsg_len) < 0 ? -errno : 0;
}

/* One datagram into the buffer: 1, 0 when none is queued, or -errno.  libmnl's
 * own receive drops the sender's address, and the sender is what tells the
 * kernel's word from a forgery. */
static int receive_datagram(struct connector *connector)
{
	struct sockaddr_nl sender = { 0 };
	struct iovec vector = { connector->buffer, sizeof(connector->buffer) };
	struct msghdr message = {
		.msg_name = &sender,
		.msg_namelen = sizeof(sender),
		.msg_iov = &vector,
		.msg_iovlen = 1,
	};
	ssize_t n;

	do {
		n = recvmsg(connector_fd(connector), &message, MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	connector->remaining = 0;
	if (message.msg_namelen != sizeof(sender) || sender.nl_family != AF_NETLINK ||
	    sender.nl_pid != 0) {
		connector->forged++;
		return 1;
	}
	if (message.msg_flags & MSG_TRUNC) {
		connector->malformed++;
		return 1;
	}
	connector->next = (const void *)connector->buffer;
	connector->remaining = (size_t)n;
	return 1;
}

/* Next message of the datagram, decoded; EVENT_IGNORED when there is none. */
static enum event_outcome next_message(struct connector *connector,
				       struct process_event *ret_event, int *ret_error)
{
	const struct nlmsghdr *header = connector->next;
	enum event_outcome outcome;
	int remaining = (int)connector->remaining;

	if (!mnl_nlmsg_ok(header, remaining)) {
		connector->malformed++;
		connector->remaining = 0;
		return EVENT_IGNORED;
	}
	connector->next = mnl_nlmsg_next(header, &remaining);
	connector->remaining = remaining > 0 ? (size_t)remaining : 0;
	if (header->nlmsg_type != NLMSG_DONE)
		return EVENT_IGNORED;
	outcome = event_decode(mnl_nlmsg_get_payload(header),
			       mnl_nlmsg_get_payload_len(header), ret_event, ret_error);
	if (outcome == EVENT_TRUNCATED || outcome == EVENT_FOREIGN)
		connector->malformed++;
	return outcome;
}

/* What lies between us and the events, for the sentence. */
static const char *likely_cause(void)
{
	struct stat status;

	if (stat("/proc/self/ns/pid", &status) == 0 && status.st_ino != INITIAL_PID_NAMESPACE)
		return "this is not the initial pid namespace; in a container use the host's (hostPID)";
	if (stat("/proc/self/ns/user", &status) == 0 && status.st_ino != INITIAL_USER_NAMESPACE)
		return "this is not the initial user namespace";
	return "the kernel may lack CONFIG_PROC_EVENTS";
}

static int wait_acknowledged(struct connector *connector, struct slicectl_error *error)
{
	uint64_t deadline = clock_now_usec() + ACKNOWLEDGEMENT_WAIT_MS * CLOCK_USEC_PER_MSEC;
	struct pollfd poller = { .fd = connector_fd(connector), .events = POLLIN };
	struct process_event event;
	int code, r;

	for (uint64_t now; (now = clock_now_usec()) < deadline;) {
		(void)poll(&poller, 1, (int)((deadline - now) / CLOCK_USEC_PER_MSEC) + 1);
		r = receive_datagram(connector);
		if (r < 0 && r != -ENOBUFS)
			return error_set(error, -r, "cannot receive from the proc connector: %s",
					 strerror(-r));
		while (connector->remaining > 0) {
			if (next_message(connector, &event, &code) != EVENT_ACKNOWLEDGED)
				continue;
			if (code != 0)
				return error_set(error, code, "the kernel refuses process events: %s",
						 strerror(code));
			return 0;
		}
	}
	return error_set(error, EOPNOTSUPP,
			 "the proc connector did not acknowledge the subscription: %s",
			 likely_cause());
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
				 "nobody answers on the proc connector: this is not the initial network namespace (hostNetwork), or the kernel lacks CONFIG_PROC_EVENTS");
	default:
		return error_set(error, code, "cannot open the proc connector: %s", strerror(code));
	}
}

int connector_open(struct connector *connector, size_t buffer_size, struct slicectl_error *error)
{
	int r;

	*connector = (struct connector){ 0 };
	connector->socket =
		mnl_socket_open2(NETLINK_CONNECTOR, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!connector->socket)
		return open_failed(errno, error);
	enlarge_buffer(connector_fd(connector), buffer_size);
	r = attach_filter(connector_fd(connector));
	if (r == 0 && mnl_socket_bind(connector->socket, CN_IDX_PROC, MNL_SOCKET_AUTOPID) < 0)
		r = -errno;
	if (r == 0)
		r = send_operation(connector->socket, PROC_CN_MCAST_LISTEN);
	if (r < 0)
		r = open_failed(-r, error);
	else
		r = wait_acknowledged(connector, error);
	if (r < 0)
		connector_close(connector);
	return r;
}

void connector_close(struct connector *connector)
{
	if (!connector->socket)
		return;
	/* Kernels up to 6.5 count listeners: without it every fork stays taxed. */
	(void)send_operation(connector->socket, PROC_CN_MCAST_IGNORE);
	(void)mnl_socket_close(connector->socket);
	connector->socket = NULL;
}

int connector_fd(const struct connector *connector)
{
	return mnl_socket_get_fd(connector->socket);
}

int connector_receive(struct connector *connector, struct process_event *ret_event)
{
	for (;;) {
		int code, r;

		while (connector->remaining > 0) {
			if (next_message(connector, ret_event, &code) == EVENT_DECODED)
				return CONNECTOR_EVENT;
		}
		r = receive_datagram(connector);
		if (r == -ENOBUFS) {
			connector->overruns++;
			return CONNECTOR_OVERRUN;
		}
		if (r < 0)
			return r;
		if (r == 0)
			return CONNECTOR_DRAINED;
	}
}
