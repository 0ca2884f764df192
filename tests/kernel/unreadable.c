/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * unreadable DIRECTORY SECONDS ANYTHING [PROGRAM]: holds up whoever reads its command line, its environment
 * or its memory.  It mounts a file system of its own there, whose only file is never read to the end:
 * one thread faults on a page of it and so holds the lock of the memory for reading, another waits
 * for that lock for writing, and every reader waits behind it.  When its child, which serves that file
 * system and whose pid it prints, is killed, it can be read.  Another child executes PROGRAM for so many
 * seconds; its pid is printed in the next line.  The mount goes with the process when
 * it is made in a mount namespace of its own.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROOT = FUSE_ROOT_ID, FILE_NODE = 2, SIZE = 1024 * 1024 };

static void answer(int device, uint64_t unique, int code, const void *body, size_t size)
{
	struct {
		struct fuse_out_header header;
		char body[256];
	} message = {
		.header = { .len = (uint32_t)(sizeof(message.header) + size),
			    .error = code,
			    .unique = unique },
	};

	if (size > 0)
		(void)memcpy(message.body, body, size);
	if (write(device, &message, message.header.len) < 0)
		_exit(EXIT_FAILURE);
}

static struct fuse_attr attributes_of(uint64_t node)
{
	bool is_root = node == ROOT;

	return (struct fuse_attr){
		.ino = node,
		.nlink = 1,
		.mode = is_root ? S_IFDIR | 0755 : S_IFREG | 0644,
		.size = is_root ? 0 : SIZE,
		.blksize = 4096,
	};
}

static void answer_attributes(int device, const struct fuse_in_header *request)
{
	const struct fuse_attr_out out = { .attr_valid = 1000,
					   .attr = attributes_of(request->nodeid) };

	answer(device, request->unique, 0, &out, sizeof(out));
}

static void answer_lookup(int device, const struct fuse_in_header *request)
{
	const struct fuse_entry_out out = { .nodeid = FILE_NODE,
					    .entry_valid = 1000,
					    .attr_valid = 1000,
					    .attr = attributes_of(FILE_NODE) };

	answer(device, request->unique, 0, &out, sizeof(out));
}

static void answer_init(int device, const struct fuse_in_header *request)
{
	const struct fuse_init_out out = { .major = FUSE_KERNEL_VERSION,
					   .minor = 31,
					   .max_write = 65536 };

	answer(device, request->unique, 0, &out, sizeof(out));
}

/* The first read fails: the fault waits for it without the lock, and tries again with it.  That one
 * is never answered. */
static void answer_read(int device, const struct fuse_in_header *request, unsigned *n_reads)
{
	if ((*n_reads)++ == 0)
		answer(device, request->unique, -EIO, NULL, 0);
}

static void serve(int device, const struct fuse_in_header *request, unsigned *n_reads)
{
	const struct fuse_open_out opened = { 0 };

	switch (request->opcode) {
	case FUSE_INIT:
		answer_init(device, request);
		break;
	case FUSE_GETATTR:
		answer_attributes(device, request);
		break;
	case FUSE_LOOKUP:
		answer_lookup(device, request);
		break;
	case FUSE_OPEN:
		answer(device, request->unique, 0, &opened, sizeof(opened));
		break;
	case FUSE_READ:
		answer_read(device, request, n_reads);
		break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		break;
	default:
		answer(device, request->unique, -ENOSYS, NULL, 0);
	}
}

static void run_server(int device)
{
	static char bytes[128 * 1024];
	unsigned n_reads = 0;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(device, bytes, sizeof(bytes)) > 0 || errno == EINTR || errno == ENOENT)
		serve(device, (const void *)bytes, &n_reads);
	_exit(EXIT_SUCCESS);
}

/* The file system is gone: the process lives on and can be read. */
static void stay(int signal)
{
	for (;;)
		(void)pause();
}

static void *fault(void *page)
{
	(void)*(volatile char *)page;
	return NULL;
}

static void *want_lock(void *page)
{
	(void)usleep(100000); /* the other thread holds it by then */
	for (;;) {
		void *other = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		(void)munmap(other, 4096);
	}
	return page;
}

static int hold_up(const char *directory, unsigned seconds)
{
	char path[4096];
	pthread_t threads[2];
	void *page;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/file", directory);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fd < 0 || page == MAP_FAILED)
		return EXIT_FAILURE;
	(void)signal(SIGBUS, stay);
	/* Without read-ahead the fault reads under the lock. */
	(void)madvise(page, 4096, MADV_RANDOM);
	if (pthread_create(&threads[0], NULL, fault, page) != 0 ||
	    pthread_create(&threads[1], NULL, want_lock, page) != 0)
		return EXIT_FAILURE;
	(void)sleep(seconds);
	_exit(EXIT_SUCCESS);
}

static void run_child(const char *program, const char *seconds)
{
	pid_t child = fork();

	if (child == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)execl(program, program, seconds, NULL);
		_exit(EXIT_FAILURE);
	}
	(void)printf("%d\n", (int)child);
	(void)fflush(stdout);
}

int main(int argc, char **argv)
{
	int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	char options[64];
	pid_t server;

	(void)snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0",
		       device);
	if (argc < 3 || device < 0 ||
	    mount("unreadable", argv[1], "fuse", MS_NOSUID | MS_NODEV, options) < 0) {
		(void)fprintf(stderr, "unreadable: no file system of our own: %s\n",
			      strerror(errno));
		return 77;
	}
	server = fork();
	if (server == 0)
		run_server(device);
	(void)printf("%d\n", (int)server);
	(void)fflush(stdout);
	if (argc > 4)
		run_child(argv[4], argv[2]);
	(void)close(device); /* so that the file system ends with the server */
	return server < 0 ? EXIT_FAILURE : hold_up(argv[1], (unsigned)atoi(argv[2]));
}
