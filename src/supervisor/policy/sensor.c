/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <utlist.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/interface.h"
#include "cgroup/usage.h"
#include "supervisor/policy/parts.h"

enum { TEXT_SIZE = 16 * 1024 };

enum { IDLE_TICKS = 6 };

/* A counter is compared over at least this time. */
#define SPAN_MIN_NS (200 * CLOCK_NSEC_PER_MSEC)

static void close_sensor(struct sensor *sensor)
{
	sensor->trigger = sd_event_source_unref(sensor->trigger);
	cleanup_close(&sensor->fd);
	sensor->fd = -1;
}

void sensor_free(struct sensor *sensor)
{
	DL_DELETE(sensor->policy->sensors, sensor);
	HASH_DEL(sensor->policy->sensors_by_id, sensor);
	close_sensor(sensor);
	free(sensor->path);
	free(sensor);
}

static int on_trigger(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct sensor *sensor = data;
	struct policy *policy = sensor->policy;

	if (events & (EPOLLERR | EPOLLHUP))
		close_sensor(sensor);
	policy_wake(policy);
	return 0;
}

/* The kernel reports when the stall within two seconds reaches the level.  Without that the signal is
 * read every second. */
static void set_trigger(struct sensor *sensor)
{
	const struct policy_spec *spec = &sensor->policy->section->spec;
	uint64_t stall_usec = spec->above * USAGE_TRIGGER_USEC / 10000;

	if (spec->signal->kind != SIGNAL_OF_PRESSURE ||
	    usage_set_trigger(sensor->fd, spec->signal->key, stall_usec > 0 ? stall_usec : 1) < 0)
		return;
	if (sd_event_add_io(sensor->policy->policies->node->loop, &sensor->trigger, sensor->fd,
			    EPOLLPRI, on_trigger, sensor) < 0)
		sensor->trigger = NULL;
}

static int open_machine(const struct sensor *sensor, int mode)
{
	_cleanup_free_ char *file =
		text_format("pressure/%.*s",
			    (int)strcspn(sensor->policy->section->spec.signal->file, "."),
			    sensor->policy->section->spec.signal->file);
	int fd = file ? openat(sensor->policy->policies->node->view.proc_fd, file,
			       mode | O_CLOEXEC | O_NONBLOCK) :
			-1;

	return fd < 0 ? -errno : fd;
}

static int open_file(const struct sensor *sensor, bool for_trigger)
{
	const struct policies *policies = sensor->policy->policies;

	return sensor->path ? usage_open(policies->node->hierarchy, sensor->path,
					 sensor->policy->section->spec.signal->file, for_trigger) :
			      open_machine(sensor, for_trigger ? O_RDWR : O_RDONLY);
}

static void open_sensor(struct sensor *sensor)
{
	const struct policy_spec *spec = &sensor->policy->section->spec;
	bool wants = spec->signal->kind == SIGNAL_OF_PRESSURE && !spec->action->reclaims;

	sensor->fd = open_file(sensor, wants);
	if (sensor->fd >= 0 && wants)
		set_trigger(sensor);
	else if (sensor->fd < 0 && wants)
		sensor->fd = open_file(sensor, false);
}

static struct sensor *find(const struct policy *policy, uint64_t id)
{
	struct sensor *sensor;

	HASH_FIND(hh, policy->sensors_by_id, &id, sizeof(id), sensor);
	return sensor;
}

static void see(struct policy *policy, const char *path, uint64_t id)
{
	struct sensor *sensor = find(policy, id);

	if (sensor) {
		sensor->seen = true;
		return;
	}
	sensor = calloc(1, sizeof(*sensor));
	if (!sensor)
		return;
	*sensor = (struct sensor){
		.policy = policy,
		.path = path ? strdup(path) : NULL,
		.id = id,
		.fd = -1,
		.code = -EAGAIN,
		.seen = true,
	};
	HASH_ADD(hh, policy->sensors_by_id, id, sizeof(sensor->id), sensor);
	if (!HASH_IS_IN(sensor)) {
		free(sensor->path);
		free(sensor);
		return;
	}
	if (path && !sensor->path) {
		HASH_DEL(policy->sensors_by_id, sensor);
		free(sensor);
		return;
	}
	DL_APPEND(policy->sensors, sensor);
	open_sensor(sensor);
}

void sensor_refresh(struct policy *policy)
{
	const struct policy_spec *spec = &policy->section->spec;
	struct sensor *sensor, *next;

	DL_FOREACH (policy->sensors, sensor)
		sensor->seen = false;
	policy->is_complete = spec->n_protects > 0 ? subject_each(policy->policies, spec->protects,
								  spec->n_protects, see, policy) :
						     subject_each(policy->policies, spec->subjects,
								  spec->n_subjects, see, policy);
	DL_FOREACH_SAFE (policy->sensors, sensor, next) {
		if (!sensor->seen)
			sensor_free(sensor);
	}
}

static int read_pressure(struct sensor *sensor, const char *text, uint64_t now_ns,
			 uint64_t *ret_signal)
{
	struct pressure_line line;
	int r = pressure_parse(text, sensor->policy->section->spec.signal->key, &line);

	if (r < 0)
		return r;
	return pressure_window_take(&sensor->window, line.total_usec, now_ns, ret_signal) ? 0 :
											    -EAGAIN;
}

static int parse_counter(const struct tune_signal *signal, const char *text, uint64_t *ret_counter)
{
	if (signal->kind != SIGNAL_OF_BYTES)
		return interface_parse_key(text, signal->key, ret_counter);
	*ret_counter = usage_parse_io(text, "rbytes") + usage_parse_io(text, "wbytes");
	return 0;
}

/* What stands for the whole: the periods since the last sample, or the time, in the unit that makes
 * hundredths of what was added: of a second, or of one processor. */
static uint64_t whole_of(const struct tune_signal *signal, uint64_t periods, uint64_t span_ns)
{
	if (signal->kind == SIGNAL_OF_THROTTLE)
		return periods;
	return signal->kind == SIGNAL_OF_USE ? span_ns / 1000 : span_ns / 10000000;
}

/* What has been added since the last sample: of all periods, or a second, in hundredths. */
static int read_counter(struct sensor *sensor, const char *text, uint64_t now_ns,
			uint64_t *ret_signal)
{
	const struct tune_signal *signal = sensor->policy->section->spec.signal;
	uint64_t counter, periods = 0, added, over, since_ns = sensor->read_ns;
	int r = parse_counter(signal, text, &counter);

	/* Another policy may have woken this one; nothing follows from so short a time. */
	if (since_ns > 0 && now_ns < since_ns + SPAN_MIN_NS) {
		*ret_signal = sensor->last;
		return sensor->has_last ? 0 : -EAGAIN;
	}

	if (r == 0 && signal->kind == SIGNAL_OF_THROTTLE)
		r = interface_parse_key(text, "nr_periods", &periods);
	if (r < 0)
		return r;
	added = counter > sensor->counter ? counter - sensor->counter : 0;
	over = whole_of(signal, periods > sensor->periods ? periods - sensor->periods : 0,
			now_ns - since_ns);
	sensor->counter = counter;
	sensor->periods = periods;
	sensor->read_ns = now_ns;
	if (since_ns == 0)
		return -EAGAIN;
	sensor->last = over > 0 ? added * 10000 / over : 0;
	sensor->has_last = true;
	*ret_signal = sensor->last;
	return 0;
}

static int read_sensor(struct sensor *sensor, uint64_t now_ns, uint64_t *ret_signal)
{
	char text[TEXT_SIZE];
	ssize_t n;

	if (sensor->fd < 0)
		open_sensor(sensor);
	if (sensor->fd < 0)
		return sensor->fd;
	n = usage_read_text(sensor->fd, text, sizeof(text));
	if (n < 0)
		return (int)n;
	return sensor->policy->section->spec.signal->kind == SIGNAL_OF_PRESSURE ?
		       read_pressure(sensor, text, now_ns, ret_signal) :
		       read_counter(sensor, text, now_ns, ret_signal);
}

/* Whether the cgroup has run since the last sample. */
static bool has_run(struct sensor *sensor, uint64_t now_ns)
{
	uint64_t usec, before_usec = sensor->usage_usec, before_ns = sensor->usage_ns;

	if (!sensor->path)
		return true;
	if (hierarchy_read_key(sensor->policy->policies->node->hierarchy, sensor->path, "cpu.stat",
			       "usage_usec", &usec) < 0)
		return false;
	sensor->usage_usec = usec;
	sensor->usage_ns = now_ns;
	if (before_ns == 0 || now_ns <= before_ns)
		return true;
	return !gate_is_idle(LEVER_CPU_MAX,
			     (usec - before_usec) * 10000 / ((now_ns - before_ns) / 1000 + 1));
}

static void forget_usage(struct policy *policy)
{
	struct sensor *sensor;

	policy->idle_ticks = 0;
	DL_FOREACH (policy->sensors, sensor)
		sensor->usage_ns = 0;
}

/* Only of who is protected, and only while something is nudged for it. */
static bool is_idle(struct policy *policy, uint64_t now_ns)
{
	struct sensor *sensor;
	bool ran = false;

	if (policy->section->spec.n_protects == 0)
		return false;
	if (!policy->strategy.nudged) {
		forget_usage(policy);
		return false;
	}
	DL_FOREACH (policy->sensors, sensor)
		ran = has_run(sensor, now_ns) || ran;
	policy->idle_ticks = ran ? 0 : policy->idle_ticks + 1;
	return policy->idle_ticks >= IDLE_TICKS;
}

struct strategy_sample sensor_sample(struct policy *policy, uint64_t now_ns)
{
	struct strategy_sample sample = { .code = policy->sensors ? -EAGAIN : 0, .now_ns = now_ns };
	struct sensor *sensor;

	DL_FOREACH (policy->sensors, sensor) {
		uint64_t signal = 0;
		int r = read_sensor(sensor, now_ns, &signal);

		sensor->code = r;
		sensor->signal = signal;
		if (r == 0 && (sample.code < 0 || signal > sample.signal))
			sample.signal = signal;
		if (r == 0 || (sample.code < 0 && r != -EAGAIN))
			sample.code = r;
	}
	sample.is_idle = is_idle(policy, now_ns);
	return sample;
}

bool sensor_read_for(const struct target *target, uint64_t *ret_signal)
{
	const struct policy *policy = target->policy;
	const struct sensor *sensor = find(policy, target->id);

	if (policy->section->spec.n_protects > 0) {
		*ret_signal = policy->sample.signal;
		return policy->sample.code == 0;
	}
	*ret_signal = sensor ? sensor->signal : 0;
	return sensor && sensor->code == 0;
}
