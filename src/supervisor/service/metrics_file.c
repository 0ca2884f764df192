/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/service/metrics_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "base/safe_path.h"
#include "base/text.h"
#include "supervisor/service/metrics_text.h"
#include "supervisor/service/parts.h"

#define CLOSE_USEC CLOCK_USEC_PER_SEC

struct metrics_file {
	struct service *service;
	struct worker *writer; /* created when it is needed */
	sd_event_source *timer;
	bool failed; /* the last write failed, which was logged */
};

static const struct config_supervisor *config_of(const struct metrics_file *file)
{
	return &file->service->rooms.node->config->supervisor;
}

static sd_event *loop_of(const struct metrics_file *file)
{
	return file->service->rooms.node->loop;
}

struct metrics_write {
	struct job job;
	struct metrics_file *file; /* used only when the job has ended */
	char *path, *text;
	int code;
};

static struct metrics_write *write_of(struct job *job)
{
	return container_of(job, struct metrics_write, job);
}

static int write_aside(int directory_fd, const char *name, const char *text)
{
	/* An existing file or link of that name is removed, never followed. */
	_cleanup_close_ int fd = -1;
	size_t length = strlen(text);

	(void)unlinkat(directory_fd, name, 0);
	fd = openat(directory_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	while (length > 0) {
		ssize_t n = write(fd, text, length);

		if (n < 0)
			return -errno;
		text += n;
		length -= (size_t)n;
	}
	return 0;
}

/* Runs in the thread of the writer. */
static void run_write(struct job *job)
{
	struct metrics_write *writing = write_of(job);
	const char *name;
	_cleanup_close_ int directory_fd = safe_path_open_parent(writing->path, &name);
	_cleanup_free_ char *aside = directory_fd < 0 ? NULL : text_format("%s.new", name);
	int r = directory_fd < 0 ? directory_fd : aside ? 0 : -ENOMEM;

	if (r == 0)
		r = write_aside(directory_fd, aside, writing->text);
	if (r == 0 && renameat(directory_fd, aside, directory_fd, name) < 0)
		r = -errno;
	if (r < 0 && aside)
		(void)unlinkat(directory_fd, aside, 0);
	writing->code = r;
}

static void on_write_done(struct job *job)
{
	struct metrics_write *writing = write_of(job);
	struct metrics_file *file = writing->file;

	/* Logged once until a write succeeds again. */
	if (writing->code < 0 && writing->code != -ECANCELED && !file->failed)
		log_warning("cannot write the metrics to %s: %s", writing->path,
			    writing->code == -ENOLINK ?
				    "a user other than root leads it to the directory of somebody else" :
				    strerror(-writing->code));
	file->failed = writing->code < 0;
	free(writing->path);
	free(writing->text);
	free(writing);
}

static void begin_write(struct metrics_file *file)
{
	struct metrics_write *writing = calloc(1, sizeof(*writing));

	if (!writing)
		return;
	*writing = (struct metrics_write){ .job = { .run = run_write, .done = on_write_done },
					   .file = file,
					   .path = strdup(config_of(file)->metrics_file),
					   .text = metrics_text(file->service, METRICS_PROMETHEUS),
					   .code = -ECANCELED };
	if (writing->path && writing->text)
		worker_submit(file->writer, &writing->job, false);
	else
		on_write_done(&writing->job);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	struct metrics_file *file = data;

	if (!config_of(file)->metrics_file)
		return 0;
	/* While a write waits for the disk, no other is queued. */
	if (worker_pending(file->writer) == 0)
		begin_write(file);
	(void)sd_event_source_set_time_relative(source, config_of(file)->metrics_interval);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int open_writer(struct metrics_file *file, struct slicectl_error *error)
{
	const struct worker_options options = {
		.privilege = &file->service->rooms.node->privilege,
	};

	return file->writer ? 0 : worker_new(loop_of(file), &options, &file->writer, error);
}

void metrics_file_schedule(struct metrics_file *file)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	file->timer = sd_event_source_unref(file->timer);
	if (!config_of(file)->metrics_file)
		return;
	if (open_writer(file, &error) < 0) {
		log_warning("cannot write the metrics: %s", error.message);
		return;
	}
	(void)sd_event_add_time_relative(loop_of(file), &file->timer, CLOCK_MONOTONIC, 0, 1000,
					 on_timer, file);
}

struct metrics_file *metrics_file_new(struct service *service)
{
	struct metrics_file *file = calloc(1, sizeof(*file));

	if (file)
		file->service = service;
	return file;
}

bool metrics_file_close(struct metrics_file *file)
{
	bool done_in_time;

	if (!file)
		return true;
	file->timer = sd_event_source_unref(file->timer);
	done_in_time = worker_abandon(file->writer, CLOSE_USEC);
	if (done_in_time)
		free(file);
	return done_in_time;
}
