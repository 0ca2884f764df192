/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/replay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/text.h"

struct answer {
	struct recorded recorded;
	bool used;
};

struct replay {
	FILE *stream;
	char *path;
	char *line; /* buffer of getline() */
	size_t line_size, line_number;
	struct recorded start, cause, ahead; /* ahead: the next cause, already read */
	bool has_ahead;
	bool is_cut;            /* the file ends in the middle of a line */
	struct answer *answers; /* of the current cause */
	size_t n_answers, room;
	size_t n_passed; /* leading answers that are used, or found by the scan */
	uint64_t missed;
};

static bool is_cause(const struct recorded *recorded)
{
	return (recorded->kind >= RECORDED_DATAGRAM && recorded->kind <= RECORDED_LOOK) ||
	       recorded->kind == RECORDED_SAMPLE || recorded->kind == RECORDED_VALUE;
}

/* 1: a line; 0: the end of the file, or an incomplete last line. */
static int read_any_line(struct replay *replay, struct recorded *ret_recorded,
			 struct slicectl_error *error)
{
	ssize_t n = getline(&replay->line, &replay->line_size, replay->stream);
	struct slicectl_error problem = SLICECTL_ERROR_INIT;
	int r;

	if (n < 0)
		return ferror(replay->stream) ?
			       error_set(error, EIO, "cannot read %s", TEXT_ESCAPE(replay->path)) :
			       0;
	replay->line_number++;
	r = strlen(replay->line) != (size_t)n ?
		    error_set(&problem, EINVAL, "the line contains a NUL byte") :
		    recorded_parse(replay->line, ret_recorded, &problem);
	if (r == 0)
		return 1;
	/* The recorder was killed while it wrote the last line. */
	replay->is_cut = replay->line[n - 1] != '\n';
	if (replay->is_cut && r != -ENOMEM)
		return 0;
	return error_set(error, r == -ENOMEM ? ENOMEM : EBADMSG, "%s:%zu: %s",
			 TEXT_ESCAPE(replay->path), replay->line_number, problem.message);
}

/* Policies do not act in a replay. */
static int read_line(struct replay *replay, struct recorded *ret_recorded,
		     struct slicectl_error *error)
{
	int r = read_any_line(replay, ret_recorded, error);

	while (r == 1 && ret_recorded->kind == RECORDED_SIGNAL) {
		recorded_done(ret_recorded);
		r = read_any_line(replay, ret_recorded, error);
	}
	return r;
}

static int add_answer(struct replay *replay, const struct recorded *recorded)
{
	if (replay->n_answers == replay->room) {
		size_t room = replay->room ? 2 * replay->room : 16;
		struct answer *grown = reallocarray(replay->answers, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		replay->answers = grown;
		replay->room = room;
	}
	replay->answers[replay->n_answers++] = (struct answer){ .recorded = *recorded };
	return 0;
}

static void drop_answers(struct replay *replay)
{
	for (size_t i = 0; i < replay->n_answers; i++)
		recorded_done(&replay->answers[i].recorded);
	replay->n_answers = replay->n_passed = 0;
}

/* Reads the answers up to the next cause, which is kept in @ahead. */
static int read_answers(struct replay *replay, struct slicectl_error *error)
{
	struct recorded recorded;
	int r;

	while ((r = read_line(replay, &recorded, error)) > 0) {
		if (is_cause(&recorded)) {
			replay->ahead = recorded;
			replay->has_ahead = true;
			return 0;
		}
		if (add_answer(replay, &recorded) < 0) {
			recorded_done(&recorded);
			return error_set(error, ENOMEM, "out of memory");
		}
	}
	return r;
}

int replay_next(struct replay *replay, const struct recorded **ret_cause,
		struct slicectl_error *error)
{
	int r;

	drop_answers(replay);
	recorded_done(&replay->cause);
	if (!replay->has_ahead)
		return 0;
	replay->cause = replay->ahead;
	replay->ahead.bytes = NULL;
	replay->has_ahead = false;
	r = read_answers(replay, error);
	if (r < 0)
		return r;
	*ret_cause = &replay->cause;
	return 1;
}

static int read_start(struct replay *replay, struct slicectl_error *error)
{
	int r = read_line(replay, &replay->start, error);

	if (r == 0 || (r > 0 && replay->start.kind != RECORDED_START))
		return error_set(error, EBADMSG, "%s is not a recording of slicectld",
				 TEXT_ESCAPE(replay->path));
	if (r > 0)
		r = read_answers(replay, error); /* reads the first cause ahead */
	return r;
}

static int open_file(struct replay *replay, struct slicectl_error *error)
{
	/* O_NONBLOCK: opening a FIFO without a writer must not block. */
	int fd = open(replay->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	struct stat status;

	if (fd >= 0 && fstat(fd, &status) == 0 && !S_ISREG(status.st_mode)) {
		(void)close(fd);
		return error_set(error, EBADMSG, "%s is not a recording: not a regular file",
				 TEXT_ESCAPE(replay->path));
	}
	replay->stream = fd >= 0 ? fdopen(fd, "r") : NULL;
	if (!replay->stream)
		return error_set(error, errno, "cannot open the recording '%s': %s",
				 TEXT_ESCAPE(replay->path), strerror(errno));
	return 0;
}

int replay_open(const char *path, struct replay **ret_replay, struct slicectl_error *error)
{
	struct replay *replay = calloc(1, sizeof(*replay));
	int r;

	if (!replay || !(replay->path = strdup(path)))
		r = error_set(error, ENOMEM, "out of memory");
	else
		r = open_file(replay, error);
	if (r == 0)
		r = read_start(replay, error);
	if (r < 0) {
		replay_close(replay);
		return r;
	}
	*ret_replay = replay;
	return 0;
}

void replay_close(struct replay *replay)
{
	if (!replay)
		return;
	drop_answers(replay);
	free(replay->answers);
	recorded_done(&replay->start);
	recorded_done(&replay->cause);
	recorded_done(&replay->ahead);
	cleanup_fclose(&replay->stream);
	free(replay->line);
	free(replay->path);
	free(replay);
}

const struct recorded *replay_start(const struct replay *replay)
{
	return &replay->start;
}

uint64_t replay_now_ns(const struct replay *replay)
{
	return replay->cause.time_ns ? replay->cause.time_ns : replay->start.time_ns;
}

/* Questions come in the order of the recording unless the rules differ, so the search
 * begins after the answers that are used up. */
static void pass_used(struct replay *replay)
{
	while (replay->n_passed < replay->n_answers &&
	       (replay->answers[replay->n_passed].used ||
		replay->answers[replay->n_passed].recorded.kind == RECORDED_FOUND))
		replay->n_passed++;
}

const struct recorded *replay_answer(struct replay *replay, enum recorded_kind kind, pid_t pid,
				     const char *name)
{
	pass_used(replay);
	for (size_t i = replay->n_passed; i < replay->n_answers; i++) {
		struct answer *answer = &replay->answers[i];

		if (answer->used || answer->recorded.kind != kind || answer->recorded.pid != pid ||
		    (name && !text_equal(answer->recorded.name, name)))
			continue;
		answer->used = true;
		return &answer->recorded;
	}
	replay->missed++;
	return NULL;
}

bool replay_is_cut(const struct replay *replay)
{
	return replay->is_cut;
}

uint64_t replay_missed(const struct replay *replay)
{
	return replay->missed;
}

const struct recorded *replay_found(const struct replay *replay, size_t *at)
{
	while (*at < replay->n_answers) {
		const struct recorded *recorded = &replay->answers[(*at)++].recorded;

		if (recorded->kind == RECORDED_FOUND)
			return recorded;
	}
	return NULL;
}
