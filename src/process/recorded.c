/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/recorded.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* Maximum length of a file of a process. */
enum { BYTES_MAX = 1024 * 1024 };

static const char *const kind_names[_RECORDED_KIND_MAX] = {
	[RECORDED_START] = "start",   [RECORDED_DATAGRAM] = "datagram",
	[RECORDED_LOST] = "lost",     [RECORDED_DRAINED] = "drained",
	[RECORDED_LATE] = "late",     [RECORDED_RELEASE] = "release",
	[RECORDED_LOOK] = "look",     [RECORDED_FOUND] = "found",
	[RECORDED_READ] = "read",     [RECORDED_STAT] = "stat",
	[RECORDED_HOLD] = "hold",     [RECORDED_SIGNAL] = "signal",
	[RECORDED_SAMPLE] = "sample", [RECORDED_VALUE] = "value",
};

static bool has_stat(enum recorded_kind kind)
{
	return kind == RECORDED_FOUND || kind == RECORDED_STAT || kind == RECORDED_HOLD;
}

static bool has_bytes(enum recorded_kind kind)
{
	return kind == RECORDED_DATAGRAM || kind == RECORDED_READ;
}

static json_t *hex(const char *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	_cleanup_free_ char *text = malloc(2 * size + 1);

	if (!text)
		return NULL;
	for (size_t i = 0; i < size; i++) {
		text[2 * i] = digits[(unsigned char)bytes[i] >> 4];
		text[2 * i + 1] = digits[(unsigned char)bytes[i] & 15];
	}
	text[2 * size] = '\0';
	return json_string(text);
}

static json_t *number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static int put_stat(json_t *object, const struct procfs_stat *stat)
{
	return json_object_set_new(object, "ppid", json_integer(stat->ppid)) +
	       json_object_set_new(object, "state", json_integer((unsigned char)stat->state)) +
	       json_object_set_new(object, "flags", number(stat->flags)) +
	       json_object_set_new(object, "threads", number(stat->threads)) +
	       json_object_set_new(object, "start_ticks", number(stat->start_ticks)) +
	       json_object_set_new(object, "start_stack", number(stat->start_stack)) +
	       json_object_set_new(object, "comm", hex(stat->comm, strlen(stat->comm)));
}

static int put_start(json_t *object, const struct recorded *recorded)
{
	return json_object_set_new(object, "version", json_integer((json_int_t)recorded->version)) +
	       json_object_set_new(object, "realtime_ns", number(recorded->realtime_ns)) +
	       json_object_set_new(object, "boottime_ns", number(recorded->boottime_ns)) +
	       (recorded->boot_id[0] ?
			json_object_set_new(object, "boot_id", json_string(recorded->boot_id)) :
			0);
}

/* As slicectl policy simulate takes it. */
static int put_signal(json_t *object, const struct recorded *recorded)
{
	return json_object_set_new(object, "policy", json_string(recorded->bytes)) +
	       json_object_set_new(object, "signal", json_string(recorded->name)) +
	       json_object_set_new(object, "value",
				   recorded->code < 0 ? json_null() : number(recorded->value)) +
	       json_object_set_new(object, "use", number(recorded->use)) +
	       json_object_set_new(object, "idle", json_boolean(recorded->is_idle));
}

/* What is left out is false, or none. */
static int put_sample(json_t *object, const struct recorded *recorded)
{
	const char letter[] = { recorded->letter, '\0' };

	return json_object_set_new(object, "start_ticks", number(recorded->value)) +
	       (recorded->ran ? json_object_set_new(object, "ran", json_true()) : 0) +
	       (recorded->frozen ? json_object_set_new(object, "frozen", json_true()) : 0) +
	       (recorded->thread > 0 ?
			json_object_set_new(object, "thread", json_integer(recorded->thread)) +
				json_object_set_new(object, "state", json_string(letter)) :
			0);
}

/* A user may set a limit beyond what JSON holds as an integer.  Nothing reaches it, so it is left out. */
static int put_value(json_t *object, const struct recorded *recorded)
{
	uint64_t value = recorded->value < LLONG_MAX ? recorded->value : LLONG_MAX;
	int failed = json_object_set_new(object, "subject", json_string(recorded->bytes));

	if (recorded->code == 0)
		failed += json_object_set_new(object, "value", number(value));
	if (recorded->limit <= LLONG_MAX)
		failed += json_object_set_new(object, "limit", number(recorded->limit));
	return failed;
}

char *recorded_format(const struct recorded *recorded)
{
	json_t *object = json_object();
	char *line = NULL;
	int failed;

	failed = json_object_set_new(object, "type", json_string(kind_names[recorded->kind]));
	if (recorded->time_ns > 0)
		failed += json_object_set_new(object, "time_ns", number(recorded->time_ns));
	if (recorded->kind == RECORDED_START)
		failed += put_start(object, recorded);
	if (recorded->kind == RECORDED_SIGNAL)
		failed += put_signal(object, recorded);
	else if (recorded->name[0])
		failed += json_object_set_new(object, "name", json_string(recorded->name));
	if (recorded->kind == RECORDED_SAMPLE)
		failed += put_sample(object, recorded);
	if (recorded->kind == RECORDED_VALUE)
		failed += put_value(object, recorded);
	if (recorded->pid > 0)
		failed += json_object_set_new(object, "pid", json_integer(recorded->pid));
	if (recorded->code < 0)
		failed += json_object_set_new(object, "code", json_integer(recorded->code));
	else if (has_stat(recorded->kind))
		failed += put_stat(object, &recorded->stat);
	if (has_bytes(recorded->kind) && recorded->code == 0)
		failed += json_object_set_new(object, "hex", hex(recorded->bytes, recorded->size));
	if (failed == 0)
		line = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	return line;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The caller frees @ret_bytes, which is followed by a NUL. */
static int take_hex(const json_t *object, const char *key, char **ret_bytes, size_t *ret_size)
{
	const char *text = json_string_value(json_object_get(object, key));
	size_t length = text ? strlen(text) : 1;
	_cleanup_free_ char *bytes = NULL;

	if (length % 2 != 0 || length > 2 * (size_t)BYTES_MAX)
		return -EINVAL;
	bytes = malloc(length / 2 + 1);
	if (!bytes)
		return -ENOMEM;
	for (size_t i = 0; i < length; i += 2) {
		int high = digit(text[i]), low = digit(text[i + 1]);

		if (high < 0 || low < 0)
			return -EINVAL;
		bytes[i / 2] = (char)(high << 4 | low);
	}
	bytes[length / 2] = '\0';
	*ret_bytes = TAKE_PTR(bytes);
	*ret_size = length / 2;
	return 0;
}

static int take_number(const json_t *object, const char *key, json_int_t min, json_int_t max,
		       json_int_t *ret_value)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value) || json_integer_value(value) < min ||
	    json_integer_value(value) > max)
		return -EINVAL;
	*ret_value = json_integer_value(value);
	return 0;
}

static int take_text(const json_t *object, const char *key, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(object, key));

	if (!text || !*text || strlen(text) >= size)
		return -EINVAL;
	memcpy(out, text, strlen(text) + 1);
	return 0;
}

static int take_stat(const json_t *object, struct recorded *out)
{
	json_int_t ppid, state, flags, threads, ticks, stack;
	_cleanup_free_ char *comm = NULL;
	size_t length;
	int r;

	r = take_hex(object, "comm", &comm, &length);
	if (r < 0)
		return r;
	if (take_number(object, "ppid", 0, INT_MAX, &ppid) < 0 ||
	    take_number(object, "state", 1, 127, &state) < 0 ||
	    take_number(object, "flags", 0, LLONG_MAX, &flags) < 0 ||
	    take_number(object, "threads", 0, LLONG_MAX, &threads) < 0 ||
	    take_number(object, "start_ticks", 0, LLONG_MAX, &ticks) < 0 ||
	    take_number(object, "start_stack", 0, LLONG_MAX, &stack) < 0 ||
	    length >= sizeof(out->stat.comm))
		return -EINVAL;
	out->stat = (struct procfs_stat){
		.pid = out->pid,
		.ppid = (pid_t)ppid,
		.state = (char)state,
		.flags = (uint64_t)flags,
		.threads = (uint64_t)threads,
		.start_ticks = (uint64_t)ticks,
		.start_stack = (uint64_t)stack,
	};
	memcpy(out->stat.comm, comm, length);
	return 0;
}

static int take_pid(const json_t *object, struct recorded *out)
{
	json_int_t pid;

	if (take_number(object, "pid", 1, INT_MAX, &pid) < 0)
		return -EINVAL;
	out->pid = (pid_t)pid;
	return 0;
}

static int take_signal(const json_t *object, struct recorded *out)
{
	const char *policy = json_string_value(json_object_get(object, "policy"));
	json_int_t code = 0, value = 0, use = 0;

	if (!policy || take_text(object, "signal", out->name, sizeof(out->name)) < 0 ||
	    take_number(object, "use", 0, LLONG_MAX, &use) < 0)
		return -EINVAL;
	if (json_is_null(json_object_get(object, "value"))) {
		if (take_number(object, "code", -4095, -1, &code) < 0)
			return -EINVAL;
	} else if (take_number(object, "value", 0, LLONG_MAX, &value) < 0) {
		return -EINVAL;
	}
	out->code = (int)code;
	out->value = (uint64_t)value;
	out->use = (uint64_t)use;
	out->is_idle = json_is_true(json_object_get(object, "idle"));
	out->bytes = strdup(policy);
	return out->bytes ? 0 : -ENOMEM;
}

static int take_code(const json_t *object, struct recorded *out)
{
	json_int_t code = 0;

	if (json_object_get(object, "code") && take_number(object, "code", -4095, -1, &code) < 0)
		return -EINVAL;
	out->code = (int)code;
	return 0;
}

static int take_sample(const json_t *object, struct recorded *out)
{
	char letter[2] = "";
	json_int_t thread = 0, ticks;

	if (take_pid(object, out) < 0 || take_code(object, out) < 0 ||
	    take_number(object, "start_ticks", 0, LLONG_MAX, &ticks) < 0)
		return -EINVAL;
	if (json_object_get(object, "thread") &&
	    (take_number(object, "thread", 1, INT_MAX, &thread) < 0 ||
	     take_text(object, "state", letter, sizeof(letter)) < 0))
		return -EINVAL;
	out->ran = json_is_true(json_object_get(object, "ran"));
	out->frozen = json_is_true(json_object_get(object, "frozen"));
	out->value = (uint64_t)ticks;
	out->thread = (pid_t)thread;
	out->letter = letter[0];
	return 0;
}

static int take_value(const json_t *object, struct recorded *out)
{
	const char *subject = json_string_value(json_object_get(object, "subject"));
	json_int_t value = 0, limit = 0;

	if (!subject || take_text(object, "name", out->name, sizeof(out->name)) < 0 ||
	    take_code(object, out) < 0 ||
	    (out->code == 0 && take_number(object, "value", 0, LLONG_MAX, &value) < 0))
		return -EINVAL;
	out->limit = UINT64_MAX;
	if (json_object_get(object, "limit")) {
		if (take_number(object, "limit", 0, LLONG_MAX, &limit) < 0)
			return -EINVAL;
		out->limit = (uint64_t)limit;
	}
	out->value = (uint64_t)value;
	out->bytes = strdup(subject);
	return out->bytes ? 0 : -ENOMEM;
}

static int take_answer(const json_t *object, struct recorded *out)
{
	if (take_pid(object, out) < 0)
		return -EINVAL;
	if (json_object_get(object, "code") && out->kind == RECORDED_FOUND)
		return -EINVAL;
	if (take_code(object, out) < 0)
		return -EINVAL;
	if (out->kind == RECORDED_READ && take_text(object, "name", out->name, sizeof(out->name)) < 0)
		return -EINVAL;
	if (out->code < 0)
		return 0;
	return out->kind == RECORDED_READ ? take_hex(object, "hex", &out->bytes, &out->size) :
					    take_stat(object, out);
}

static int take_start(const json_t *object, struct recorded *out)
{
	json_int_t version, realtime, boottime;

	if (take_number(object, "version", RECORDED_VERSION_MIN, RECORDED_VERSION, &version) < 0 ||
	    take_number(object, "realtime_ns", 0, LLONG_MAX, &realtime) < 0 ||
	    take_number(object, "boottime_ns", 0, LLONG_MAX, &boottime) < 0)
		return -EINVAL;
	out->version = (unsigned)version;
	out->realtime_ns = (uint64_t)realtime;
	out->boottime_ns = (uint64_t)boottime;
	if (!json_object_get(object, "boot_id"))
		return 0;
	return take_text(object, "boot_id", out->boot_id, sizeof(out->boot_id));
}

static int take_rest(const json_t *object, struct recorded *out)
{
	switch (out->kind) {
	case RECORDED_START:
		return take_start(object, out);
	case RECORDED_DATAGRAM:
		return take_hex(object, "hex", &out->bytes, &out->size);
	case RECORDED_LOST:
		return take_text(object, "name", out->name, sizeof(out->name));
	case RECORDED_LATE:
		return take_pid(object, out);
	case RECORDED_SIGNAL:
		return take_signal(object, out);
	case RECORDED_SAMPLE:
		return take_sample(object, out);
	case RECORDED_VALUE:
		return take_value(object, out);
	case RECORDED_DRAINED:
	case RECORDED_RELEASE:
	case RECORDED_LOOK:
		return 0;
	default:
		return take_answer(object, out);
	}
}

static int take(const json_t *object, struct recorded *out)
{
	const char *type = json_string_value(json_object_get(object, "type"));
	json_int_t time = 0;

	while (out->kind < _RECORDED_KIND_MAX && !(type && text_equal(type, kind_names[out->kind])))
		out->kind++;
	if (out->kind == _RECORDED_KIND_MAX)
		return -EINVAL;
	if ((out->kind <= RECORDED_FOUND || out->kind >= RECORDED_SIGNAL) &&
	    take_number(object, "time_ns", 1, LLONG_MAX, &time) < 0)
		return -EINVAL;
	out->time_ns = (uint64_t)time;
	return take_rest(object, out);
}

int recorded_parse(const char *line, struct recorded *ret_recorded, struct slicectl_error *error)
{
	struct recorded recorded = { 0 };
	json_error_t problem;
	json_t *object = json_loads(line, 0, &problem);
	int r;

	if (!object)
		return error_set(error, EINVAL, "the line is not JSON: %s", problem.text);
	r = take(object, &recorded);
	json_decref(object);
	if (r < 0) {
		recorded_done(&recorded);
		return error_set(error, -r,
				 r == -ENOMEM ? "out of memory" :
						"not a line of a recording of version %d to %d",
				 RECORDED_VERSION_MIN, RECORDED_VERSION);
	}
	*ret_recorded = recorded;
	return 0;
}

void recorded_done(struct recorded *recorded)
{
	free(recorded->bytes);
	recorded->bytes = NULL;
}
