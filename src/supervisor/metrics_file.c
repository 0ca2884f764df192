/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/metrics_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "base/text.h"
#include "supervisor/metrics_text.h"

#define CLOSE_USEC CLOCK_USEC_PER_SEC

struct writing {
	struct job job;
	struct supervisor *supervisor; /* for the end of the job only */
	char *path, *text;
	int code;
};

static struct writing *writing_of(struct job *job)
{
	return container_of(job, struct writing, job);
}

static int write_aside(const char *path, const char *text)
{
	/* Whatever stands there is not followed, and not kept. */
	_cleanup_close_ int fd = -1;
	size_t length = strlen(text);

	(void)unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
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

/* In the thread. */
static void run(struct job *job)
{
	struct writing *writing = writing_of(job);
	_cleanup_free_ char *aside = text_format("%s.new", writing->path);
	int r = aside ? write_aside(aside, writing->text) : -ENOMEM;

	if (r == 0 && rename(aside, writing->path) < 0)
		r = -errno;
	if (r < 0 && aside)
		(void)unlink(aside);
	writing->code = r;
}

static void done(struct job *job)
{
	struct writing *writing = writing_of(job);
	struct supervisor *supervisor = writing->supervisor;

	/* Once for each time that it fails. */
	if (writing->code < 0 && writing->code != -ECANCELED && !supervisor->metrics_failed)
		log_warning("cannot write the metrics to %s: %s", writing->path,
			    strerror(-writing->code));
	supervisor->metrics_failed = writing->code < 0;
	free(writing->path);
	free(writing->text);
	free(writing);
}

static void begin(struct supervisor *supervisor)
{
	struct writing *writing = calloc(1, sizeof(*writing));

	if (!writing)
		return;
	*writing = (struct writing){ .job = { .run = run, .done = done },
				     .supervisor = supervisor,
				     .path = strdup(supervisor->config->supervisor.metrics_file),
				     .text = metrics_text(supervisor, METRICS_PROMETHEUS),
				     .code = -ECANCELED };
	if (writing->path && writing->text)
		worker_submit(&supervisor->metrics_writer, &writing->job, false);
	else
		done(&writing->job);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	struct supervisor *supervisor = data;

	if (!supervisor->config->supervisor.metrics_file)
		return 0;
	/* One that waits for its disk is not followed by others. */
	if (supervisor->metrics_writer.pending == 0)
		begin(supervisor);
	(void)sd_event_source_set_time_relative(source,
						supervisor->config->supervisor.metrics_interval);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

void metrics_file_schedule(struct supervisor *supervisor)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	supervisor->metrics_timer = sd_event_source_unref(supervisor->metrics_timer);
	if (!supervisor->config->supervisor.metrics_file)
		return;
	if (!supervisor->metrics_writer.source &&
	    worker_open(&supervisor->metrics_writer, supervisor->loop, &error) < 0) {
		log_warning("no metrics are written: %s", error.message);
		return;
	}
	(void)sd_event_add_time_relative(supervisor->loop, &supervisor->metrics_timer,
					 CLOCK_MONOTONIC, 0, 1000, on_timer, supervisor);
}

bool metrics_file_close(struct supervisor *supervisor)
{
	supervisor->metrics_timer = sd_event_source_unref(supervisor->metrics_timer);
	return worker_abandon(&supervisor->metrics_writer, CLOSE_USEC);
}
