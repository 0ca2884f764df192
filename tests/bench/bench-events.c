/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the events benchmark measures with, all bounded in count and time:
 *   raw each|batch SECONDS    the floor: a listener that receives the same events
 *                             and reads comm after each exec; woken for each, or
 *                             draining every millisecond.  Prints its CPU time in ns
 *                             and the p50 and p99 from the event to it in µs
 *   load RATE SECONDS PROGRAM vforks, executes and waits so many times a second;
 *                             prints how often
 *   forks COUNT               forks and waits as fast as it can
 *   hog SECONDS               spins
 *   latencies RECORDING       p50 and p99 in µs from exec to its receipt
 *   tape COUNT                a recording of so many forks by process 1
 *   maxrss COMMAND...         runs it; its largest resident set in KiB
 *   table                     cost of an event with more and more processes
 */

#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/fd.h"
#include "process/connector.h"
#include "process/recorded.h"
#include "process/table.h"

enum { SAMPLES_MAX = 1 << 20 };

struct samples {
	uint32_t *values; /* ns */
	size_t count;
};

static void add_sample(struct samples *samples, uint64_t from_ns, uint64_t to_ns)
{
	if (!samples->values)
		samples->values = malloc(SAMPLES_MAX * sizeof(*samples->values));
	if (samples->values && samples->count < SAMPLES_MAX && to_ns >= from_ns)
		samples->values[samples->count++] = (uint32_t)(to_ns - from_ns);
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void print_samples(struct samples *samples)
{
	if (samples->count == 0) {
		(void)printf("0 0 0\n");
		return;
	}
	qsort(samples->values, samples->count, sizeof(*samples->values), compare);
	(void)printf("%zu %.1f %.1f\n", samples->count, samples->values[samples->count / 2] / 1e3,
		     samples->values[samples->count * 99 / 100] / 1e3);
	free(samples->values);
}

static uint64_t cpu_ns(void)
{
	return clock_now_ns(CLOCK_PROCESS_CPUTIME_ID);
}

static void read_comm(int proc_fd, pid_t pid)
{
	char path[32], text[64];

	(void)snprintf(path, sizeof(path), "%d/comm", (int)pid);
	(void)fd_read_file(proc_fd, path, text, sizeof(text));
}

/* Takes what is queued; at most one event when @one. */
static void take(struct connector *connector, int proc_fd, bool one, struct samples *samples)
{
	struct process_event event;

	while (connector_receive(connector, &event) == CONNECTOR_EVENT) {
		if (event.kind == PROCESS_EVENT_EXEC) {
			add_sample(samples, event.timestamp_ns, clock_now_ns(CLOCK_MONOTONIC));
			read_comm(proc_fd, event.pid);
		}
		if (one)
			return;
	}
}

static int raw(bool batch, unsigned seconds)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct epoll_event interest = { .events = EPOLLIN }, ready;
	uint64_t end = clock_now_usec() + seconds * CLOCK_USEC_PER_SEC, begun;
	int proc_fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	static struct connector connector;
	struct samples samples = { 0 };

	(void)setpriority(PRIO_PROCESS, 0, -20);
	if (connector_open(&connector, CONNECTOR_BUFFER_SIZE, &error) < 0 ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, connector_fd(&connector), &interest) < 0) {
		(void)fprintf(stderr, "%s\n", error.message);
		return EXIT_FAILURE;
	}
	begun = cpu_ns();
	while (clock_now_usec() < end) {
		if (batch) {
			(void)usleep(1000);
			take(&connector, proc_fd, false, &samples);
		} else if (epoll_wait(epoll, &ready, 1, 100) > 0) {
			take(&connector, proc_fd, true, &samples);
		}
	}
	(void)printf("%llu ", (unsigned long long)(cpu_ns() - begun));
	print_samples(&samples);
	connector_close(&connector);
	return EXIT_SUCCESS;
}

static int load(unsigned rate, unsigned seconds, char *program)
{
	uint64_t begun = clock_now_ns(CLOCK_MONOTONIC), count = (uint64_t)rate * seconds, i;
	char *arguments[] = { program, NULL };

	(void)prctl(PR_SET_TIMERSLACK, 1);
	for (i = 0; i < count && i < 2000000; i++) {
		uint64_t due = begun + i * CLOCK_NSEC_PER_SEC / rate;
		struct timespec at = { (time_t)(due / CLOCK_NSEC_PER_SEC),
				       (long)(due % CLOCK_NSEC_PER_SEC) };
		pid_t pid;

		if (clock_now_ns(CLOCK_MONOTONIC) > begun + (seconds + 1) * CLOCK_NSEC_PER_SEC)
			break;
		(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
		pid = vfork();
		if (pid == 0) {
			(void)execv(program, arguments);
			_exit(127);
		}
		(void)waitpid(pid, NULL, 0);
	}
	(void)printf("%llu\n", (unsigned long long)i);
	return EXIT_SUCCESS;
}

static int forks(int count)
{
	for (int i = 0; i < count && i < 1000000; i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		(void)waitpid(pid, NULL, 0);
	}
	return EXIT_SUCCESS;
}

static int hog(unsigned seconds)
{
	uint64_t end = clock_now_usec() + seconds * CLOCK_USEC_PER_SEC;

	while (clock_now_usec() < end)
		continue;
	return EXIT_SUCCESS;
}

static void sample_datagram(const struct recorded *recorded, struct datagram *datagram,
			    struct samples *samples)
{
	struct process_event event;
	int code;

	memcpy(datagram->bytes, recorded->bytes, recorded->size);
	datagram_begin(datagram, recorded->size);
	while (datagram_next(datagram, &event, &code) == EVENT_DECODED) {
		if (event.kind == PROCESS_EVENT_EXEC)
			add_sample(samples, event.timestamp_ns, recorded->time_ns);
	}
}

static int latencies(const char *path)
{
	_cleanup_fclose_ FILE *stream = fopen(path, "re");
	static struct datagram datagram;
	struct samples samples = { 0 };
	_cleanup_free_ char *line = NULL;
	size_t size = 0;

	while (stream && getline(&line, &size, stream) > 0) {
		struct recorded recorded = { 0 };

		if (recorded_parse(line, &recorded, NULL) < 0)
			continue;
		if (recorded.kind == RECORDED_DATAGRAM && recorded.size <= sizeof(datagram.bytes))
			sample_datagram(&recorded, &datagram, &samples);
		recorded_done(&recorded);
	}
	print_samples(&samples);
	return EXIT_SUCCESS;
}

/* An event as the kernel would send it. */
static size_t event_datagram(char *bytes, uint32_t sequence, uint32_t what, pid_t pid, pid_t parent)
{
	struct nlmsghdr header = { .nlmsg_type = NLMSG_DONE };
	struct cn_msg message = { .id = { CN_IDX_PROC, CN_VAL_PROC },
				  .seq = sequence,
				  .len = sizeof(struct proc_event) };
	struct proc_event event = { .timestamp_ns = 2000 + sequence };
	size_t size = sizeof(header) + sizeof(message) + sizeof(event);

	event.what = (__typeof__(event.what))what;
	if (what == PROC_EVENT_FORK) {
		event.event_data.fork.parent_pid = event.event_data.fork.parent_tgid = parent;
		event.event_data.fork.child_pid = event.event_data.fork.child_tgid = pid;
	} else {
		event.event_data.exit.process_pid = event.event_data.exit.process_tgid = pid;
	}
	header.nlmsg_len = (uint32_t)size;
	memcpy(bytes, &header, sizeof(header));
	memcpy(bytes + sizeof(header), &message, sizeof(message));
	memcpy(bytes + sizeof(header) + sizeof(message), &event, sizeof(event));
	return size;
}

static void print_recorded(const struct recorded *recorded)
{
	_cleanup_free_ char *line = recorded_format(recorded);

	(void)puts(line);
}

static int tape(unsigned count)
{
	char bytes[128];

	print_recorded(&(struct recorded){ .kind = RECORDED_START,
					   .time_ns = 1000,
					   .realtime_ns = 1000000000,
					   .boottime_ns = 1000 });
	print_recorded(&(struct recorded){ .kind = RECORDED_LOOK, .time_ns = 1500 });
	print_recorded(&(struct recorded){
		.kind = RECORDED_FOUND,
		.time_ns = 1500,
		.pid = 1,
		.stat = { .pid = 1, .comm = "init", .state = 'S', .threads = 1 } });
	for (unsigned i = 0; i < count; i++)
		print_recorded(&(struct recorded){
			.kind = RECORDED_DATAGRAM,
			.time_ns = 3000 + i,
			.bytes = bytes,
			.size = event_datagram(bytes, i, PROC_EVENT_FORK, (pid_t)(i + 2), 1) });
	return EXIT_SUCCESS;
}

static int maxrss(char **command)
{
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (pid == 0 && freopen("/dev/null", "w", stdout))
		(void)execvp(command[0], command);
	if (pid == 0)
		_exit(127);
	if (wait4(pid, &status, 0, &usage) != pid || status != 0)
		return EXIT_FAILURE;
	(void)printf("%ld\n", usage.ru_maxrss);
	return EXIT_SUCCESS;
}

/* One event as it comes: received from a socket, decoded, and told to the table. */
static void take_one(int fd, struct datagram *datagram, struct process_table *table)
{
	struct sockaddr_nl sender;
	struct iovec vector = { datagram->bytes, sizeof(datagram->bytes) };
	struct msghdr message = { .msg_name = &sender,
				  .msg_namelen = sizeof(sender),
				  .msg_iov = &vector,
				  .msg_iovlen = 1 };
	ssize_t n = recvmsg(fd, &message, MSG_DONTWAIT);
	struct process_event event;
	struct process *process;
	int code;

	datagram_begin(datagram, n > 0 ? (size_t)n : 0);
	while (datagram_next(datagram, &event, &code) == EVENT_DECODED) {
		process = table_find(table, event.pid);
		if (event.kind == PROCESS_EVENT_FORK)
			(void)table_add(table, event.pid, event.parent, event.timestamp_ns);
		else if (process)
			table_end(table, process);
	}
}

enum { LIVING = 50 };

/* Newcomers, each forked by one of @active others, and the exits of those before
 * them. */
static int send_batch(int fd, const struct sockaddr_nl *to, unsigned active, unsigned *sequence,
		      pid_t *next)
{
	int sent = 0;

	for (int i = 0; i < LIVING; i++, ++*next, ++*sequence) {
		pid_t parent = 2 + (pid_t)(*sequence * 7919 % active);
		char bytes[128];
		size_t size = event_datagram(bytes, *sequence, PROC_EVENT_FORK, *next, parent);

		sent += sendto(fd, bytes, size, MSG_DONTWAIT, (const struct sockaddr *)to,
			       sizeof(*to)) > 0;
		size = event_datagram(bytes, *sequence, (uint32_t)PROC_EVENT_EXIT, *next - LIVING,
				      0);
		sent += sendto(fd, bytes, size, MSG_DONTWAIT, (const struct sockaddr *)to,
			       sizeof(*to)) > 0;
	}
	return sent;
}

/* ns an event, while @tracked others stay, @active of which fork. */
static double event_cost(unsigned tracked, unsigned active)
{
	enum { BATCHES = 2000 };
	static struct datagram datagram;
	struct process_table table = { 0 };
	unsigned sequence = 0, events = 0;
	pid_t next = 2;
	/* The transport of the connector, between two sockets of ours. */
	struct mnl_socket *from = mnl_socket_open(NETLINK_USERSOCK);
	struct mnl_socket *to = mnl_socket_open(NETLINK_USERSOCK);
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	uint64_t used = 0;

	if (!from || !to || mnl_socket_bind(from, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_bind(to, 0, MNL_SOCKET_AUTOPID) < 0)
		return 0;
	address.nl_pid = mnl_socket_get_portid(to);
	for (unsigned i = 0; i < tracked; i++, next++)
		(void)table_add(&table, next, next > 10 ? next - 7 : 1, 1);
	next += LIVING;
	for (int i = 0; i < BATCHES; i++) {
		int sent = send_batch(mnl_socket_get_fd(from), &address, active, &sequence, &next);
		uint64_t begun = cpu_ns();

		for (int k = 0; k < sent; k++)
			take_one(mnl_socket_get_fd(to), &datagram, &table);
		used += cpu_ns() - begun;
		events += (unsigned)sent;
	}
	table_done(&table);
	(void)mnl_socket_close(from);
	(void)mnl_socket_close(to);
	return events > 0 ? (double)used / events : 0;
}

enum { ACTIVE_MAX = 1000 };

static double best_cost(unsigned tracked, unsigned active)
{
	double best = event_cost(tracked, active);

	for (int i = 0; i < 4; i++) {
		double cost = event_cost(tracked, active);

		best = cost < best ? cost : best;
	}
	return best;
}

static int table_cost(void)
{
	double first = 0;

	for (unsigned tracked = 100; tracked <= 100000; tracked *= 10) {
		double some = best_cost(tracked, tracked < ACTIVE_MAX ? tracked : ACTIVE_MAX);
		double any = best_cost(tracked, tracked);

		first = first > 0 ? first : some;
		(void)printf("%u %.0f %.2f %.2f\n", tracked, some, some / first, any / first);
	}
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc == 4 && strcmp(what, "raw") == 0)
		return raw(strcmp(argv[2], "batch") == 0, (unsigned)atoi(argv[3]));
	if (argc == 5 && strcmp(what, "load") == 0)
		return load((unsigned)atoi(argv[2]), (unsigned)atoi(argv[3]), argv[4]);
	if (argc == 3 && strcmp(what, "forks") == 0)
		return forks(atoi(argv[2]));
	if (argc == 3 && strcmp(what, "hog") == 0)
		return hog((unsigned)atoi(argv[2]));
	if (argc == 3 && strcmp(what, "latencies") == 0)
		return latencies(argv[2]);
	if (argc == 3 && strcmp(what, "tape") == 0)
		return tape((unsigned)atoi(argv[2]));
	if (argc > 2 && strcmp(what, "maxrss") == 0)
		return maxrss(argv + 2);
	if (argc == 2 && strcmp(what, "table") == 0)
		return table_cost();
	(void)fprintf(stderr, "bench-events: see the source\n");
	return EXIT_FAILURE;
}
