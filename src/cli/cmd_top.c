/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A table of usage that is refreshed: on a terminal redrawn until q, elsewhere printed one
 * after another. */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/parse.h"
#include "base/text.h"
#include "cli/context.h"
#include "cli/table_fit.h"
#include "cli/top_sample.h"

#define DELAY_MIN_USEC (100 * CLOCK_USEC_PER_MSEC)
#define DELAY_MAX_USEC (3600 * CLOCK_USEC_PER_SEC)
#define FIRST_USEC \
	(250 * CLOCK_USEC_PER_MSEC) /* the first table comes soon, but needs two samples */

struct top {
	uint64_t delay_usec, iterations; /* iterations 0: not given */
	const char *sort;
	bool batch;
};

static int set_delay(void *target, const struct option_row *row, const char *value,
		     struct slicectl_error *error)
{
	uint64_t usec;

	if (parse_duration(value, &usec) < 0 || usec < DELAY_MIN_USEC || usec > DELAY_MAX_USEC)
		return error_set(error, EINVAL, "--delay: '%s' is not a time span from 100ms to 1h",
				 TEXT_ESCAPE(value));
	*(uint64_t *)option_row_member(target, row) = usec;
	return 0;
}

static int set_iterations(void *target, const struct option_row *row, const char *value,
			  struct slicectl_error *error)
{
	if (parse_u64(value, 1, UINT32_MAX, option_row_member(target, row)) < 0)
		return error_set(error, EINVAL, "--iterations: '%s' is not a positive integer",
				 TEXT_ESCAPE(value));
	return 0;
}

static const struct option_row top_rows[] = {
	{ "delay", 'd', "TIME", "time between two tables (default 2s)", set_delay,
	  offsetof(struct top, delay_usec) },
	{ "iterations", 'n', "N", "number of tables (default 1, on a terminal no limit)",
	  set_iterations, offsetof(struct top, iterations) },
	{ "sort", 's', "NAME", "sort by cpu, memory, processes, io or name (default cpu)",
	  option_row_set_text, offsetof(struct top, sort) },
	{ "batch", 'b', NULL, "print one table after another, also on a terminal",
	  option_row_set_flag, offsetof(struct top, batch) },
	{ 0 },
};

static const struct top defaults = { .delay_usec = 2 * CLOCK_USEC_PER_SEC, .sort = "cpu" };

const struct option_group top_options = { top_rows, sizeof(struct top), &defaults, NULL };

struct terminal {
	bool is_drawn; /* on the alternate screen */
	struct termios before;
	int signal_fd;
};

/* Restores the terminal, whatever ends the program. */
static void terminal_done(struct terminal *terminal)
{
	if (terminal->is_drawn) {
		(void)fputs("\033[?25h\033[?1049l", stdout);
		(void)fflush(stdout);
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &terminal->before);
	}
	cleanup_close(&terminal->signal_fd);
}

static void open_terminal(struct terminal *terminal, bool batch)
{
	struct termios raw;
	sigset_t signals;

	if (batch || !isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &terminal->before) < 0)
		return;
	raw = terminal->before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	(void)sigemptyset(&signals);
	for (const int *signal = (const int[]){ SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, 0 };
	     *signal; signal++)
		(void)sigaddset(&signals, *signal);
	(void)sigprocmask(SIG_BLOCK, &signals, NULL);
	terminal->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	terminal->is_drawn = true;
	(void)fputs("\033[?1049h\033[?25l", stdout);
}

/* Only the first rows that fit on the screen. */
static size_t rows_that_fit(const struct top_sample *sample)
{
	struct winsize size;
	size_t rows = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 4 ?
			      size.ws_row - 4U :
			      20;

	return sample->n < rows ? sample->n : rows;
}

static int draw(struct invocation *invocation, const struct terminal *terminal,
		const struct top_sample *sample, const char *sort)
{
	struct top_sample shown = *sample;
	char title[128];
	int r;

	if (terminal->is_drawn) {
		shown.n = rows_that_fit(sample);
		(void)snprintf(title, sizeof(title),
			       "slicectl top: %zu of %zu cgroups by %s; c m p i n sort, q quits",
			       shown.n, sample->n, sort);
		(void)printf("\033[H\033[2J%.*s\n\n", (int)table_fit_width(), title);
	}
	r = top_sample_print(invocation, &shown);
	(void)fflush(stdout);
	return r;
}

/* Returns whether to quit. */
static bool take_key(char key, const char **sort)
{
	static const struct {
		char key;
		const char *sort;
	} keys[] = { { 'c', "cpu" },
		     { 'm', "memory" },
		     { 'p', "processes" },
		     { 'i', "io" },
		     { 'n', "name" } };

	for (size_t i = 0; i < ELEMENTS(keys); i++) {
		if (keys[i].key == key)
			*sort = keys[i].sort;
	}
	return key == 'q' || key == 4;
}

/* Waits until the time is over, a key is pressed, or the window changes; returns whether to
 * quit. */
static bool pause_for(const struct terminal *terminal, uint64_t usec, const char **sort)
{
	struct pollfd pollers[] = {
		{ .fd = terminal->is_drawn ? STDIN_FILENO : -1, .events = POLLIN },
		{ .fd = terminal->signal_fd, .events = POLLIN },
	};
	struct signalfd_siginfo info;
	char key;

	if (poll(pollers, ELEMENTS(pollers), (int)(usec / CLOCK_USEC_PER_MSEC)) <= 0)
		return false;
	if (pollers[1].revents &&
	    read(terminal->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		return info.ssi_signo != SIGWINCH;
	return pollers[0].revents && (read(STDIN_FILENO, &key, 1) != 1 || take_key(key, sort));
}

static int show(struct invocation *invocation, const struct terminal *terminal,
		struct slicectl_error *error)
{
	struct top_sample before __attribute__((cleanup(top_sample_done))) = { 0 };
	const struct top *options = invocation->options;
	uint64_t left = options->iterations ? options->iterations :
			terminal->is_drawn  ? UINT64_MAX :
					      1;
	const char *sort = options->sort;
	uint64_t delay = FIRST_USEC;
	bool ends = false;
	int r = top_sample_take(invocation, &before, &before, error);

	while (r == 0 && left > 0 && !ends) {
		struct top_sample now;

		ends = pause_for(terminal, delay, &sort);
		delay = options->delay_usec;
		r = ends ? 0 : top_sample_take(invocation, &before, &now, error);
		if (r < 0 || ends)
			break;
		left--;
		r = top_sample_sort(&now, sort);
		if (r == 0)
			r = draw(invocation, terminal, &now, sort);
		top_sample_done(&before);
		before = now;
	}
	return r < 0 && !error->code ?
		       error_set(error, -r, "cannot print the table: %s", strerror(-r)) :
		       r;
}

int cmd_top(struct invocation *invocation, struct slicectl_error *error)
{
	struct terminal terminal __attribute__((cleanup(terminal_done))) = { .signal_fd = -1 };
	const struct top *options = invocation->options;
	struct top_sample none = { 0 };
	int r;

	if (top_sample_sort(&none, options->sort) < 0)
		return error_set(error, EINVAL,
				 "--sort: '%s' is not cpu, memory, processes, io or name",
				 TEXT_ESCAPE(options->sort));
	r = context_hierarchy(invocation, error);
	if (r < 0)
		return r;
	open_terminal(&terminal, options->batch || invocation->json);
	return show(invocation, &terminal, error);
}
