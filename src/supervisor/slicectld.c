/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/exit_status.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/option_row.h"
#include "base/parse.h"
#include "base/text.h"
#include "control/json_memory.h"
#include "supervisor/supervisor.h"

/* What the command line says. */
struct given {
	struct supervisor_options options;
	enum log_level level;
	enum {
		GIVEN_SERVE,
		GIVEN_HELP,
		GIVEN_VERSION,
	} mode;
};

static int set_poll(void *target, const struct option_row *row, const char *value,
		    struct slicectl_error *error)
{
	((struct given *)target)->options.detector = "poll";
	return 0;
}

static int set_quiet(void *target, const struct option_row *row, const char *value,
		     struct slicectl_error *error)
{
	((struct given *)target)->level = LOG_LEVEL_WARNING;
	return 0;
}

static int set_verbose(void *target, const struct option_row *row, const char *value,
		       struct slicectl_error *error)
{
	((struct given *)target)->level = LOG_LEVEL_DEBUG;
	return 0;
}

static int set_help(void *target, const struct option_row *row, const char *value,
		    struct slicectl_error *error)
{
	((struct given *)target)->mode = GIVEN_HELP;
	return 0;
}

static int set_version(void *target, const struct option_row *row, const char *value,
		       struct slicectl_error *error)
{
	((struct given *)target)->mode = GIVEN_VERSION;
	return 0;
}

#define MEMBER(member) offsetof(struct given, options.member)

static const struct option_row rows[] = {
	{ "config", 'c', "FILE", "read FILE instead of the standard files", option_row_set_text,
	  MEMBER(source.file) },
	{ "root", 0, "DIR", "prefix of /usr/lib, /etc, /run and /proc", option_row_set_text,
	  MEMBER(source.root) },
	{ "cgroup-root", 0, "DIR", "base of the hierarchy; default: as configured",
	  option_row_set_text, MEMBER(cgroup_root) },
	{ "proc-root", 0, "DIR", "mount point of proc; default: /proc below --root",
	  option_row_set_text, MEMBER(proc_root) },
	{ "detector", 0, "NAME", "auto, netlink or poll; default: as configured",
	  option_row_set_text, MEMBER(detector) },
	{ "poll", 0, NULL, "the same as --detector=poll", set_poll, 0 },
	{ "oneshot", '1', NULL,
	  "scan the running processes once, act, and exit; status 2 when nothing matched",
	  option_row_set_flag, MEMBER(oneshot) },
	{ "notify-fd", 0, "N", "write a newline to descriptor N when ready, and close it",
	  option_row_set_text, MEMBER(notify) },
	{ "record", 0, "FILE", "record all events to FILE", option_row_set_text, MEMBER(record) },
	{ "replay", 0, "FILE", "read events from a recording instead of the kernel; needs --dry-run",
	  option_row_set_text, MEMBER(replay) },
	{ "activity", 0, NULL,
	  "observe the activity of families, as with enabled = yes in [activity]",
	  option_row_set_flag, MEMBER(activity) },
	{ "dry-run", 'n', NULL, "match and report, but change nothing", option_row_set_flag,
	  MEMBER(dry_run) },
	{ "quiet", 'q', NULL, "print only warnings and errors", set_quiet, 0 },
	{ "verbose", 'v', NULL, "print debug messages too", set_verbose, 0 },
	{ "help", 'h', NULL, "print this help and exit", set_help, 0 },
	{ "version", 0, NULL, "print the version and exit", set_version, 0 },
	{ 0 },
};

static void print_help(const struct option_spec *specs)
{
	(void)printf(
		"Usage: slicectld [OPTION]…\n\n"
		"Watches every fork, exec and exit on the machine, and places, monitors or kills\n"
		"process families by the rules of slicectl.conf(5).  Runs in the foreground until\n"
		"SIGTERM, and then leaves the families as they are.\n\nOptions:\n");
	if (option_print_help(specs, stdout) < 0)
		log_error("out of memory");
}

/* The descriptor is made close-on-exec, so that programs that we start do not inherit it. */
static int parse_notify_fd(struct supervisor_options *given)
{
	uint64_t fd;

	if (parse_u64(given->notify, 3, INT_MAX, &fd) < 0 || fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0)
		return -EINVAL;
	given->notify_fd = (int)fd;
	return 0;
}

static int check_options(struct supervisor_options *given, struct slicectl_error *error)
{
	enum config_detector detector;

	if (given->notify && parse_notify_fd(given) < 0)
		return error_set(error, EINVAL,
				 "--notify-fd: '%s' is not an open descriptor of 3 or more",
				 TEXT_ESCAPE(given->notify));
	if (given->replay && !given->dry_run)
		return error_set(error, EINVAL, "--replay does not act, so it also needs --dry-run");
	if (given->replay && (given->record || given->detector || given->oneshot))
		return error_set(error, EINVAL,
				 "--replay cannot be combined with --record, --detector, --poll or --oneshot");
	return given->detector ? config_parse_detector(given->detector, &detector, error) : 0;
}

/* Up to one that asks for the help or the version. */
static int read_options(struct given *given, struct option_reader *reader,
			struct slicectl_error *error)
{
	const struct option_spec *spec;
	const char *value = NULL;
	char **operands;
	int r;

	while ((r = option_next(reader, &spec, &value, error)) > 0) {
		r = rows[spec->id].set(given, &rows[spec->id], value, error);
		if (r < 0 || given->mode != GIVEN_SERVE)
			return r;
	}
	if (r == 0 && option_operands(reader, &operands) > 0)
		r = error_set(error, EINVAL,
			      "'%s' is not an option; slicectld does not take arguments",
			      TEXT_ESCAPE(operands[0]));
	return r == 0 ? check_options(&given->options, error) : r;
}

/* 0, or -errno after it was logged.  The help and the version are printed. */
static int parse_options(int argc, char **argv, struct given *given)
{
	_cleanup_free_ struct option_spec *specs = option_row_specs(rows, NULL);
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct option_reader reader;
	int r;

	if (!specs) {
		log_error("out of memory");
		return -ENOMEM;
	}
	option_reader_init(&reader, specs, argc, argv);
	r = read_options(given, &reader, &error);
	if (r < 0)
		log_error("%s; try slicectld --help", error.message);
	else if (given->mode == GIVEN_HELP)
		print_help(specs);
	else if (given->mode == GIVEN_VERSION)
		(void)printf("slicectld %s\n", PACKAGE_VERSION);
	return r;
}

static int run_supervisor(struct supervisor_options *given)
{
	_cleanup_supervisor_ struct supervisor *supervisor = NULL;
	_cleanup_free_ char *proc = text_format("%s/proc", given->source.root);
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	int r;

	if (!given->proc_root)
		given->proc_root = proc;
	if (!given->replay && !given->oneshot)
		log_add_times();
	if (!given->replay)
		log_limit();
	r = proc ? supervisor_new(given, &supervisor, &error) :
		   error_set(&error, ENOMEM, "out of memory");
	if (r == 0)
		r = given->replay  ? supervisor_run_replay(supervisor, &error) :
		    given->oneshot ? supervisor_run_once(supervisor, &error) :
				     supervisor_run(supervisor, &error);
	if (r < 0) {
		log_error("%s", error.message);
		return exit_status(r);
	}
	return given->oneshot && r == 0 ? EXIT_DIFFERENT : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct given given = { .options = { .source.root = "", .notify_fd = -1 },
			       .level = LOG_LEVEL_INFO };

	fd_open_standard();
	json_memory_watch();
	(void)umask(0022);
	(void)signal(SIGCHLD, SIG_DFL); /* when ignored, the exits of hooks could not be waited for */
	(void)signal(SIGPIPE, SIG_IGN); /* a reader that went away is EPIPE */
	log_setup("slicectld", given.level);
	if (parse_options(argc, argv, &given) < 0)
		return EXIT_USAGE;
	if (given.mode != GIVEN_SERVE)
		return EXIT_SUCCESS;
	log_setup("slicectld", given.level);
	return run_supervisor(&given.options);
}
