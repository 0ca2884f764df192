/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/recorded.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "process/view.h"
#include "tree.h"
#include "test.h"

static struct recorded round_trip(const struct recorded *recorded)
{
	_cleanup_free_ char *line = recorded_format(recorded);
	struct recorded back = { 0 };

	CHECK_FATAL(line != NULL);
	CHECK(!strchr(line, '\n'));
	CHECK_INT(recorded_parse(line, &back, NULL), 0);
	CHECK_INT(back.kind, recorded->kind);
	CHECK_INT(back.time_ns, recorded->time_ns);
	CHECK_INT(back.pid, recorded->pid);
	CHECK_INT(back.code, recorded->code);
	return back;
}

static void bytes_come_back(void)
{
	char all[256];
	struct recorded back;

	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	back = round_trip(&(struct recorded){
		.kind = RECORDED_DATAGRAM, .time_ns = 5, .bytes = all, .size = sizeof(all) });
	CHECK_INT(back.size, sizeof(all));
	CHECK(memcmp(back.bytes, all, sizeof(all)) == 0);
	recorded_done(&back);
	back = round_trip(&(struct recorded){
		.kind = RECORDED_READ, .pid = 7, .name = "environ", .bytes = all, .size = 3 });
	CHECK_TEXT(back.name, "environ");
	recorded_done(&back);
}

static void signals_come_back(void)
{
	char policy[] = "calm";
	struct recorded signal = { .kind = RECORDED_SIGNAL,
				   .time_ns = 5,
				   .name = "cpu.some",
				   .value = 2500,
				   .use = 7,
				   .is_idle = true,
				   .bytes = policy };
	struct recorded back = round_trip(&signal);

	CHECK_TEXT(back.name, "cpu.some");
	CHECK_TEXT(back.bytes, "calm");
	CHECK(back.value == 2500 && back.use == 7 && back.is_idle);
	recorded_done(&back);
	signal.code = -ENODATA;
	back = round_trip(&signal);
	CHECK_INT(back.value, 0);
	recorded_done(&back);
}

static void samples_come_back(void)
{
	struct recorded sample = { .kind = RECORDED_SAMPLE,
				   .time_ns = 5,
				   .pid = 7,
				   .value = 99,
				   .ran = true,
				   .thread = 8,
				   .letter = 'D' };
	struct recorded back = round_trip(&sample);

	CHECK(back.pid == 7 && back.value == 99 && back.ran && !back.frozen);
	CHECK(back.thread == 8 && back.letter == 'D');
	back = round_trip(&(struct recorded){
		.kind = RECORDED_SAMPLE, .time_ns = 5, .pid = 7, .code = -EBUSY, .frozen = true });
	CHECK(back.code == -EBUSY && back.frozen && !back.ran && back.thread == 0);
}

static void values_come_back(void)
{
	char subject[] = "workload.slice/a.scope";
	struct recorded value = { .kind = RECORDED_VALUE,
				  .time_ns = 5,
				  .name = "memory.swap.current",
				  .value = 2500,
				  .limit = UINT64_MAX,
				  .bytes = subject };
	struct recorded back = round_trip(&value);

	CHECK_TEXT(back.name, "memory.swap.current");
	CHECK_TEXT(back.bytes, subject);
	CHECK(back.value == 2500 && back.limit == UINT64_MAX);
	recorded_done(&back);
	/* A user may set a limit to anything. */
	value.limit = UINT64_MAX - 1;
	value.value = UINT64_MAX;
	back = round_trip(&value);
	CHECK(back.value == LLONG_MAX && back.limit == UINT64_MAX);
	recorded_done(&back);
	value.limit = 1 << 20;
	value.code = -EMFILE;
	back = round_trip(&value);
	CHECK(back.value == 0 && back.limit == 1 << 20 && back.code == -EMFILE);
	recorded_done(&back);
}

static void processes_come_back(void)
{
	const struct procfs_stat stat = {
		.pid = 42,
		.ppid = 7,
		.comm = "x) R 1\n\"",
		.state = 'S',
		.flags = 0x400000,
		.threads = 3,
		.start_ticks = 12345,
		.start_stack = 0x7ffd00000000,
	};
	struct recorded back =
		round_trip(&(struct recorded){ .kind = RECORDED_HOLD, .pid = 42, .stat = stat });

	CHECK_TEXT(back.stat.comm, stat.comm);
	CHECK_INT(back.stat.pid, stat.pid);
	CHECK_INT(back.stat.ppid, stat.ppid);
	CHECK_INT(back.stat.state, stat.state);
	CHECK_INT(back.stat.flags, stat.flags);
	CHECK_INT(back.stat.threads, stat.threads);
	CHECK_INT(back.stat.start_ticks, stat.start_ticks);
	CHECK_INT(back.stat.start_stack, stat.start_stack);
	back = round_trip(&(struct recorded){ .kind = RECORDED_STAT, .pid = 42, .code = -ESRCH });
	CHECK_INT(back.code, -ESRCH);
}

static void other_lines_are_refused(void)
{
	static const char *const bad[] = {
		"",
		"x",
		"[]",
		"{}",
		"{\"type\":\"stop\"}",
		"{\"type\":\"datagram\"}",
		"{\"type\":\"datagram\",\"time_ns\":1,\"hex\":\"0\"}",
		"{\"type\":\"datagram\",\"time_ns\":1,\"hex\":\"0G\"}",
		"{\"type\":\"datagram\",\"time_ns\":0,\"hex\":\"00\"}",
		"{\"type\":\"read\",\"pid\":0,\"name\":\"comm\",\"hex\":\"\"}",
		"{\"type\":\"read\",\"pid\":1,\"name\":\"a-name-of-more-than-thirty-one-bytes\",\"hex\":\"\"}",
		"{\"type\":\"read\",\"pid\":1,\"name\":\"comm\",\"code\":5}",
		"{\"type\":\"stat\",\"pid\":1,\"comm\":\"61\"}",
		"{\"type\":\"late\",\"time_ns\":1}",
		"{\"type\":\"late\",\"pid\":1}",
		"{\"type\":\"release\"}",
		"{\"type\":\"start\",\"time_ns\":1,\"version\":5,\"realtime_ns\":1,\"boottime_ns\":1,\"boot_id\":\"b\"}",
		"{\"type\":\"look\",\"time_ns\":1} x",
		"{\"type\":\"sample\",\"time_ns\":1,\"pid\":5}",
		"{\"type\":\"sample\",\"time_ns\":1,\"start_ticks\":1}",
		"{\"type\":\"sample\",\"start_ticks\":1,\"pid\":5}",
		"{\"type\":\"sample\",\"time_ns\":1,\"start_ticks\":1,\"pid\":5,\"thread\":5}",
		"{\"type\":\"sample\",\"time_ns\":1,\"start_ticks\":1,\"pid\":5,\"code\":1}",
		"{\"type\":\"value\",\"time_ns\":1,\"name\":\"nofile\",\"value\":1}",
		"{\"type\":\"value\",\"time_ns\":1,\"name\":\"nofile\",\"subject\":\"5\"}",
		"{\"type\":\"value\",\"time_ns\":1,\"subject\":\"5\",\"value\":1}",
		"{\"type\":\"value\",\"time_ns\":1,\"name\":\"nofile\",\"subject\":\"5\",\"value\":1,\"limit\":-1}",
		"{\"type\":\"found\",\"time_ns\":1,\"pid\":5,\"code\":-2}",
	};

	for (size_t i = 0; i < ELEMENTS(bad); i++) {
		struct slicectl_error error = SLICECTL_ERROR_INIT;
		struct recorded recorded;

		CHECK_INT(recorded_parse(bad[i], &recorded, &error), -EINVAL);
		CHECK(error.message[0] != '\0');
	}
}

static int count(const struct procfs_stat *stat, uint64_t looked_ns, void *data)
{
	CHECK(looked_ns > 0);
	CHECK_TEXT(stat->comm, "one");
	++*(int *)data;
	return 0;
}

/* What is asked live is answered again out of the recording, in any order within a
 * turn, once each. */
static void a_recording_answers_as_proc_did(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_free_ char *path = NULL;
	struct view live = { .proc_fd = tree.fd }, again = VIEW_NULL;
	const struct recorded *cause;
	char comm[PROCFS_COMM_SIZE];
	struct procfs_stat stat;
	int seen = 0;

	tree_write(&tree, "10/stat", "10 (one) S 1 0 0 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 12345 0 0\n");
	tree_write(&tree, "10/comm", "one\n");
	CHECK_FATAL(asprintf(&path, "%s/recording", tree.path) > 0);
	CHECK_INT(recording_create(path, &live.recording, NULL), 0);
	CHECK_INT(recording_create(path, &again.recording, NULL), -EEXIST);
	CHECK_INT(view_look(&live, count, &seen, NULL), 0);
	CHECK_INT(view_read_comm(&live, 10, comm), 0);
	CHECK_INT(view_read_comm(&live, 11, comm), -ESRCH);
	CHECK_INT(view_read_stat(&live, 10, &stat), 0);
	CHECK_INT(recording_close(live.recording), 0);

	CHECK_INT(replay_open(path, &again.replay, NULL), 0);
	CHECK_INT(replay_next(again.replay, &cause, NULL), 1);
	CHECK_INT(cause->kind, RECORDED_LOOK);
	CHECK_INT(view_look(&again, count, &seen, NULL), 0);
	CHECK_INT(seen, 2);
	CHECK_INT(view_read_stat(&again, 10, &stat), 0);
	CHECK_TEXT(stat.comm, "one");
	CHECK_INT(view_read_comm(&again, 11, comm), -ESRCH);
	CHECK_INT(view_read_comm(&again, 10, comm), 0);
	CHECK_TEXT(comm, "one");
	CHECK_INT(replay_missed(again.replay), 0);
	CHECK_INT(view_read_comm(&again, 10, comm), -ESRCH);
	CHECK_INT(replay_missed(again.replay), 1);
	CHECK(view_now_ns(&again) == cause->time_ns);
	CHECK_INT(replay_next(again.replay, &cause, NULL), 0);
	replay_close(again.replay);
}

static void a_broken_recording_names_the_line(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_free_ char *path = NULL;
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	const struct recorded *cause;
	struct replay *replay;

	CHECK_FATAL(asprintf(&path, "%s/recording", tree.path) > 0);
	CHECK_INT(replay_open(path, &replay, &error), -ENOENT);
	tree_write(&tree, "recording", "{\"type\":\"look\",\"time_ns\":1}\n");
	CHECK_INT(replay_open(path, &replay, &error), -EBADMSG);
	CHECK_HAS(error.message, "not a recording");
	tree_write(&tree, "recording",
		   "{\"type\":\"start\",\"time_ns\":1,\"version\":1,\"realtime_ns\":1,"
		   "\"boottime_ns\":1,\"boot_id\":\"b\"}\n"
		   "{\"type\":\"look\",\"time_ns\":1}\nrubbish\n");
	CHECK_INT(replay_open(path, &replay, &error), 0);
	CHECK_INT(replay_next(replay, &cause, &error), -EBADMSG);
	CHECK_HAS(error.message, "recording:3: ");
	replay_close(replay);
	tree_write(&tree, "recording",
		   "{\"type\":\"start\",\"time_ns\":1,\"version\":1,\"realtime_ns\":1,"
		   "\"boottime_ns\":1,\"boot_id\":\"b\"}\n"
		   "{\"type\":\"look\",\"time_ns\":1}\n{\"type\":\"lo");
	CHECK_INT(replay_open(path, &replay, &error), 0);
	CHECK_INT(replay_next(replay, &cause, &error), 1);
	CHECK_INT(replay_next(replay, &cause, &error), 0);
	CHECK(replay_is_cut(replay));
	replay_close(replay);
}

TEST_MAIN("recorded", CASE(bytes_come_back), CASE(signals_come_back), CASE(samples_come_back),
	  CASE(values_come_back), CASE(processes_come_back), CASE(other_lines_are_refused),
	  CASE(a_recording_answers_as_proc_did), CASE(a_broken_recording_names_the_line))
