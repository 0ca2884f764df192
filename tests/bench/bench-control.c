/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Clients of the control socket, and a load, for the benchmark; all bounded:
 *   calls SOCKET CLIENTS COUNT METHOD SCOPE   each client calls it so often, one call after the
 *                             other, with the scope's name and a number; prints how many a
 *                             second, and how many failed
 *   follow SOCKET CLIENTS SECONDS   so many listen to Events; prints the fewest and the most
 *                             records that one got, and how many were lost
 *   sleepers COUNT SECONDS PROGRAM   so many processes that sleep, named after it
 */

#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/cleanup.h"
#include "base/clock.h"

enum { CLIENTS_MAX = 128, COUNT_MAX = 20000, BUFFER = 256 * 1024 };

extern char **environ;

struct client {
	pthread_t thread;
	const char *path, *method, *scope;
	unsigned number, count, failed;
	/* of a listener */
	int fd;
	char *bytes;
	size_t used;
	unsigned long records, lost;
};

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	return fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 ? fd : -1;
}

static void *call(void *data)
{
	struct client *client = data;
	int fd = connect_to(client->path);
	char text[512], reply[4096];

	for (unsigned i = 0; i < client->count; i++) {
		int length =
			snprintf(text, sizeof(text),
				 "{\"method\":\"io.slicectl.%s\",\"parameters\":{\"scope\":\"%s-%u-%u\"}}",
				 client->method, client->scope, client->number, i);
		ssize_t n = 0, r = 1;

		if (fd < 0 || send(fd, text, (size_t)length + 1, MSG_NOSIGNAL) < 0) {
			client->failed++;
			continue;
		}
		do {
			r = recv(fd, reply + n, sizeof(reply) - (size_t)n, 0);
			n += r > 0 ? r : 0;
		} while (r > 0 && reply[n - 1] != '\0');
		client->failed += n == 0 || strstr(reply, "\"error\"") != NULL;
	}
	return NULL;
}

static int run_calls(char **argv)
{
	static struct client clients[CLIENTS_MAX];
	unsigned n = (unsigned)atoi(argv[1]), count = (unsigned)atoi(argv[2]), failed = 0;
	uint64_t begun = clock_now_usec(), usec;

	if (n > CLIENTS_MAX || count > COUNT_MAX)
		return EXIT_FAILURE;
	for (unsigned i = 0; i < n; i++) {
		clients[i] = (struct client){ .path = argv[0],
					      .method = argv[3],
					      .scope = argv[4],
					      .number = i,
					      .count = count };
		(void)pthread_create(&clients[i].thread, NULL, call, &clients[i]);
	}
	for (unsigned i = 0; i < n; i++) {
		(void)pthread_join(clients[i].thread, NULL);
		failed += clients[i].failed;
	}
	usec = clock_now_usec() - begun;
	(void)printf("%.0f %u\n", (double)n * count * 1e6 / (double)usec, failed);
	return EXIT_SUCCESS;
}

static void take_messages(struct client *client)
{
	char *at = client->bytes, *end;

	while ((end = memchr(at, '\0', client->used - (size_t)(at - client->bytes)))) {
		const char *lost = strstr(at, "\"lost\":");

		client->records += strstr(at, "\"record\":") != NULL;
		client->lost += lost ? strtoul(lost + 7, NULL, 10) : 0;
		at = end + 1;
	}
	client->used -= (size_t)(at - client->bytes);
	memmove(client->bytes, at, client->used);
}

static int run_follow(char **argv)
{
	static const char events[] = "{\"method\":\"io.slicectl.Events\",\"more\":true}";
	static struct client clients[CLIENTS_MAX];
	struct pollfd pollers[CLIENTS_MAX];
	unsigned n = (unsigned)atoi(argv[1]);
	uint64_t end = clock_now_usec() + (uint64_t)atoi(argv[2]) * CLOCK_USEC_PER_SEC;
	unsigned long least = ~0UL, most = 0, lost = 0;

	if (n > CLIENTS_MAX)
		return EXIT_FAILURE;
	for (unsigned i = 0; i < n; i++) {
		clients[i].fd = connect_to(argv[0]);
		clients[i].bytes = malloc(BUFFER);
		pollers[i] = (struct pollfd){ .fd = clients[i].fd, .events = POLLIN };
		if (clients[i].fd < 0 || !clients[i].bytes ||
		    send(clients[i].fd, events, sizeof(events), MSG_NOSIGNAL) < 0)
			return EXIT_FAILURE;
	}
	while (clock_now_usec() < end) {
		(void)poll(pollers, n, 100);
		for (unsigned i = 0; i < n; i++) {
			struct client *client = &clients[i];
			ssize_t r = pollers[i].revents ?
					    recv(client->fd, client->bytes + client->used,
						 BUFFER - client->used, MSG_DONTWAIT) :
					    0;

			if (r > 0) {
				client->used += (size_t)r;
				take_messages(client);
			}
		}
	}
	for (unsigned i = 0; i < n; i++) {
		least = clients[i].records < least ? clients[i].records : least;
		most = clients[i].records > most ? clients[i].records : most;
		lost += clients[i].lost;
	}
	(void)printf("%lu %lu %lu\n", least, most, lost);
	return EXIT_SUCCESS;
}

static int run_sleepers(char **argv)
{
	unsigned n = (unsigned)atoi(argv[0]);
	char *const words[] = { argv[2], argv[1], NULL };
	pid_t pid;

	if (n > COUNT_MAX)
		return EXIT_FAILURE;
	for (unsigned i = 0; i < n; i++) {
		if (posix_spawn(&pid, argv[2], NULL, NULL, words, environ) != 0)
			return EXIT_FAILURE;
	}
	(void)printf("%u\n", n);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	if (argc == 7 && strcmp(argv[1], "calls") == 0)
		return run_calls(argv + 2);
	if (argc == 5 && strcmp(argv[1], "follow") == 0)
		return run_follow(argv + 2);
	if (argc == 5 && strcmp(argv[1], "sleepers") == 0)
		return run_sleepers(argv + 2);
	(void)fprintf(stderr, "see the head of bench-control.c\n");
	return EXIT_FAILURE;
}
