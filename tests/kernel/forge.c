/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* forge PID: sends exec events of that process to all listeners of the proc
 * connector, as somebody who is not the kernel.  1 when the kernel refuses. */

#include <libmnl/libmnl.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	char buffer[512] __attribute__((aligned(8))) = { 0 };
	struct sockaddr_nl group = { .nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC };
	struct proc_event event = { .what = PROC_EVENT_EXEC };
	struct mnl_socket *sender = mnl_socket_open(NETLINK_CONNECTOR);
	struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
	struct cn_msg *message = mnl_nlmsg_put_extra_header(header, sizeof(*message));

	if (argc != 2 || !sender || mnl_socket_bind(sender, 0, MNL_SOCKET_AUTOPID) < 0)
		return EXIT_FAILURE;
	event.event_data.exec.process_pid = event.event_data.exec.process_tgid = atoi(argv[1]);
	header->nlmsg_type = NLMSG_DONE;
	message->id.idx = CN_IDX_PROC;
	message->id.val = CN_VAL_PROC;
	message->len = sizeof(event);
	memcpy(mnl_nlmsg_put_extra_header(header, sizeof(event)), &event, sizeof(event));
	for (int i = 0; i < 3; i++) {
		if (sendto(mnl_socket_get_fd(sender), header, header->nlmsg_len, 0,
			   (struct sockaddr *)&group, sizeof(group)) < 0)
			return EXIT_FAILURE;
	}
	(void)mnl_socket_close(sender);
	return EXIT_SUCCESS;
}
