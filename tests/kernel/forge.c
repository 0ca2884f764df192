/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* forge PID: sends exec events of that process to all listeners of the proc
 * connector, as somebody who is not the kernel.  forge ignore COUNT: leaves a
 * subscription that it never had, as often.  1 when the kernel refuses. */

#include <libmnl/libmnl.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static struct nlmsghdr *message_of(char *buffer, const void *data, uint16_t size)
{
	struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
	struct cn_msg *message = mnl_nlmsg_put_extra_header(header, sizeof(*message));

	header->nlmsg_type = NLMSG_DONE;
	message->id.idx = CN_IDX_PROC;
	message->id.val = CN_VAL_PROC;
	message->len = size;
	memcpy(mnl_nlmsg_put_extra_header(header, size), data, size);
	return header;
}

static int forge(const struct mnl_socket *sender, int pid)
{
	char buffer[512] __attribute__((aligned(8))) = { 0 };
	struct sockaddr_nl group = { .nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC };
	struct proc_event event = { .what = PROC_EVENT_EXEC };
	const struct nlmsghdr *header;

	event.event_data.exec.process_pid = event.event_data.exec.process_tgid = pid;
	header = message_of(buffer, &event, sizeof(event));
	return sendto(mnl_socket_get_fd(sender), header, header->nlmsg_len, 0,
		      (struct sockaddr *)&group, sizeof(group)) < 0;
}

static int ignore(const struct mnl_socket *sender)
{
	char buffer[512] __attribute__((aligned(8))) = { 0 };
	enum proc_cn_mcast_op operation = PROC_CN_MCAST_IGNORE;
	const struct nlmsghdr *header = message_of(buffer, &operation, sizeof(operation));

	return mnl_socket_sendto(sender, header, header->nlmsg_len) < 0;
}

int main(int argc, char **argv)
{
	struct mnl_socket *sender = mnl_socket_open(NETLINK_CONNECTOR);
	int count = argc == 3 ? atoi(argv[2]) : 3, failed = 0;

	if (argc < 2 || !sender || mnl_socket_bind(sender, 0, MNL_SOCKET_AUTOPID) < 0)
		return EXIT_FAILURE;
	for (int i = 0; i < count && i < 16; i++)
		failed += strcmp(argv[1], "ignore") == 0 ? ignore(sender) :
							   forge(sender, atoi(argv[1]));
	(void)mnl_socket_close(sender);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
