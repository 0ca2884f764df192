/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/report/audit_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "supervisor/work/worker.h"

#define WRITTEN_USEC (50 * CLOCK_USEC_PER_MSEC)
#define ON_DISK_USEC (2 * CLOCK_USEC_PER_SEC)
#define CLOSE_USEC CLOCK_USEC_PER_SEC
#define QUIET_USEC CLOCK_USEC_PER_MSEC

enum { WAITING_MAX = 4096, BEFORE_MAX = 4 };

struct audit_writer {
	struct audit audit;    /* used only by the thread once that has a job */
	struct worker *worker; /* NULL in a replay */
	char *path;            /* NULL: there is no log */
	bool is_default;       /* it is rotated by us */
	bool late; /* a record was waited for in vain; no other is, until all are written */
	uint64_t appended_usec; /* when the last record came */
	uint64_t progress_usec; /* when the last record was written, or began to wait alone */
	uint64_t written, failed, lost;
	/* The log before a reload, which could not take its last records yet. */
	struct audit_writer *before;
};

struct entry {
	struct job job;
	struct audit_writer *writer;
	char *line;
	bool on_disk;
	int code;
	int *ret_code; /* of the caller that waits; or NULL */
};

static struct entry *entry_of(struct job *job)
{
	return container_of(job, struct entry, job);
}

/* Runs in the thread. */
static void entry_run(struct job *job)
{
	struct entry *entry = entry_of(job);
	struct audit_writer *writer = entry->writer;

	entry->code = audit_append(&writer->audit, entry->line);
	if (entry->code == 0 && entry->on_disk)
		entry->code = audit_sync(&writer->audit);
	if (writer->is_default)
		audit_rotate(&writer->audit, AUDIT_LOG, AUDIT_BYTES_MAX);
}

static void count_lost(struct audit_writer *writer, int code)
{
	writer->failed++;
	/* Log the first failure only, not each lost record. */
	if (writer->lost++ == 0)
		log_warning("cannot write the audit log %s: %s; records are lost until it can be written again",
			    writer->path, strerror(-code));
}

static void count_written(struct audit_writer *writer)
{
	writer->written++;
	if (writer->lost > 0)
		log_warning("the audit log is written again; %llu records were lost",
			    (unsigned long long)writer->lost);
	writer->lost = 0;
}

static void entry_done(struct job *job)
{
	struct entry *entry = entry_of(job);
	struct audit_writer *writer = entry->writer;

	if (entry->code < 0)
		count_lost(writer, entry->code);
	else
		count_written(writer);
	if (entry->ret_code)
		*entry->ret_code = entry->code;
	if (worker_pending(writer->worker) == 0)
		writer->late = false;
	writer->progress_usec = clock_now_usec();
	free(entry->line);
	free(entry);
}

static struct entry *entry_new(struct audit_writer *writer, const struct record *record)
{
	_cleanup_free_ struct entry *entry = calloc(1, sizeof(*entry));
	char *line = entry ? record_format(record) : NULL;

	if (!line)
		return NULL;
	*entry = (struct entry){ .job = { .run = entry_run, .done = entry_done },
				 .writer = writer,
				 .line = line,
				 .code = -ECANCELED };
	return TAKE_PTR(entry);
}

static int lose(struct audit_writer *writer, int code)
{
	count_lost(writer, code);
	return code;
}

/* The entry has been submitted, and is freed when it is done. */
static int await(struct audit_writer *writer, struct entry *entry, const int *code, uint64_t usec)
{
	if (writer->late || !worker_settle_for(writer->worker, usec)) {
		entry->ret_code = NULL;
		writer->late = true;
		return -ETIMEDOUT;
	}
	return *code;
}

static int submit(struct audit_writer *writer, struct entry *entry, enum audit_wait wait)
{
	int code = 0, r;

	entry->on_disk = wait == AUDIT_ON_DISK;
	entry->ret_code = wait == AUDIT_LATER ? NULL : &code;
	if (!writer->worker) {
		entry_run(&entry->job);
		entry_done(&entry->job);
		return code;
	}
	if (worker_pending(writer->worker) == 0)
		writer->progress_usec = clock_now_usec();
	worker_submit(writer->worker, &entry->job, false);
	if (wait == AUDIT_LATER)
		return 0;
	r = await(writer, entry, &code, wait == AUDIT_ON_DISK ? ON_DISK_USEC : WRITTEN_USEC);
	return r == -ETIMEDOUT && wait != AUDIT_ON_DISK ? 0 : r;
}

static void ending_run(struct job *job)
{
	audit_close(&entry_of(job)->writer->audit);
}

static void ending_done(struct job *job)
{
	free(entry_of(job));
}

/* Closing a file can wait for its file system, too, so the thread does it. */
static void submit_ending(struct audit_writer *writer)
{
	bool was_used = writer->worker && writer->progress_usec > 0;
	struct entry *ending = was_used ? calloc(1, sizeof(*ending)) : NULL;

	if (!ending) {
		audit_close(&writer->audit);
		return;
	}
	ending->job = (struct job){ .run = ending_run, .done = ending_done };
	ending->writer = writer;
	worker_submit(writer->worker, &ending->job, false);
}

/* Waits until what is queued is done.  False when the log hangs; the worker is then left behind. */
static bool settle(struct audit_writer *writer, uint64_t usec)
{
	size_t pending;

	if (worker_settle_for(writer->worker, usec))
		return true;
	pending = worker_pending(writer->worker) - 1; /* the ending is not a record */
	log_error("the audit log %s hangs; %zu record%s lost", writer->path, pending,
		  pending == 1 ? " is" : "s are");
	writer->lost = 1; /* that has been said */
	if (!worker_abandon(writer->worker, 0))
		return false;
	writer->worker = NULL;
	return true;
}

static bool writer_free(struct audit_writer *writer, uint64_t usec)
{
	if (!settle(writer, usec))
		return false;
	(void)worker_free(writer->worker);
	free(writer->path);
	free(writer);
	return true;
}

/* Frees the writers before this one that are done. */
static void reap(struct audit_writer *writer)
{
	struct audit_writer *before = writer->before;

	if (!before)
		return;
	reap(before);
	if (before->before || worker_pending(before->worker) > 0)
		return;
	writer->written += before->written;
	writer->failed += before->failed;
	writer->before = NULL;
	(void)writer_free(before, 0);
}

/* While few records come, each is in the log before its action is seen elsewhere. */
static bool is_quiet(struct audit_writer *writer)
{
	uint64_t now = clock_now_usec(), before = writer->appended_usec;

	writer->appended_usec = now;
	return now > before + QUIET_USEC;
}

int audit_writer_append(struct audit_writer *writer, const struct record *record,
			enum audit_wait wait)
{
	struct entry *entry;

	reap(writer);
	if (!writer->path)
		return 0;
	if (wait == AUDIT_LATER && is_quiet(writer))
		wait = AUDIT_WRITTEN;
	if (worker_pending(writer->worker) >= WAITING_MAX)
		return lose(writer, -EAGAIN);
	entry = entry_new(writer, record);
	return entry ? submit(writer, entry, wait) : lose(writer, -ENOMEM);
}

bool audit_writer_is_off(const struct audit_writer *writer)
{
	return !writer->path;
}

static size_t count_hung(const struct audit_writer *writer)
{
	size_t pending = worker_pending(writer->worker);

	return clock_now_usec() > writer->progress_usec + ON_DISK_USEC ? pending : 0;
}

struct audit_counts audit_writer_counts(const struct audit_writer *writer)
{
	struct audit_counts counts = { .lost = writer->lost };

	for (; writer; writer = writer->before) {
		counts.written += writer->written;
		counts.failed += writer->failed;
		counts.waiting += count_hung(writer);
	}
	return counts;
}

static int start(struct audit_writer *writer, const struct node *node, struct slicectl_error *error)
{
	const struct worker_options options = { .privilege = &node->privilege };

	if (!node->view.replay)
		return worker_new(node->loop, &options, &writer->worker, error);
	writer->audit.may_block = false; /* a replay waits for its reader */
	return 0;
}

int audit_writer_new(const struct node *node, const char *key, struct audit *audit,
		     struct audit_writer **ret_writer, struct slicectl_error *error)
{
	struct audit_writer *writer = calloc(1, sizeof(*writer));
	int r;

	if (!writer) {
		audit_close(audit);
		return error_set(error, ENOMEM, "out of memory");
	}
	writer->audit = *audit;
	writer->is_default = !key;
	*audit = AUDIT_NULL;
	if (writer->audit.fd >= 0)
		writer->path = strdup(audit_path(key));
	r = writer->audit.fd >= 0 && !writer->path ? error_set(error, ENOMEM, "out of memory") :
						     start(writer, node, error);
	if (r < 0)
		(void)audit_writer_close(writer);
	else
		*ret_writer = writer;
	return r;
}

static unsigned count_before(const struct audit_writer *writer)
{
	return writer->before ? 1 + count_before(writer->before) : 0;
}

void audit_writer_replace(struct audit_writer *writer, struct audit_writer *before)
{
	submit_ending(before);
	(void)worker_settle_for(before->worker, WRITTEN_USEC);
	writer->before = before;
	reap(writer);
	if (count_before(writer) <= BEFORE_MAX)
		return;
	/* The oldest that hang. */
	while (before->before->before)
		before = before->before;
	(void)writer_free(TAKE_PTR(before->before), 0);
}

bool audit_writer_close(struct audit_writer *writer)
{
	bool done = true;

	if (!writer)
		return true;
	submit_ending(writer);
	for (struct audit_writer *next = writer; (writer = next);) {
		next = writer->before;
		done = writer_free(writer, done ? CLOSE_USEC : 0) && done;
	}
	return done;
}
