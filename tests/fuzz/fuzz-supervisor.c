/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The supervisor as a whole, in a dry run: the input is a sequence of steps, each a few bytes, in
 * which processes fork, execute, exit and change, events are lost, answers of /proc come late,
 * configurations are loaded, and clients call.  After each step the promises of docs/SECURITY.md
 * that a dry run can break are checked (P1, P2, P7, P8), and at the end that it has found what
 * matches and forgotten what is gone.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "fuzz.h"
#include "supervisor/control/family_wait.h"
#include "supervisor/control/methods.h"
#include "supervisor/control/parts.h"
#include "supervisor/detect/events.h"
#include "supervisor/detect/resync.h"
#include "supervisor/life/late_answer.h"
#include "supervisor/life/release.h"
#include "supervisor/parts.h"
#include "supervisor/service/load.h"
#include "supervisor/service/reload.h"
#include "machine.h"
#include "world.h"

enum { STEPS_MAX = 400, TABLE_MAX = 16 };

static const char *const configurations[] = {
	"[supervisor]\naudit-log = none\nread-users = 1000\n"
	"[rule watched]\ncomm = watched\naction = monitor\n"
	"[rule box]\ncomm = box\naction = place\nscope = workload.slice/box-%p\n"
	"[rule spared]\ncomm = spared\naction = ignore\n"
	"[rule miner]\ncomm = miner\naction = kill\n"
	"[rule late]\nargv = late\naction = monitor\n"
	"[rule odd]\ncomm = \"x) R 1 1 1\"\naction = place\nscope = workload.slice/odd\n"
	"[rule user]\nuser = 1001\ncomm = sh\naction = monitor\n",
	"[supervisor]\naudit-log = none\n"
	"[rule watched]\ncomm = watched\naction = monitor\nhold = no\n"
	"[rule miner]\ncomm = miner\naction = kill\nmax-per-minute = 2\non-root-exit = kill\n",
	"[supervisor]\naudit-log = none\n",
	"[supervisor]\nmax-process = 64\n",
	"[rule miner]\ncomm = *\naction = kill\n",
	"rule]\n",
};

static void configure(const struct machine *machine, const char *text)
{
	int fd = open(machine->path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		abort();
	(void)close(fd);
}

static void send_event(struct machine *machine, enum process_event_kind kind, pid_t pid,
		       pid_t parent)
{
	struct process_event event = { .kind = kind,
				       .pid = pid,
				       .parent = parent,
				       .timestamp_ns = world.now_ns,
				       .sequence = machine->sequence++ };
	const struct being *being = world_find(pid);

	if (kind == PROCESS_EVENT_NAME && being)
		(void)snprintf(event.comm, sizeof(event.comm), "%s", being_names[being->name]);
	if (!machine->deaf)
		events_take(machine->supervisor.detect, &event);
}

static struct being *pick(struct input *input)
{
	size_t i = take(input) % WORLD_PIDS;

	return i < 3 ? &world.beings[i] : world_find((pid_t)i);
}

static void step_fork(struct machine *machine, struct input *input)
{
	struct being *parent = pick(input);
	pid_t pid = (pid_t)(3 + take(input) % (WORLD_PIDS - 3));

	if (parent && !world_find(pid) && world_fork(parent, pid))
		send_event(machine, PROCESS_EVENT_FORK, pid, parent->pid);
}

static void step_exec(struct machine *machine, struct input *input)
{
	struct being *being = pick(input);
	unsigned name = take(input);

	if (!being)
		return;
	being->slow = name & 64;
	world_name(being, name % NAMES);
	send_event(machine, PROCESS_EVENT_EXEC, being->pid, 0);
}

static void end(struct machine *machine, struct being *being)
{
	being->alive = false;
	for (size_t i = 0; i < world.n; i++) {
		if (world.beings[i].ppid == being->pid)
			world.beings[i].ppid = 1;
	}
	send_event(machine, PROCESS_EVENT_EXIT, being->pid, 0);
}

static void step_exit(struct machine *machine, struct input *input)
{
	struct being *being = pick(input);

	if (being && being >= &world.beings[3])
		end(machine, being);
}

/* It changes without an exec: its user or its name. */
static void step_change(struct machine *machine, struct input *input)
{
	struct being *being = pick(input);
	unsigned to = take(input);

	if (!being)
		return;
	if (to & 64)
		world_own(being, 1000 + to % 2);
	else
		world_name(being, to % NAMES);
	send_event(machine, to & 64 ? PROCESS_EVENT_IDS : PROCESS_EVENT_NAME, being->pid, 0);
}

static void scan(struct machine *machine)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	if (resync_scan(machine->supervisor.detect, &error) < 0)
		abort();
}

/* Events are lost from here on, or the loss is noticed and made good. */
static void step_loss(struct machine *machine, struct input *input)
{
	if (machine->deaf)
		loss_note(&machine->supervisor.node.loss, LOSS_OVERRUN);
	machine->deaf = !machine->deaf;
	if (!machine->deaf)
		scan(machine);
}

static void step_late(struct machine *machine, struct input *input)
{
	struct being *being = pick(input);

	if (!being || !being->slow)
		return;
	being->slow = false;
	late_answer_take(machine->supervisor.life, being->pid);
}

static void step_time(struct machine *machine, struct input *input)
{
	world.now_ns += take(input) * 100 * CLOCK_NSEC_PER_MSEC;
	(void)release_now(machine->supervisor.life);
}

struct reloading {
	struct reload_waiter waiter;
	bool done, failed;
};

static void on_reloaded(struct reload_waiter *waiter, const struct slicectl_error *error)
{
	struct reloading *reloading = container_of(waiter, struct reloading, waiter);

	reloading->done = true;
	reloading->failed = error->code;
}

static bool reload_and_wait(struct machine *machine)
{
	struct reloading reloading = { .waiter = { .done = on_reloaded } };

	reload_begin(machine->supervisor.service, &reloading.waiter);
	while (!reloading.done)
		(void)sd_event_run(machine->supervisor.node.loop, UINT64_MAX);
	machine->supervisor.node.table.capacity = TABLE_MAX;
	return !reloading.failed;
}

static void reload_and_check(struct machine *machine)
{
	const struct config *before = machine->supervisor.node.config;
	bool done = reload_and_wait(machine);

	PROMISE("P7", done == (machine->supervisor.node.config != before));
	if (machine->supervisor.node.loss.cause != LOSS_NONE && !machine->deaf)
		scan(machine);
}

static void step_reload(struct machine *machine, struct input *input)
{
	size_t which = take(input) % (ELEMENTS(configurations) + 1);
	_cleanup_free_ char *text = NULL;

	(void)reload_and_wait(machine); /* a client may have begun one */
	if (which < ELEMENTS(configurations)) {
		configure(machine, configurations[which]);
	} else {
		text = strndup((const char *)input->data, input->size < 64 ? input->size : 64);
		configure(machine, text ? text : "");
	}
	reload_and_check(machine);
}

static void turn(struct machine *machine)
{
	for (int i = 0; i < 4; i++)
		(void)sd_event_run(machine->supervisor.node.loop, 0);
}

static void step_call(struct machine *machine, struct input *input)
{
	unsigned client = take(input) % 2;

	machine_call(machine, client, input);
	turn(machine);
	machine_read(machine, client);
}

static void (*const steps[])(struct machine *machine, struct input *input) = {
	step_fork, step_exec, step_exit, step_change, step_fork, step_exec, step_loss,   step_late,
	step_time, step_call, step_exit, step_exec,   step_fork, step_call, step_reload,
};

static size_t count_roots(const struct machine *machine)
{
	const struct family *family;
	size_t n = 0;

	DL_FOREACH (families_first(machine->supervisor.families), family)
		n += family->members.count > 0;
	return n;
}

static void check_bounds(const struct machine *machine)
{
	const struct process_table *table = &machine->supervisor.node.table;

	PROMISE("P8", table->count <= TABLE_MAX + TABLE_ENDED_MAX + count_roots(machine));
	PROMISE("P8", count_roots(machine) <= table->count);
}

static struct service_rooms rooms_of(struct supervisor *s)
{
	return (struct service_rooms){ &s->node,    s->families, s->report,  s->mover,
				       s->act,      s->life,     s->observe, s->watches,
				       s->policies, s->detect,   s->guard };
}

static int make_rooms(struct machine *machine, struct slicectl_error *error)
{
	struct supervisor *s = &machine->supervisor;
	struct slicectl_hierarchy *hierarchy = NULL;
	struct config *config = NULL;
	struct service_rooms rooms;

	if (sd_event_new(&s->node.loop) < 0 ||
	    load_config(&machine->options, NULL, &config, error) < 0 ||
	    load_hierarchy(&machine->options, config, &hierarchy, error) < 0)
		return -1;
	node_enforce(&s->node, generation_new(config, hierarchy));
	s->node.table.capacity = TABLE_MAX; /* less than a configuration can have */
	if (report_new(&s->node, "none", &s->report, error) < 0 ||
	    !(s->families = families_new(&s->node)) || mover_new(&s->node, &s->mover, error) < 0 ||
	    act_new(&s->node, s->families, s->report, s->mover, &s->act, error) < 0 ||
	    life_new(&s->node, s->families, s->report, s->act, &s->life, error) < 0 ||
	    observe_new(&s->node, s->families, s->report, true, &s->observe, error) < 0 ||
	    policies_new(&s->node, s->families, s->report, s->act, &s->policies, error) < 0 ||
	    watches_new(&s->node, s->families, s->report, s->act, s->observe, &s->watches, error) <
		    0 ||
	    detect_new(&s->node, s->families, s->report, s->life, s->mover, s->observe, s->watches,
		       &s->detect, error) < 0 ||
	    guard_new(&s->node, s->families, s->report, s->act, &s->guard, error) < 0)
		return -1;
	rooms = rooms_of(s);
	return service_new(&rooms, &machine->options, &s->service, error);
}

static void open_control(struct machine *machine)
{
	struct supervisor *s = &machine->supervisor;

	machine->control = (struct control){
		.server = { .loop = s->node.loop,
			    .admits = machine_admits,
			    .charge = machine_charge,
			    .answer = methods_answer },
		.rooms = rooms_of(s),
		.service = s->service,
	};
	machine->control.waits = family_waits_new(&machine->control.rooms);
	machine_connect(machine);
}

static void begin(struct machine *machine)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	int fd;

	world_begin();
	*machine = (struct machine){ .path = "/tmp/slicectl-fuzz-XXXXXX" };
	fd = mkostemp(machine->path, O_CLOEXEC);
	if (fd < 0)
		abort();
	(void)close(fd);
	configure(machine, configurations[0]);
	/* As a replay, no cgroup is opened. */
	machine->options = (struct supervisor_options){
		.source = { .root = "", .file = machine->path }, .replay = "", .dry_run = true
	};
	machine->supervisor.node = (struct node){
		.view = VIEW_NULL, .loss = { .cause = LOSS_START }, .dry_run = true, .root = ""
	};
	if (make_rooms(machine, &error) < 0) {
		(void)fprintf(stderr, "%s\n", error.message);
		abort();
	}
	scan(machine);
	open_control(machine);
}

/* After a scan everything that matches is watched. */
static void check_found(struct machine *machine)
{
	(void)reload_and_wait(machine);
	configure(machine, configurations[0]);
	machine->deaf = false;
	reload_and_check(machine);
	scan(machine);
	for (size_t i = 3; i < world.n; i++) {
		const struct being *being = &world.beings[i];
		const struct process *process = table_find(&machine->supervisor.node.table,
							   being->pid);

		if (being->alive && being->name == 1)
			PROMISE("a match is found", process && process->members);
	}
}

/* When all have exited, nothing is left. */
static void check_forgotten(struct machine *machine)
{
	for (size_t i = 3; i < world.n; i++) {
		if (world.beings[i].alive)
			end(machine, &world.beings[i]);
	}
	world.now_ns += 3600 * CLOCK_NSEC_PER_SEC;
	scan(machine);
	(void)release_now(machine->supervisor.life);
	PROMISE("P8", count_roots(machine) == 0);
	PROMISE("P8", table_living(&machine->supervisor.node.table) <= 3);
}

static void finish(struct machine *machine)
{
	struct supervisor *s = &machine->supervisor;

	while (machine->control.server.connections)
		connection_free(machine->control.server.connections);
	(void)family_waits_free(machine->control.waits);
	machine_disconnect(machine);
	detect_stop(s->detect);
	(void)service_close(s->service);
	(void)guard_free(s->guard);
	(void)act_stop(s->act);
	(void)mover_close(s->mover);
	(void)report_close(s->report);
	(void)detect_free(s->detect);
	(void)policies_free(s->policies);
	(void)watches_free(s->watches);
	(void)observe_free(s->observe);
	(void)life_free(s->life);
	(void)act_free(s->act);
	(void)families_free(s->families);
	node_done(&s->node);
	(void)unlink(machine->path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct machine machine;

	log_setup("fuzz-supervisor", 0); /* says nothing */
	begin(&machine);
	for (unsigned i = 0; i < STEPS_MAX && input.size > 0; i++) {
		steps[take(&input) % ELEMENTS(steps)](&machine, &input);
		world.now_ns += CLOCK_NSEC_PER_MSEC;
		check_bounds(&machine);
	}
	check_found(&machine);
	check_forgotten(&machine);
	if (size % 4 == 1) /* it is stopped while it reads its configuration */
		reload_begin(machine.supervisor.service, NULL);
	finish(&machine);
	return 0;
}
