/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <slicectl/watch.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/procfs.h"
#include "base/text.h"
#include "cli/ask.h"
#include "cli/print.h"
#include "cli/reconnect.h"
#include "cli/watch_print.h"
#include "control/client.h"
#include "observe/resource.h"
#include "observe/subject.h"

struct watch_options_set {
	const char *direction, *hysteresis;
	bool no_inherit;
	uint64_t count; /* UINT64_MAX: no end */
	uint64_t timeout_usec;
};

static int set_count(void *target, const struct option_row *row, const char *value,
		     struct slicectl_error *error)
{
	struct watch_options_set *options = target;

	return parse_u64(value, 1, UINT32_MAX, &options->count) == 0 ?
		       0 :
		       error_set(error, EINVAL, "'%s' is not a number of events",
				 TEXT_ESCAPE(value));
}

static const struct option_row rows[] = {
	{ "direction", 'd', "DIRECTION", "tell only of crossings up or down (default: both)",
	  option_row_set_text, offsetof(struct watch_options_set, direction) },
	{ "hysteresis", 0, "VALUE", "a sampled value is down when VALUE below it",
	  option_row_set_text, offsetof(struct watch_options_set, hysteresis) },
	{ "no-inherit", 0, NULL, "do not watch children that are forked later", option_row_set_flag,
	  offsetof(struct watch_options_set, no_inherit) },
	{ "count", 'n', "N", "exit after N crossings or changes", set_count, 0 },
	{ "timeout", 't', "TIME", "give up after TIME, with status 75", option_row_set_usec,
	  offsetof(struct watch_options_set, timeout_usec) },
	{ 0 },
};

static const struct watch_options_set defaults = { NULL, NULL, false, UINT64_MAX, UINT64_MAX };

const struct option_group watch_options = { rows, sizeof(struct watch_options_set), &defaults,
					    NULL };

/* One run of the command. */
struct watching {
	const struct invocation *invocation;
	const struct watch_options_set *options;
	struct slicectl_watch *watch;
	uint32_t *ids;    /* of each triplet; 0: its process has ended */
	uint64_t *starts; /* of the process of each triplet; 0: not known, or none is meant */
	size_t n;
	uint64_t left; /* events until the end */
	uint64_t deadline_usec;
	struct reconnect reconnect;
};

static const char *subject_of(const struct watching *watching, uint32_t id)
{
	for (size_t i = 0; i < watching->n; i++) {
		if (watching->ids[i] == id)
			return watching->invocation->operands[3 * i];
	}
	return "?";
}

static int show(struct watching *watching, const struct slicectl_watch_event *event)
{
	bool counts = event->kind == SLICECTL_WATCH_CROSSED || event->kind == SLICECTL_WATCH_CHANGED;

	if (counts && watching->left != UINT64_MAX)
		watching->left--;
	return watch_print_event(watching->invocation, event, subject_of(watching, event->id));
}

/* Everything that was watched has ended. */
static int check_end(struct watching *watching, struct slicectl_error *error)
{
	size_t count = 0;
	int r = slicectl_watch_count(watching->watch, &count, error);

	if (r < 0 || count > 0)
		return r;
	if (watching->options->count == UINT64_MAX) {
		watching->left = 0;
		return 0;
	}
	return error_set(error, ESRCH, "what was watched has ended before %llu event%s came",
			 (unsigned long long)watching->options->count,
			 watching->options->count == 1 ? "" : "s");
}

static int take_events(struct watching *watching, struct slicectl_error *error)
{
	struct slicectl_watch_event event;
	bool ended = false;
	int r = 0;

	while (r == 0 && watching->left > 0) {
		r = slicectl_watch_read(watching->watch, &event, sizeof(event), error);
		if (r < 0)
			break;
		ended = ended || event.kind == SLICECTL_WATCH_ENDED ||
			event.kind == SLICECTL_WATCH_DENIED;
		r = show(watching, &event);
	}
	if (r == -EAGAIN) {
		*error = (struct slicectl_error)SLICECTL_ERROR_INIT;
		r = 0;
	}
	return r == 0 && ended && watching->left > 0 ? check_end(watching, error) : r;
}

static int fail_late(const struct watching *watching, struct slicectl_error *error)
{
	uint64_t wanted = watching->options->count;

	if (wanted == UINT64_MAX)
		return error_set(error, ETIMEDOUT, "the time is over");
	return error_set(error, ETIMEDOUT, "%llu of %llu events came in time",
			 (unsigned long long)(wanted - watching->left), (unsigned long long)wanted);
}

static int follow(struct watching *watching, struct slicectl_error *error)
{
	int r = take_events(watching, error);

	while (r == 0 && watching->left > 0) {
		struct pollfd poller = { .fd = slicectl_watch_fd(watching->watch),
					 .events = POLLIN };
		uint64_t now = clock_now_usec(), deadline = watching->deadline_usec;
		int wait = deadline == UINT64_MAX ? -1 :
			   deadline > now         ? (int)((deadline - now) / 1000 % INT32_MAX) + 1 :
						    0;

		if (poll(&poller, 1, wait) > 0)
			r = take_events(watching, error);
		else if (clock_now_usec() >= deadline)
			r = fail_late(watching, error);
	}
	return r;
}

/* When the process started that the subject names by its pid; 0: it names none. */
static uint64_t start_of(const char *subject)
{
	_cleanup_close_ int proc_fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct subject parsed;
	struct procfs_stat stat;

	if (subject_parse(subject, &parsed, NULL) < 0 || parsed.pid <= 0 || proc_fd < 0)
		return 0;
	return procfs_read_stat(proc_fd, parsed.pid, &stat) == 0 ? stat.start_ticks : 0;
}

/* After slicectld was started again, a pid may be that of another process. */
static bool is_another(const struct watching *watching, size_t i, const char *subject)
{
	if (!watching->reconnect.is_lost || watching->starts[i] == 0 ||
	    start_of(subject) == watching->starts[i])
		return false;
	log_info("%s has ended", TEXT_ESCAPE(subject));
	return true;
}

static int add_levels(struct watching *watching, struct slicectl_error *error)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < watching->n; i++) {
		char **operands = &watching->invocation->operands[3 * i];
		const struct slicectl_watch_level level = {
			.subject = operands[0],
			.resource = operands[1],
			.level = operands[2],
			.direction = watching->options->direction,
			.hysteresis = watching->options->hysteresis,
			.no_inherit = watching->options->no_inherit,
		};

		watching->ids[i] = 0;
		if (is_another(watching, i, operands[0]))
			continue;
		if (!watching->reconnect.is_lost)
			watching->starts[i] = start_of(operands[0]);
		r = slicectl_watch_add(watching->watch, &level, &watching->ids[i], error);
	}
	return r;
}

static int print_first(uint32_t id, const struct slicectl_watch_level *level, const uint64_t *value,
		       void *data)
{
	return watch_print_first(((const struct watching *)data)->invocation, level, value);
}

static int watch_once(struct watching *watching, struct slicectl_error *error)
{
	int r = slicectl_watch_open(watching->invocation->root, &watching->watch, error);

	if (r < 0)
		return r;
	r = add_levels(watching, error);
	if (r == 0)
		r = check_end(watching, error);
	if (r == 0 && !watching->invocation->quiet)
		r = slicectl_watch_list(watching->watch, print_first, watching, error);
	if (r == 0 && fflush(stdout) != 0)
		r = -EPIPE;
	if (r == 0 && reconnect_done(&watching->reconnect))
		log_warning("slicectld runs again; what was crossed meanwhile is not told");
	if (r == 0)
		r = follow(watching, error);
	slicectl_watch_close(watching->watch);
	watching->watch = NULL;
	return r;
}

static const char *value_text(const json_t *entry, char out[RESOURCE_TEXT_SIZE])
{
	const struct resource *resource = resource_find(ask_text(entry, "resource", ""));
	const json_t *value = json_object_get(entry, "value");

	return resource && value ?
		       resource_text(resource, (uint64_t)json_integer_value(value), out) :
		       "-";
}

static int print_list(const json_t *reply)
{
	const json_t *entry;
	size_t i;

	json_array_foreach (json_object_get(reply, "watches"), i, entry) {
		char value[RESOURCE_TEXT_SIZE], who[300];
		const char *name = ask_text(entry, "name", NULL);

		if (name)
			(void)snprintf(who, sizeof(who), "[watch %s]", TEXT_ESCAPE(name));
		else
			(void)snprintf(who, sizeof(who), "uid %lld", ask_number(entry, "uid"));
		(void)printf("%s %s %s: %s, %s, %lld watched\n",
			     TEXT_ESCAPE(ask_text(entry, "subject", "?")),
			     TEXT_ESCAPE(ask_text(entry, "resource", "?")),
			     TEXT_ESCAPE(ask_text(entry, "level", "?")), value_text(entry, value),
			     who, ask_number(entry, "targets"));
	}
	return 0;
}

static int check_triplets(const struct invocation *invocation, struct slicectl_error *error)
{
	if (invocation->n_operands % 3 == 0)
		return 0;
	return error_set(error, EINVAL,
			 "watch: give SUBJECT RESOURCE LEVEL, once or several times, or list");
}

int cmd_watch(struct invocation *invocation, struct slicectl_error *error)
{
	const struct watch_options_set *options = invocation->options;
	struct watching watching = { .invocation = invocation,
				     .options = options,
				     .left = options->count,
				     .deadline_usec = clock_deadline_usec(options->timeout_usec) };
	_cleanup_free_ uint32_t *ids = NULL;
	_cleanup_free_ uint64_t *starts = NULL;
	int r;

	if (invocation->n_operands == 1 && text_equal(invocation->operands[0], "list"))
		return ask(invocation, "WatchList", NULL, print_list, error);
	r = check_triplets(invocation, error);
	if (r < 0)
		return r;
	watching.n = (size_t)invocation->n_operands / 3;
	watching.ids = ids = calloc(watching.n, sizeof(*ids));
	watching.starts = starts = calloc(watching.n, sizeof(*starts));
	if (!ids || !starts)
		return error_set(error, ENOMEM, "out of memory");
	do
		r = watch_once(&watching, error);
	while (reconnect_again(&watching.reconnect, r, watching.deadline_usec));
	if (r == -EPIPE && !error->code)
		return error_set(error, EPIPE, "cannot write to standard output");
	return r;
}
