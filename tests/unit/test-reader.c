/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "test.h"

/* A directory in place of /proc.  A FIFO holds up whoever opens it, until a writer comes. */
static char proc[] = "/tmp/test-reader-XXXXXX";
static int proc_fd = -1;

static void make_process(int pid, unsigned uid, const char *cmdline)
{
	char path[64], text[64];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%d", proc, pid);
	CHECK_INT(mkdir(path, 0700), 0);
	(void)snprintf(path, sizeof(path), "%s/%d/status", proc, pid);
	(void)snprintf(text, sizeof(text), "Name:\tx\nUid:\t%u\t%u\t%u\t%u\n", uid, uid, uid, uid);
	file = fopen(path, "w");
	CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0);
	(void)snprintf(path, sizeof(path), "%s/%d/cmdline", proc, pid);
	if (!cmdline) {
		CHECK_INT(mkfifo(path, 0600), 0);
		return;
	}
	file = fopen(path, "w");
	CHECK(file && fputs(cmdline, file) >= 0 && fclose(file) == 0);
}

/* Waits until a thread reads the file. */
static int await_thread(int pid)
{
	char path[64];
	int fd = -1;

	(void)snprintf(path, sizeof(path), "%s/%d/cmdline", proc, pid);
	/* A thread that should read it may never come. */
	for (int tries = 0; fd < 0 && tries < 5000; tries++) {
		fd = open(path, O_WRONLY | O_NONBLOCK);
		if (fd < 0)
			(void)usleep(1000);
	}
	return fd;
}

static void give(int fd, const char *text)
{
	CHECK_INT(write(fd, text, strlen(text)), strlen(text));
	(void)close(fd);
}

static void let_go(int pid, const char *text)
{
	give(await_thread(pid), text);
}

static struct reader *begin(void)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct reader *reader = NULL;

	(void)memcpy(proc, "/tmp/test-reader-XXXXXX", sizeof(proc));
	CHECK(mkdtemp(proc) != NULL);
	proc_fd = open(proc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK_INT(reader_new(&(struct reader_options){ .proc_fd = proc_fd }, &reader, &error), 0);
	return reader;
}

static void end(struct reader *reader)
{
	char command[64];

	CHECK(reader_close(reader));
	(void)close(proc_fd);
	(void)snprintf(command, sizeof(command), "rm -rf %s", proc);
	CHECK_INT(system(command), 0);
}

static ssize_t ask(struct reader *reader, int pid, char text[32])
{
	(void)memset(text, 0, 32);
	return reader_read(reader, pid, "cmdline", text, 31);
}

static bool is_late(struct reader *reader, int timeout_ms)
{
	return poll(&(struct pollfd){ .fd = reader_fd(reader), .events = POLLIN }, 1, timeout_ms) ==
	       1;
}

/* A file that is there is read within the wait of the caller, except on a machine that is busy. */
static ssize_t answer(struct reader *reader, int pid, char text[32])
{
	ssize_t n = ask(reader, pid, text);

	if (n != -EINPROGRESS)
		return n;
	CHECK(is_late(reader, 5000));
	CHECK_INT(reader_take_late(reader), pid);
	n = ask(reader, pid, text);
	reader_forget(reader, pid, false);
	return n;
}

static void a_file_is_read_at_once(void)
{
	struct reader *reader = begin();
	char text[32];

	make_process(11, 7, "quick");
	CHECK_INT(answer(reader, 11, text), 5);
	CHECK_TEXT(text, "quick");
	CHECK_INT(answer(reader, 12, text), -ESRCH);
	CHECK_INT(reader_take_late(reader), 0);
	CHECK_INT(reader_due_usec(reader), 0);
	end(reader);
}

/* The caller waits only shortly, and others are read meanwhile. */
static void a_process_that_holds_up_its_reader_holds_up_nobody_else(void)
{
	struct reader *reader = begin();
	uint64_t begun = clock_now_usec();
	char text[32];

	make_process(11, 7, NULL);
	make_process(12, 7, "quick");
	CHECK_INT(ask(reader, 11, text), -EINPROGRESS);
	CHECK_INT(ask(reader, 11, text), -EINPROGRESS);
	CHECK(clock_now_usec() - begun < READER_OVERDUE_USEC / 2);
	CHECK_INT(answer(reader, 12, text), 5);
	CHECK(reader_due_usec(reader) >= begun + READER_OVERDUE_USEC);
	CHECK(!is_late(reader, 0));
	let_go(11, "slow");
	CHECK(is_late(reader, 5000));
	CHECK_INT(reader_take_late(reader), 11);
	CHECK_INT(reader_take_late(reader), 0);
	for (int i = 0; i < 2; i++) { /* the answer stays until it is forgotten */
		CHECK_INT(ask(reader, 11, text), 4);
		CHECK_TEXT(text, "slow");
	}
	reader_forget(reader, 11, false);
	CHECK_INT(ask(reader, 11, text), -EINPROGRESS);
	let_go(11, "");
	end(reader);
}

static void after_a_second_a_process_is_overdue_until_it_answers(void)
{
	struct reader *reader = begin();
	char text[32];

	make_process(11, 7, NULL);
	CHECK_INT(ask(reader, 11, text), -EINPROGRESS);
	CHECK_INT(reader_take_late(reader), 0);
	(void)usleep(READER_OVERDUE_USEC);
	CHECK_INT(reader_take_late(reader), 11);
	CHECK_INT(reader_take_late(reader), 0);
	CHECK_INT(ask(reader, 11, text), -ETIMEDOUT);
	CHECK_INT(reader_due_usec(reader), 0);
	let_go(11, "slow");
	CHECK(is_late(reader, 5000));
	CHECK_INT(reader_take_late(reader), 11);
	CHECK_INT(ask(reader, 11, text), 4);
	end(reader);
}

/* What is read belongs to the program before, so nobody may get it. */
static void a_read_that_is_forgotten_is_not_answered(void)
{
	struct reader *reader = begin();
	char text[32], path[64];
	int fd;

	make_process(11, 7, NULL);
	CHECK_INT(ask(reader, 11, text), -EINPROGRESS);
	fd = await_thread(11); /* what no thread has begun is dropped */
	reader_forget(reader, 11, true);
	give(fd, "before");
	(void)snprintf(path, sizeof(path), "%s/11/cmdline", proc);
	CHECK_INT(unlink(path), 0);
	CHECK_INT(answer(reader, 11, text), -ESRCH);
	CHECK(!is_late(reader, 100));
	CHECK_INT(reader_take_late(reader), 0);
	end(reader);
}

/* One user cannot take all threads. */
static void the_late_reads_of_one_user_are_bounded(void)
{
	struct reader *reader = begin();
	char text[32];

	for (int pid = 1; pid <= READER_LATE_PER_USER + 1; pid++) {
		make_process(pid, 7, NULL);
		CHECK_INT(ask(reader, pid, text), -EINPROGRESS);
	}
	make_process(90, 7, "held back");
	CHECK_INT(ask(reader, 90, text), -EINPROGRESS);
	make_process(91, 8, "another");
	CHECK_INT(answer(reader, 91, text), 7);
	CHECK(!is_late(reader, 100));
	let_go(1, "");
	CHECK(is_late(reader, 5000));
	CHECK_INT(reader_take_late(reader), 1);
	/* The next in line holds up the thread again; the end of one more lets the last go. */
	let_go(2, "");
	let_go(READER_LATE_PER_USER + 1, "");
	for (pid_t pid = 0; pid != 90;) {
		CHECK(is_late(reader, 5000) || pid > 0);
		pid = reader_take_late(reader);
		if (pid == 0 && !is_late(reader, 5000))
			break;
	}
	CHECK_INT(ask(reader, 90, text), 9);
	for (int pid = 3; pid <= READER_LATE_PER_USER; pid++)
		let_go(pid, "");
	end(reader);
}

/* Processes that never answer make the caller wait only so often; then it goes on at once.  A caller
 * that waits is never quick; one that does not is slow where the machine is. */
static void the_caller_waits_in_vain_only_so_often(void)
{
	struct reader *reader = begin();
	int quick = 0;
	char text[32];

	for (int pid = 1; pid <= 4 * READER_WAITS_MAX; pid++)
		make_process(pid, (unsigned)pid, NULL);
	for (int pid = 1; pid <= 4 * READER_WAITS_MAX; pid++) {
		uint64_t begun = clock_now_usec();

		CHECK_INT(ask(reader, pid, text), -EINPROGRESS);
		quick += clock_now_usec() - begun < READER_WAIT_USEC;
	}
	CHECK(quick > 0);
	for (int pid = 1; pid <= 4 * READER_WAITS_MAX; pid++)
		let_go(pid, "");
	end(reader);
}

TEST_MAIN("reader", CASE(a_file_is_read_at_once),
	  CASE(a_process_that_holds_up_its_reader_holds_up_nobody_else),
	  CASE(after_a_second_a_process_is_overdue_until_it_answers),
	  CASE(a_read_that_is_forgotten_is_not_answered),
	  CASE(the_late_reads_of_one_user_are_bounded), CASE(the_caller_waits_in_vain_only_so_often))
