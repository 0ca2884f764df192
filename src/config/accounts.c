/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/accounts.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"

/* A thread that asks.  It owns the questions until it is waited for no longer. */
struct asking {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct accounts accounts;
	size_t answered; /* under the lock; the thread uses only the account after these */
	bool is_left;    /* under the lock: nobody waits, so the thread frees this */
};

static struct account *find(const struct accounts *accounts, enum account_kind kind,
			    const char *word)
{
	for (size_t i = 0; i < accounts->n; i++) {
		if (accounts->list[i].kind == kind && text_equal(accounts->list[i].word, word))
			return &accounts->list[i];
	}
	return NULL;
}

const struct account *accounts_find(const struct accounts *accounts, enum account_kind kind,
				    const char *word)
{
	return find(accounts, kind, word);
}

int accounts_add(struct accounts *accounts, enum account_kind kind, const char *word)
{
	_cleanup_free_ char *copy = NULL;
	struct account *grown;

	if (find(accounts, kind, word))
		return 0;
	copy = strdup(word);
	grown = copy ? reallocarray(accounts->list, accounts->n + 1, sizeof(*grown)) : NULL;
	if (!grown)
		return -ENOMEM;
	accounts->list = grown;
	grown += accounts->n++;
	*grown = (struct account){ .kind = kind, .word = TAKE_PTR(copy) };
	account_forget(grown);
	return 0;
}

void accounts_done(struct accounts *accounts)
{
	for (size_t i = 0; i < accounts->n; i++) {
		free(accounts->list[i].word);
		free(accounts->list[i].members);
	}
	free(accounts->list);
	*accounts = (struct accounts){ 0 };
}

bool accounts_are_open(const struct accounts *accounts)
{
	for (size_t i = 0; i < accounts->n; i++) {
		if (accounts->list[i].open)
			return true;
	}
	return false;
}

int accounts_copy_open(const struct accounts *accounts, struct accounts *ret_copy)
{
	struct accounts copy = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < accounts->n; i++) {
		if (accounts->list[i].open)
			r = accounts_add(&copy, accounts->list[i].kind, accounts->list[i].word);
	}
	if (r < 0)
		accounts_done(&copy);
	*ret_copy = copy;
	return r;
}

static int copy_answer(struct account *to, const struct account *from)
{
	char *word = to->word;

	*to = *from;
	to->word = word;
	to->members = calloc(from->n_members + 1, sizeof(*to->members));
	if (!to->members)
		return -ENOMEM;
	if (from->n_members > 0)
		memcpy(to->members, from->members, from->n_members * sizeof(*to->members));
	return 0;
}

int accounts_copy(const struct accounts *accounts, struct accounts *ret_copy)
{
	struct accounts copy = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < accounts->n; i++) {
		r = accounts_add(&copy, accounts->list[i].kind, accounts->list[i].word);
		if (r == 0)
			r = copy_answer(&copy.list[i], &accounts->list[i]);
	}
	if (r < 0)
		accounts_done(&copy);
	*ret_copy = copy;
	return r;
}

/* Moves the answer of @from, whose word stays with it. */
static void move_answer(struct account *to, struct account *from)
{
	char *word = to->word;

	account_forget(to);
	*to = *from;
	to->word = word;
	from->members = NULL;
	from->n_members = 0;
}

size_t accounts_take(struct accounts *accounts, struct accounts *answers)
{
	size_t n = 0;

	for (size_t i = 0; i < answers->n; i++) {
		struct account *from = &answers->list[i];
		struct account *to = find(accounts, from->kind, from->word);

		if (!to || !to->open)
			continue;
		to->answered = to->answered || from->answered;
		if (!from->known)
			continue;
		n += !to->known || to->id != from->id;
		move_answer(to, from);
	}
	return n;
}

static struct asking *asking_free(struct asking *asking)
{
	accounts_done(&asking->accounts);
	(void)pthread_cond_destroy(&asking->wake);
	(void)pthread_mutex_destroy(&asking->lock);
	free(asking);
	return NULL;
}

static void *asking_main(void *data)
{
	struct asking *asking = data;
	bool is_left = false;

	for (size_t i = 0; i < asking->accounts.n && !is_left; i++) {
		account_ask(&asking->accounts.list[i]);
		(void)pthread_mutex_lock(&asking->lock);
		asking->answered++;
		is_left = asking->is_left;
		(void)pthread_cond_signal(&asking->wake);
		(void)pthread_mutex_unlock(&asking->lock);
	}
	if (is_left)
		(void)asking_free(asking);
	return NULL;
}

static struct asking *asking_new(const struct accounts *accounts)
{
	struct asking *asking = calloc(1, sizeof(*asking));
	pthread_condattr_t attributes;

	if (!asking || accounts_copy_open(accounts, &asking->accounts) < 0) {
		free(asking);
		return NULL;
	}
	(void)pthread_mutex_init(&asking->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&asking->wake, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	return asking;
}

/* All signals are blocked in the thread, so that the main loop gets them. */
static bool asking_start(struct asking *asking)
{
	sigset_t all, before;
	bool started;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	started = pthread_create(&asking->thread, NULL, asking_main, asking) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

/* Leaves the thread alone when it has not finished by then. */
static void asking_wait(struct asking *asking, struct accounts *accounts, uint64_t timeout_usec)
{
	const struct timespec until = clock_timespec(clock_deadline_usec(timeout_usec));
	struct accounts answered = asking->accounts;
	bool done;
	int r = 0;

	(void)pthread_mutex_lock(&asking->lock);
	while (r == 0 && asking->answered < asking->accounts.n)
		r = pthread_cond_timedwait(&asking->wake, &asking->lock, &until);
	answered.n = asking->answered;
	(void)accounts_take(accounts, &answered);
	done = asking->answered == asking->accounts.n;
	asking->is_left = !done;
	if (!done)
		(void)pthread_detach(asking->thread);
	(void)pthread_mutex_unlock(&asking->lock);
	if (!done) /* the thread may have freed it by now */
		return;
	(void)pthread_join(asking->thread, NULL);
	(void)asking_free(asking);
}

void accounts_ask_within(struct accounts *accounts, uint64_t timeout_usec)
{
	struct asking *asking = accounts_are_open(accounts) ? asking_new(accounts) : NULL;

	if (!asking)
		return;
	if (asking_start(asking)) {
		asking_wait(asking, accounts, timeout_usec);
		return;
	}
	(void)asking_main(asking);
	(void)accounts_take(accounts, &asking->accounts);
	(void)asking_free(asking);
}
