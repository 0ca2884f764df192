/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/watch/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "supervisor/watch/parts.h"

static struct watch *find_same(const struct watches *watches, const struct config_watch *section)
{
	struct watch *watch;

	DL_FOREACH (watches->list, watch) {
		if (watch->stale && text_equal(watch->name, section->name) &&
		    watch_spec_equal(&watch->spec, &section->spec) &&
		    watch->spec.direction == section->spec.direction &&
		    watch->spec.inherits == section->spec.inherits &&
		    watch->spec.hysteresis.kind == section->spec.hysteresis.kind &&
		    watch->spec.hysteresis.value == section->spec.hysteresis.value)
			return watch;
	}
	return NULL;
}

static int begin_section(struct watches *watches, const struct config_watch *section,
			 struct slicectl_error *error)
{
	struct watch *watch = find_same(watches, section);
	int r = 0;

	if (!watch) {
		watch = watch_new(watches, &section->text, error);
		if (!watch)
			return -error->code;
		watch->name = strdup(section->name);
		r = watch->name ? subject_bind(watch, error) : -ENOMEM;
	}
	generation_unref(watch->generation);
	watch->generation = generation_ref(watches->node->generation);
	watch->section = section;
	watch->stale = false;
	/* A cgroup may be made later; of what else there is none, there may be some. */
	if (!watch->bindings && section->spec.subject.kind == SUBJECT_CGROUP)
		watches->n_missing++;
	return r;
}

static void begin_sections(struct watches *watches)
{
	const struct config *config = watches->node->config;

	for (size_t i = 0; i < config->n_watches; i++) {
		const struct config_watch *section = &config->watches[i];
		struct slicectl_error error = SLICECTL_ERROR_INIT;
		int r = begin_section(watches, section, &error);

		if (r == -ENOENT && section->spec.subject.kind == SUBJECT_CGROUP)
			log_debug("watch %s: %s; it is looked for every second", section->name,
				  error.message);
		else if (r < 0)
			log_warning("watch %s: %s", section->name, error.message);
	}
}

static void free_stale(struct watches *watches)
{
	struct watch *watch, *next;

	DL_FOREACH_SAFE (watches->list, watch, next) {
		if (watch->stale)
			watch_free(watch);
	}
}

void watches_apply(struct watches *watches)
{
	struct watch *watch;

	if (!watches)
		return;
	DL_FOREACH (watches->list, watch)
		watch->stale = !watch->subscriber;
	watches->n_missing = 0;
	begin_sections(watches);
	free_stale(watches);
	if (watches->list)
		due_set(watches, clock_now_ns(CLOCK_MONOTONIC));
}

void watches_replay(struct watches *watches, const struct recorded *recorded)
{
	struct target *target = target_find(watches, recorded->bytes);
	struct gauge *gauge;

	/* A cgroup that was made again since. */
	if (!target) {
		watches->looked_ns = 0;
		subject_look_for_missing(watches, recorded->time_ns);
		target = target_find(watches, recorded->bytes);
	}
	if (target && recorded->code == -ESRCH) {
		ending_of_target(target, recorded->time_ns);
		return;
	}
	gauge = target ? gauge_find(target, resource_find(recorded->name)) : NULL;
	if (gauge)
		reading_replay(gauge, recorded);
}

static struct watch_view view_of(const struct watch *watch)
{
	const struct binding *first = watch->bindings;
	struct watch_view view = {
		.id = watch->id,
		.name = watch->name,
		.uid = watch->subscriber ? watch->subscriber->caller.uid : 0,
		.text = &watch->text,
		.spec = &watch->spec,
		.targets = watch->n_bindings,
	};

	if (!first)
		return view;
	if (!permission_holds(first))
		return view;
	view.has_value = first->gauge->has_value;
	view.value = first->gauge->value;
	view.has_level = binding_level(first, &view.level);
	return view;
}

void watches_each(const struct watches *watches, const struct subscriber *subscriber,
		  bool (*visit)(const struct watch_view *view, void *data), void *data)
{
	const struct watch *watch;

	DL_FOREACH (watches->list, watch) {
		struct watch_view view;

		if (subscriber && watch->subscriber != subscriber)
			continue;
		view = view_of(watch);
		if (!visit(&view, data))
			return;
	}
}

struct watches_counts watches_counts(const struct watches *watches)
{
	return watches->counts;
}

/* Most are for processes, moves and clients. */
static size_t share_of_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 0;
	return limit.rlim_cur / 4 < GAUGES_MAX ? (size_t)limit.rlim_cur / 4 : GAUGES_MAX;
}

int watches_new(struct node *node, struct families *families, struct report *report, struct act *act,
		struct observe *observe, struct watches **ret_watches, struct slicectl_error *error)
{
	struct watches *watches = calloc(1, sizeof(*watches));
	int r;

	if (!watches)
		return error_set(error, ENOMEM, "out of memory");
	*watches = (struct watches){ .node = node,
				     .families = families,
				     .report = report,
				     .act = act,
				     .observe = observe,
				     .on_told = reading_on_told,
				     .max_fds = share_of_descriptors(),
				     .next_ns = UINT64_MAX };
	r = sampling_begin(watches);
	if (r >= 0)
		r = queue_begin(watches);
	if (r < 0) {
		watches_free(watches);
		return error_set(error, -r, "cannot watch levels: %s", strerror(-r));
	}
	*ret_watches = watches;
	return 0;
}

struct watches *watches_free(struct watches *watches)
{
	if (!watches)
		return NULL;
	while (watches->list)
		watch_free(watches->list);
	watches->timer = sd_event_source_unref(watches->timer);
	watches->waker = sd_event_source_unref(watches->waker);
	free(watches);
	return NULL;
}
