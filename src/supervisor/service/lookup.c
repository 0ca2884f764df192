/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/service/lookup.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "config/people.h"
#include "supervisor/service/load.h"
#include "supervisor/service/parts.h"
#include "supervisor/service/rematch.h"
#include "supervisor/work/worker.h"

#define PAUSE_MIN_USEC (2 * CLOCK_USEC_PER_SEC)
#define PAUSE_MAX_USEC (10 * CLOCK_USEC_PER_SEC)
#define LATE_USEC (30 * CLOCK_USEC_PER_SEC)
#define CLOSE_USEC (500 * CLOCK_USEC_PER_MSEC)

struct lookup {
	struct service *service;
	struct worker *worker;
	sd_event_source *timer;
	uint64_t pause_usec, asked_usec;
	bool late, closing;
};

struct question {
	struct job job;
	struct lookup *lookup;
	struct accounts accounts;
};

static struct node *node_of(const struct lookup *lookup)
{
	return lookup->service->rooms.node;
}

static struct config *config_of(const struct lookup *lookup)
{
	return node_of(lookup)->generation->config;
}

static void question_run(struct job *job)
{
	struct question *question = container_of(job, struct question, job);

	for (size_t i = 0; i < question->accounts.n; i++)
		account_ask(&question->accounts.list[i]);
}

static void log_found(const struct accounts *before, const struct accounts *answers)
{
	for (size_t i = 0; i < answers->n; i++) {
		const struct account *now = &answers->list[i];
		const struct account *then = accounts_find(before, now->kind, now->word);

		if (then && then->open && now->known && (!then->known || then->id != now->id))
			log_info("%s '%s' is known now: it is number %u; what the configuration says of it is in force",
				 account_noun(now->kind), TEXT_ESCAPE(now->word), now->id);
	}
}

/* Owners may have got the user to whom their slices are delegated.  The hierarchy that jobs use
 * now stays as it is until they end. */
static void declare_again(struct lookup *lookup)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct node *node = node_of(lookup);
	struct slicectl_hierarchy *hierarchy = NULL;
	struct generation *generation = NULL;

	if (load_hierarchy(&lookup->service->options, node->generation->config, &hierarchy,
			   &error) == 0)
		generation = generation_derive(node->generation, hierarchy);
	if (generation) {
		node_enforce(node, generation);
		return;
	}
	slicectl_hierarchy_free(hierarchy);
	log_warning("cannot take the owners' new users into account: %s; run slicectl reload",
		    error.code ? error.message : "out of memory");
}

static void take_answers(struct lookup *lookup, struct accounts *answers)
{
	struct config *config = config_of(lookup);

	log_found(&config->accounts, answers);
	if (accounts_take(&config->accounts, answers) == 0)
		return;
	if (people_settle(config) < 0) {
		log_warning(
			"out of memory: run slicectl reload, so that the users and groups that are known now take effect");
		return;
	}
	declare_again(lookup);
	rematch(lookup->service, LOSS_ACCOUNTS);
}

static void question_done(struct job *job)
{
	struct question *question = container_of(job, struct question, job);
	struct lookup *lookup = question->lookup;

	if (!lookup->closing) {
		take_answers(lookup, &question->accounts);
		if (lookup->late)
			log_info("the user database answers again");
		lookup->late = false;
	}
	accounts_done(&question->accounts);
	free(question);
}

static void ask(struct lookup *lookup)
{
	struct question *question = calloc(1, sizeof(*question));

	if (!question || accounts_copy_open(&config_of(lookup)->accounts, &question->accounts) < 0) {
		free(question);
		return;
	}
	question->job = (struct job){ .run = question_run, .done = question_done };
	question->lookup = lookup;
	lookup->asked_usec = clock_now_usec();
	worker_submit(lookup->worker, &question->job, false);
}

static void set_timer(struct lookup *lookup);

/* One question at a time: a directory service that hangs holds one thread. */
static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	struct lookup *lookup = data;

	if (worker_pending(lookup->worker) == 0)
		ask(lookup);
	else if (!lookup->late && usec > lookup->asked_usec + LATE_USEC) {
		lookup->late = true;
		log_warning(
			"the user database has not answered for 30 s; users and groups that are not known yet stay unknown until it does");
	}
	lookup->pause_usec *= 2;
	if (lookup->pause_usec > PAUSE_MAX_USEC)
		lookup->pause_usec = PAUSE_MAX_USEC;
	set_timer(lookup);
	return 0;
}

static bool open_worker(struct lookup *lookup)
{
	const struct worker_options options = { .needs_thread = true };
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	if (lookup->worker)
		return true;
	if (worker_new(node_of(lookup)->loop, &options, &lookup->worker, &error) == 0)
		return true;
	log_warning("cannot look up users again: %s", error.message);
	return false;
}

static void set_timer(struct lookup *lookup)
{
	lookup->timer = sd_event_source_unref(lookup->timer);
	if (accounts_are_open(&config_of(lookup)->accounts) && open_worker(lookup))
		(void)sd_event_add_time_relative(node_of(lookup)->loop, &lookup->timer,
						 CLOCK_MONOTONIC, lookup->pause_usec,
						 lookup->pause_usec / 8, on_timer, lookup);
}

void lookup_schedule(struct lookup *lookup)
{
	lookup->pause_usec = PAUSE_MIN_USEC;
	set_timer(lookup);
}

struct lookup *lookup_new(struct service *service)
{
	struct lookup *lookup = calloc(1, sizeof(*lookup));

	if (lookup)
		lookup->service = service;
	return lookup;
}

bool lookup_close(struct lookup *lookup)
{
	bool done_in_time;

	if (!lookup)
		return true;
	lookup->closing = true;
	lookup->timer = sd_event_source_unref(lookup->timer);
	done_in_time = worker_abandon(lookup->worker, CLOSE_USEC);
	if (done_in_time)
		free(lookup);
	return done_in_time;
}
