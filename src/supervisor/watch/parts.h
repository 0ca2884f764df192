/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Private to the files of this room. */

#include "base/hash.h"
#include "observe/pace.h"
#include "observe/pressure.h"
#include "supervisor/watch/watch.h"

enum {
	WATCHES_MAX = 1024,        /* of one subscriber that is root, and of the configuration */
	WATCHES_OF_USER_MAX = 128, /* of all subscribers of another user */
	GAUGES_MAX = 65536,        /* in all */
	CHILDREN_PER_SECOND = 200, /* that are taken in for one client other than root */
	GAUGES_OF_USER_MAX = 512,  /* of the watches of one user other than root */
	EVENTS_MAX = 1024,         /* that wait for one subscriber */
};

struct gauge;
struct watch;

/* What a watch looks at: one process, cgroup or family. */
struct target {
	struct watches *watches;
	char *key;              /* "12", "family:12" or the path of a cgroup */
	enum subject_kind kind; /* PROCESS, CGROUP or FAMILY */
	pid_t pid;              /* of the process, or of the root of the family */
	uint64_t since_ns;      /* of the process: a younger one with its pid is another */
	uint64_t start_ticks;   /* of the root of the family; 0: not known */
	uint64_t inode;         /* of the cgroup; 0: not known */
	bool of_root;           /* root or the configuration watches it */
	int fd;                 /* of the directory in /proc of the process; -1: not open yet */
	struct gauge *gauges;   /* list, by next_of_target */
	UT_hash_handle hh;
};

/* One resource of one target, which is read once for all watches. */
struct gauge {
	struct target *target;
	const struct resource *resource;
	struct binding *bindings; /* list, by next_of_gauge */
	int fd;                   /* of the interface file; -1: none */
	sd_event_source *source;  /* of what is awaited; NULL: it is sampled */
	bool is_waiting;          /* the kernel tells when there is pressure, so nothing is read */
	uint64_t awaited;         /* the level that it was asked for */
	bool has_value;
	uint64_t value;
	bool has_total; /* of an average */
	uint64_t total, total_ns;
	struct pressure_window window;
	struct pace pace;
	uint64_t limit, limit_ns; /* UINT64_MAX: unlimited; and when it was read; 0: never */
	uint64_t due_ns;
	bool of_root;        /* root or the configuration watches it: it is read first */
	uint64_t failing_ns; /* since then it cannot be read; 0: it can */
	bool failure_told;
	int failure;         /* -errno of the last one */
	struct gauge **list; /* that it is in, see due.c */
	struct gauge *next, *prev;
	struct gauge *next_of_target, *prev_of_target;
};

/* A watch at a gauge. */
struct binding {
	struct watch *watch;
	struct gauge *gauge;
	struct level_state state;
	struct binding *next_of_gauge, *prev_of_gauge;
	struct binding *next_of_watch, *prev_of_watch;
};

struct watch {
	struct watches *watches;
	struct subscriber *subscriber;      /* NULL: of the configuration */
	char *name;                         /* of the configuration */
	struct generation *generation;      /* that has its section; holds a reference */
	const struct config_watch *section; /* of the configuration */
	uint32_t id;
	struct watch_text text;
	struct watch_spec spec;
	uint64_t start_ticks;     /* of the root, if the subject is a family */
	struct binding *bindings; /* list, by next_of_watch */
	size_t n_bindings;
	uint64_t second_ns; /* when the second began of which there are that many records, and how */
	unsigned records;   /* many crossings have none */
	uint64_t skipped;
	bool stale; /* of an earlier configuration, while a reload looks which remain */
	struct watch *next, *prev;
};

struct subscriber {
	struct watches *watches;
	struct caller caller;
	void (*wake)(void *data);
	void *data;
	char token[SUBSCRIBER_TOKEN_SIZE];
	struct watch_event *events; /* ring of EVENTS_MAX */
	size_t first, count;
	uint64_t lost; /* since the last event that was taken */
	bool is_woken; /* or about to be */
	size_t n_bindings;
	uint64_t second_ns; /* when the second began in which it got that many children */
	unsigned children;
	/* The last answer to whether it may watch a process. */
	uint64_t asked_turn;
	pid_t asked_pid;
	int answer;
	struct subscriber *next, *prev;
};

/* The gauges that are due at one time. */
struct due_slot {
	struct gauge *first;
	uint64_t at_ns;
};

enum { DUE_SLOTS = 32 };

struct watches {
	struct node *node;
	struct families *families;
	struct report *report;
	struct act *act;
	struct observe *observe;
	struct watch *list;
	struct target *targets;       /* hash by key */
	struct gauge *near, *resting; /* lists, see due.c */
	size_t n_near;
	struct due_slot slots[DUE_SLOTS];
	struct subscriber *subscribers;
	sd_event_source *timer, *waker;
	sd_event_io_handler_t on_told; /* called when the kernel reports a change of a file */
	uint64_t next_ns;              /* when the timer is due; UINT64_MAX: never */
	uint64_t turn;                 /* of the loop; counts events and samples */
	uint64_t pause_ns;             /* until then nothing is read for users other than root */
	uint32_t last_id;
	size_t n_fds, max_fds; /* descriptors that are open for watches, and may be */
	size_t n_families;     /* watches whose subject is a family or a rule */
	size_t n_missing;      /* watches of the configuration whose cgroup does not exist */
	uint64_t looked_ns;    /* for these, last */
	struct watches_counts counts;
};

/* The files of this room, from the ground up. */

/* due.c: when the timer is due. */

/* Makes sure that it is due by then. */
void due_set(struct watches *watches, uint64_t due_ns);

/* The gauge is read then, or a little earlier; UINT64_MAX: when something happens. */
void due_at(struct gauge *gauge, uint64_t due_ns);

/* It is looked at in the next turn, whenever that is. */
void due_soon(struct gauge *gauge);
void due_leave(struct gauge *gauge);

/* The gauges whose time has come are near then. */
void due_collect(struct watches *watches, uint64_t now_ns);

/* queue.c: the events that wait for a client. */

void queue_put(struct subscriber *subscriber, const struct watch_event *event);
/* Counts one that is not told. */
void queue_lose(struct subscriber *subscriber);
int queue_begin(struct watches *watches);

/* target.c: what is watched. */

struct target *target_find(const struct watches *watches, const char *key);
struct target *target_find_process(const struct watches *watches, pid_t pid);
/* The target with that key, which is made if there is none.  NULL when out of memory. */
struct target *target_get(struct watches *watches, enum subject_kind kind, const char *key,
			  pid_t pid, uint64_t since_ns);
struct target *target_get_process(struct watches *watches, pid_t pid, uint64_t since_ns);
/* Opens the directory of the process.  -ESRCH when it has exited, also if another has its pid. */
int target_open(struct target *target);
/* Frees the target if no gauge is left. */
void target_settle(struct target *target);
/* Whether the process lives; of one whose first thread has exited, whether another does. */
bool target_lives(const struct target *target);
/* Notes that a descriptor is open for it, or not any more.  -EMFILE: there are too many. */
int target_count_fd(struct target *target);
void target_uncount_fd(struct target *target);
/* The family; NULL when it has ended. */
struct family *target_family(const struct target *target);

/* permission.c: who may watch what. */

int permission_check(const struct watches *watches, const struct caller *caller,
		     const struct watch_spec *spec, struct slicectl_error *error);
/* Whether the client may watch that process, for a child of what it watches. */
bool permission_of_process(const struct watch *watch, pid_t pid);
/* Whether the client may be told of that target now. */
bool permission_holds(const struct binding *binding);

/* gauge_file.c: the interface file of a gauge. */

/* Opens it and, where the kernel tells of changes, waits for them. */
int gauge_open(struct gauge *gauge, struct slicectl_error *error);
/* Opens it, if it is not open. */
int gauge_reopen(struct gauge *gauge, struct slicectl_error *error);
void gauge_close(struct gauge *gauge);
/* Lets the kernel watch a pressure below that level: nothing is read until it tells. */
void gauge_await_pressure(struct gauge *gauge, uint64_t level);
/* -ENOENT when the cgroup is gone, also when another of its name is there. */
int gauge_check_cgroup(struct target *target);

/* gauge.c: one resource of a target. */

struct gauge *gauge_find(const struct target *target, const struct resource *resource);
/* NULL when out of memory, or when there are too many. */
struct gauge *gauge_new(struct target *target, const struct resource *resource);
void gauge_free(struct gauge *gauge);

/* binding.c: a watch looks at a gauge. */

/* @state: how it begins; NULL: with its next value. */
int binding_new(struct watch *watch, struct target *target, const struct level_state *state,
		struct slicectl_error *error);
void binding_free(struct binding *binding);
bool binding_exists(const struct watch *watch, const struct target *target);
/* The level as a value; false: there is none at present. */
bool binding_level(const struct binding *binding, uint64_t *ret_level);
/* The distance from its value to the level; UINT64_MAX: there is no level. */
uint64_t binding_distance(const struct binding *binding, uint64_t value);

/* watch.c: one watch. */

struct watch *watch_new(struct watches *watches, const struct watch_text *text,
			struct slicectl_error *error);
/* What nobody watches any more is not read from then on. */
void watch_free(struct watch *watch);

/* tell.c: what is told. */

/* Takes the next value. */
void tell_value(struct binding *binding, uint64_t value, uint64_t now_ns);
void tell_event(struct binding *binding, enum watch_event_kind kind, uint64_t at_ns);
/* Of a process that was forked. */
void tell_member(struct watch *watch, const struct process *process, enum watch_event_kind kind,
		 uint64_t at_ns);

/* ending.c: how watches end. */

/* It is gone: tells its watches, and ends its gauges. */
void ending_of_target(struct target *target, uint64_t at_ns);
/* Ends the bindings at the target of those who may not watch it any more, and tells them. */
void ending_enforce(struct target *target, uint64_t now_ns);

/* value.c: reads a value. */

/* The value of a gauge now.  -EAGAIN: an average that has just begun. */
int value_read(struct gauge *gauge, uint64_t now_ns, uint64_t *ret_value);

/* reading.c: takes a value. */

/* Reads it and tells its watches; it is then due again.  -ESRCH: what is watched has ended, and the
 * gauge is freed. */
int reading_take(struct gauge *gauge, uint64_t now_ns);
/* The same for a value that slicectld knows, within the event that has changed it. */
void reading_count(struct gauge *gauge, uint64_t now_ns);
/* Takes a value of a recording. */
void reading_replay(struct gauge *gauge, const struct recorded *recorded);
/* Reads the limit again if a watch needs it and a second has passed. */
void reading_refresh_limit(struct gauge *gauge, uint64_t now_ns);
/* The kernel tells of its file. */
int reading_on_told(sd_event_source *source, int fd, uint32_t events, void *data);

/* subject.c: the targets of a watch. */

/* Makes the bindings of a new watch. */
int subject_bind(struct watch *watch, struct slicectl_error *error);
/* How a watch of the configuration begins, and one of what began later: below its level. */
extern const struct level_state subject_below;
/* Binds a process that has begun, if the client may watch it, and tells. */
void subject_bind_process(struct watch *watch, const struct process *process, uint64_t event_ns,
			  const struct level_state *state);
/* Binds the process if the watch is one of its family. */
void subject_bind_member(struct watch *watch, struct process *process, uint64_t event_ns,
			 const struct level_state *state);
/* Looks for cgroups of the configuration that did not exist. */
void subject_look_for_missing(struct watches *watches, uint64_t now_ns);

/* sampling.c: the timer. */

int sampling_begin(struct watches *watches);
