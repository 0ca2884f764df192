/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/view.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/parse.h"
#include "base/text.h"

uint64_t view_now_ns(const struct view *view)
{
	return view->replay ? replay_now_ns(view->replay) : clock_now_ns(CLOCK_MONOTONIC);
}

uint64_t view_realtime_ns(const struct view *view)
{
	const struct recorded *start;

	if (!view->replay)
		return clock_now_ns(CLOCK_REALTIME);
	start = replay_start(view->replay);
	return start->realtime_ns + (replay_now_ns(view->replay) - start->time_ns);
}

bool view_is_younger(const struct view *view, const struct procfs_stat *stat, uint64_t monotonic_ns)
{
	const struct recorded *start;

	if (!view->replay)
		return stat->start_ticks > identity_ticks(monotonic_ns);
	start = replay_start(view->replay);
	return stat->start_ticks >
	       identity_ticks_after(monotonic_ns, start->boottime_ns - start->time_ns);
}

/* -ESRCH when the recording has no answer. */
static int code_of(const struct recorded *answer)
{
	return answer ? answer->code : -ESRCH;
}

static ssize_t replay_read(struct view *view, pid_t pid, const char *file, char *buffer, size_t size)
{
	const struct recorded *answer = replay_answer(view->replay, RECORDED_READ, pid, file);
	size_t n;

	if (code_of(answer) < 0)
		return code_of(answer);
	n = answer->size < size ? answer->size : size;
	memcpy(buffer, answer->bytes, n);
	return (ssize_t)n;
}

/* The kernel reads these from the memory of the process. */
static bool is_slow(const char *file)
{
	return text_equal(file, "cmdline") || text_equal(file, "environ");
}

ssize_t view_read(struct view *view, pid_t pid, const char *file, char *buffer, size_t size)
{
	struct recorded answer = { .kind = RECORDED_READ, .pid = pid, .bytes = buffer };
	ssize_t n;

	if (view->replay)
		return replay_read(view, pid, file, buffer, size);
	n = view->reader && is_slow(file) ? reader_read(view->reader, pid, file, buffer, size) :
					    procfs_read_part(view->proc_fd, pid, file, buffer, size);
	if (view->recording) {
		(void)strncpy(answer.name, file, sizeof(answer.name) - 1);
		answer.code = n < 0 ? (int)n : 0;
		answer.size = n < 0 ? 0 : (size_t)n;
		recording_add(view->recording, &answer);
	}
	return n;
}

static void note_cause(struct view *view, enum recorded_kind kind, pid_t pid)
{
	if (view->recording)
		recording_add(view->recording,
			      &(struct recorded){ .kind = kind,
						  .time_ns = clock_now_ns(CLOCK_MONOTONIC),
						  .pid = pid });
}

void view_note_late(struct view *view, pid_t pid)
{
	note_cause(view, RECORDED_LATE, pid);
}

void view_note_release(struct view *view)
{
	note_cause(view, RECORDED_RELEASE, 0);
}

void view_note(struct view *view, const struct recorded *recorded)
{
	if (view->recording)
		recording_add(view->recording, recorded);
}

void view_forget(struct view *view, pid_t pid, bool unfinished)
{
	if (view->reader)
		reader_forget(view->reader, pid, unfinished);
}

int view_read_comm(struct view *view, pid_t pid, char ret_comm[PROCFS_COMM_SIZE])
{
	char text[64];
	ssize_t n = view_read(view, pid, "comm", text, sizeof(text));

	if (n < 0)
		return (int)n;
	procfs_comm_parse(text, (size_t)n, ret_comm);
	return 0;
}

int view_read_uid(struct view *view, pid_t pid, uid_t *ret_uid)
{
	char text[4096];
	ssize_t n = view_read(view, pid, "status", text, sizeof(text) - 1);

	if (n < 0)
		return (int)n;
	text[n] = '\0';
	return procfs_uid_parse(text, ret_uid);
}

static int replay_stat(struct view *view, enum recorded_kind kind, pid_t pid,
		       struct procfs_stat *ret_stat)
{
	const struct recorded *answer = replay_answer(view->replay, kind, pid, NULL);

	if (code_of(answer) == 0)
		*ret_stat = answer->stat;
	return code_of(answer);
}

static void record_stat(struct view *view, enum recorded_kind kind, pid_t pid, int code,
			const struct procfs_stat *stat)
{
	struct recorded answer = { .kind = kind, .pid = pid, .code = code };

	if (!view->recording)
		return;
	if (code == 0)
		answer.stat = *stat;
	recording_add(view->recording, &answer);
}

int view_read_stat(struct view *view, pid_t pid, struct procfs_stat *ret_stat)
{
	int r;

	if (view->replay)
		return replay_stat(view, RECORDED_STAT, pid, ret_stat);
	r = procfs_read_stat(view->proc_fd, pid, ret_stat);
	record_stat(view, RECORDED_STAT, pid, r, ret_stat);
	return r;
}

int view_hold(struct view *view, pid_t pid, struct held_process *ret_held)
{
	int r;

	if (view->replay) {
		ret_held->pidfd = -1;
		return replay_stat(view, RECORDED_HOLD, pid, &ret_held->stat);
	}
	r = held_process_open(view->proc_fd, pid, ret_held);
	record_stat(view, RECORDED_HOLD, pid, r, &ret_held->stat);
	return r;
}

static int replay_look(struct view *view, view_visit visit, void *data)
{
	const struct recorded *found;
	size_t at = 0;
	int r = 0;

	while (r == 0 && (found = replay_found(view->replay, &at)))
		r = visit(&found->stat, found->time_ns, data);
	return r;
}

static DIR *open_again(int proc_fd)
{
	int fd = openat(proc_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);

	if (!directory && fd >= 0)
		(void)close(fd);
	return directory;
}

static void record_look(struct view *view, enum recorded_kind kind, uint64_t looked_ns,
			const struct procfs_stat *stat)
{
	struct recorded found = { .kind = kind, .time_ns = looked_ns };

	if (!view->recording)
		return;
	if (stat) {
		found.pid = stat->pid;
		found.stat = *stat;
	}
	recording_add(view->recording, &found);
}

enum { READ_TRIES_MAX = 10 };

/* Reads the process and a time at which it existed.  A process that was forked after the clock was
 * read is read again, because it would be taken for a later process with the same pid. */
static int look_at_process(const struct view *view, pid_t pid, struct procfs_stat *ret_stat,
			   uint64_t *ret_looked_ns)
{
	int tries = 0, r;

	do {
		*ret_looked_ns = clock_now_ns(CLOCK_MONOTONIC);
		r = procfs_read_stat(view->proc_fd, pid, ret_stat);
	} while (r == 0 && ret_stat->start_ticks > identity_ticks(*ret_looked_ns) &&
		 ++tries < READ_TRIES_MAX);
	return r;
}

/* Visits one entry of the directory. */
static int look_at(struct view *view, const char *name, view_visit visit, void *data,
		   struct slicectl_error *error)
{
	uint64_t looked_ns;
	struct procfs_stat stat;
	pid_t pid;
	int r;

	if (parse_pid(name, &pid) < 0)
		return 0;
	r = look_at_process(view, pid, &stat, &looked_ns);
	if (error_is_shortage(r))
		return error_set(error, -r, "cannot read process %d in /proc: %s", (int)pid,
				 strerror(-r));
	if (r < 0)
		return 0;
	record_look(view, RECORDED_FOUND, looked_ns, &stat);
	return visit(&stat, looked_ns, data);
}

int view_look(struct view *view, view_visit visit, void *data, struct slicectl_error *error)
{
	_cleanup_closedir_ DIR *directory = NULL;
	struct dirent *entry;
	int r = 0;

	if (view->replay)
		return replay_look(view, visit, data);
	directory = open_again(view->proc_fd);
	if (!directory)
		return error_set(error, errno, "cannot list the processes in /proc: %s",
				 strerror(errno));
	record_look(view, RECORDED_LOOK, clock_now_ns(CLOCK_MONOTONIC), NULL);
	while (r == 0 && (entry = readdir(directory)))
		r = look_at(view, entry->d_name, visit, data, error);
	return r;
}
