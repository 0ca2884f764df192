/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Private to the files of this room. */

#include "base/hash.h"
#include "config/config.h"
#include "observe/pressure.h"
#include "supervisor/policy/policies.h"
#include "supervisor/policy/thaw_keeper.h"
#include "tune/allowance.h"
#include "tune/reclaim.h"

#define POLICY_TICK_NS UINT64_C(500000000)

/* From "max" a step begins with what is used, which a load that has just begun does not show: a target is
 * looked at for so many ticks before. */
enum { TARGET_LOOKS = 4 };

/* One cgroup, or the machine, whose signal a policy follows. */
struct sensor {
	struct policy *policy;
	char *path; /* NULL: the machine */
	uint64_t id;
	int fd;                   /* the file of the signal; -1: not open */
	sd_event_source *trigger; /* NULL: the kernel does not tell of its pressure */
	struct pressure_window window;
	uint64_t counter, periods, read_ns; /* of signals that are not pressure */
	uint64_t last;                      /* the last value of such a signal */
	bool has_last;
	int code; /* of the last sample */
	uint64_t signal;
	uint64_t usage_usec, usage_ns; /* processor time; usage_ns 0: not read */
	bool seen;
	UT_hash_handle hh; /* by id */
	struct sensor *next, *prev;
};

/* One interface file of a target. */
struct lever_state {
	bool nudged;
	char *baseline, *value; /* texts of the kernel, while it is nudged */
	uint64_t first, now;    /* the same as numbers */
	uint64_t before;        /* the value before the last step away */
	uint64_t use;           /* what was used before the first step; 0: not known */
};

/* One cgroup that a policy may nudge. */
struct target {
	struct policies *policies;
	struct policy *policy; /* NULL: it is only kept until its change is done */
	char *path;
	uint64_t id;
	struct lever_state levers[_LEVER_MAX];
	uint64_t written_ns;
	uint64_t contended_ns;         /* until then it is left alone */
	uint64_t usage_usec, usage_ns; /* usage_ns 0: not read */
	uint64_t cpu;                  /* hundredths of a percent of one CPU */
	bool has_cpu;
	uint64_t recent_cpu[TARGET_LOOKS]; /* ring: the same at the last looks */
	unsigned looks;                    /* one after the other, without a gap */
	bool seen;
	bool has_step;      /* the last change was a step away, */
	enum lever stepped; /* of this file */
	/* The change under way. */
	bool is_pending;
	enum lever pending_lever;
	enum wish pending_wish;
	uint64_t pending_value;
	char *pending_text;    /* NULL: the baseline */
	bool pending_restores; /* to the baseline */
	bool is_reclaiming;    /* or this is under way, which has no lever */
	struct reclaim reclaim;
	struct thaw_keeper *keeper; /* while it is frozen, or about to be */
	uint64_t frozen_ns;         /* since when */
	struct allowance allowance; /* of processor time, while cpu.max is raised */
	unsigned decision;          /* number of its decision */
	UT_hash_handle hh;          /* by id */
	struct target *next, *prev;
};

struct policy {
	struct policies *policies;
	const struct config_policy *section;
	struct generation *generation; /* that the section is in */
	bool stale;                    /* of an earlier configuration */
	struct sensor *sensors, *sensors_by_id;
	struct target *targets, *targets_by_id;
	bool is_complete; /* there is nothing in what is protected that does not exist */
	struct strategy strategy;
	struct strategy_sample sample; /* the last */
	unsigned idle_ticks;           /* samples in a row in which who is protected did not run */
	bool goes_back;                /* until everything is at its baseline */
	bool undoes;                   /* until every target has taken the last step back */
	bool is_awake;
	uint64_t noticed_ns; /* when nudging_notice() looked last */
	uint64_t rests_ns;   /* since when nothing happens; 0: it does not rest */
	uint64_t nudges, restores, undone;
	uint64_t verdicts[_VERDICT_MAX];
	struct policy_decision decisions[POLICY_DECISIONS_MAX];
	unsigned next_decision;
	struct policy *next, *prev;
};

struct policies {
	struct node *node;
	struct families *families;
	struct report *report;
	struct act *act;
	sd_event_source *timer;
	struct policy *list;
	struct target *orphans; /* whose changes are not done yet */
	struct held *held;      /* hash by path */
	sd_event_source *held_timer;
	uint64_t held_usec;  /* when it is looked at, CLOCK_BOOTTIME; UINT64_MAX: never */
	unsigned held_sweep; /* number at which those of cgroups that are gone are dropped */
};

/* Visits the cgroups that the subjects mean now; the machine has no path, and the id 0.  False: a scope or
 * slice of them does not exist. */
bool subject_each(const struct policies *policies, const struct policy_subject *list, size_t n,
		  void (*visit)(struct policy *policy, const char *path, uint64_t id),
		  struct policy *policy);

/* The sensors are made and freed to fit what is protected now. */
void sensor_refresh(struct policy *policy);
void sensor_free(struct sensor *sensor);

/* Reads all of them: the greatest signal is that of the policy. */
struct strategy_sample sensor_sample(struct policy *policy, uint64_t now_ns);

/* The last signal of the target itself, unless the policy names whose is looked at.  False: there is
 * none. */
bool sensor_read_for(const struct target *target, uint64_t *ret_signal);

/* Wakes the policy: it takes samples until nothing happens any more. */
void policy_wake(struct policy *policy);

/* The same for the targets. */
void target_refresh(struct policy *policy, uint64_t now_ns);
void target_free(struct target *target);
void target_free_orphans(struct policies *policies);
size_t target_count_nudged(const struct policy *policy);
bool target_is_nudged(const struct target *target);
/* The most processor time that it used at the last looks; 0: it is not known. */
uint64_t target_most_cpu(const struct target *target);
/* Begins a change of one file, which must not be under way.  @old: the text of the kernel; @text NULL: the
 * baseline is put back; @why NULL: what the policy sees.  False: out of memory. */
bool submit_change(struct target *target, enum lever lever, enum wish wish, const char *old,
		   const char *text, const char *why);

/* The time until the next look, and for the one after it if that comes late. */
#define BUDGET_SPAN_NS (2 * POLICY_TICK_NS)

/* Takes what the target has used. */
void budget_account(struct target *target, uint64_t used_usec, uint64_t span_ns, uint64_t now_ns);

/* Puts those back that have used up their budget; returns how many. */
size_t budget_end_spent(struct policy *policy, uint64_t now_ns);

/* Whether the budget lasts for the limit @value for that time. */
bool budget_lasts(const struct target *target, enum lever lever, uint64_t value, uint64_t span_ns,
		  uint64_t now_ns);

/* The key freeze.  A process of its own keeps the frozen cgroup, and thaws it if the daemon ends, or
 * does not thaw it in time.  False: there is none, so nothing may be frozen. */
bool freezing_begin(struct target *target, enum lever lever, const char *text);

/* Lets the process go when the target is not frozen any more. */
void freezing_settle(struct target *target);

/* Thaws those whose time is over, and returns how many. */
size_t freezing_end_due(struct policy *policy, uint64_t now_ns);

/* Carry the wish out on all targets; return how many changes were begun. */
size_t nudging_away(struct policy *policy, uint64_t now_ns);
size_t nudging_back(struct policy *policy, enum wish wish, uint64_t now_ns);

/* Ends the changes that someone else has written over, or holds: nothing is put back there. */
void nudging_notice(struct policy *policy, uint64_t now_ns);

/* Whether a target has made its last step away, or is about to. */
bool nudging_has_steps(const struct policy *policy);

/* Whether no nudged target uses so much that a step back would change something. */
bool nudging_is_idle(const struct policy *policy);

/* What the first subject uses of what the policy limits; 0: it is not known. */
uint64_t nudging_use(const struct policy *policy);

/* What is remembered of a file that is changed. */
void lever_forget(struct lever_state *state);
void lever_take_text(char **member, const char *text);

/* Called with the target when its change is done. */
void outcome_take(void *data, const struct outcome *outcome);

/* Looks at each target of a policy with the action memory_reclaim. */
void reclaiming_look(struct policy *policy, uint64_t now_ns);

/* Notes that a change is begun, and what came of it. */
void decision_note(struct policy *policy, struct target *target, enum wish wish, uint64_t signal,
		   char *change);
void decision_done(struct policy *policy, const struct target *target,
		   const struct outcome *outcome);

/* Says why; the caller frees it. */
char *decision_reason(const struct policy *policy, enum wish wish);

/* Puts the file back at once, if it has a baseline, and records it. */
void restore_file(struct policies *policies, const char *actor, const char *path, const char *file,
		  const char *reason);

/* The same for what was changed of the target, unless its path is another cgroup's now. */
void restore_target(struct target *target, const char *reason);

/* The same for all files of a cgroup. */
void restore_cgroup(struct policies *policies, const char *path, const char *reason);

/* What somebody has set for a while: looks at the cgroup at that time (CLOCK_BOOTTIME). */
int held_open(struct policies *policies);
void held_expect(struct policies *policies, const char *path, uint64_t until_usec);
void held_done(struct policies *policies);

/* Looks at the policies again after that time, or before. */
void look_after(struct policies *policies, uint64_t wait_ns);
/* @policies: the struct.  The scope of a family has come, or gone. */
void look_on_scopes(void *policies);
int look_on_timer(sd_event_source *source, uint64_t usec, void *data);
