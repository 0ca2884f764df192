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
#include "base/option.h"
#include "base/parse.h"
#include "base/text.h"
#include "supervisor/supervisor.h"

enum {
	OPTION_CONFIG,
	OPTION_ROOT,
	OPTION_CGROUP_ROOT,
	OPTION_PROC_ROOT,
	OPTION_DETECTOR,
	OPTION_POLL,
	OPTION_ONESHOT,
	OPTION_NOTIFY_FD,
	OPTION_RECORD,
	OPTION_REPLAY,
	OPTION_DRY_RUN,
	OPTION_QUIET,
	OPTION_VERBOSE,
	OPTION_HELP,
	OPTION_VERSION,
};

static const struct option_spec options[] = {
	{ OPTION_CONFIG, "config", 'c', "FILE", "read FILE instead of the standard files" },
	{ OPTION_ROOT, "root", 0, "DIR", "prefix of /usr/lib, /etc, /run and /proc" },
	{ OPTION_CGROUP_ROOT, "cgroup-root", 0, "DIR",
	  "base of the hierarchy; default: as configured" },
	{ OPTION_PROC_ROOT, "proc-root", 0, "DIR",
	  "mount point of proc; default: /proc below --root" },
	{ OPTION_DETECTOR, "detector", 0, "NAME", "auto, netlink or poll; default: as configured" },
	{ OPTION_POLL, "poll", 0, NULL, "the same as --detector=poll" },
	{ OPTION_ONESHOT, "oneshot", '1', NULL,
	  "scan the running processes once, act, and exit; status 2 when nothing matched" },
	{ OPTION_NOTIFY_FD, "notify-fd", 0, "N",
	  "write a newline to descriptor N when ready, and close it" },
	{ OPTION_RECORD, "record", 0, "FILE", "record all events to FILE" },
	{ OPTION_REPLAY, "replay", 0, "FILE",
	  "read events from a recording instead of the kernel; needs --dry-run" },
	{ OPTION_DRY_RUN, "dry-run", 'n', NULL, "match and report, but change nothing" },
	{ OPTION_QUIET, "quiet", 'q', NULL, "print only warnings and errors" },
	{ OPTION_VERBOSE, "verbose", 'v', NULL, "print debug messages too" },
	{ OPTION_HELP, "help", 'h', NULL, "print this help and exit" },
	{ OPTION_VERSION, "version", 0, NULL, "print the version and exit" },
	{ 0 },
};

static void print_help(void)
{
	(void)printf(
		"Usage: slicectld [OPTION]…\n\n"
		"Watches every fork, exec and exit on the machine, and places, monitors or kills\n"
		"process families by the rules of slicectl.conf(5).  Runs in the foreground until\n"
		"SIGTERM, and then leaves the families as they are.\n\nOptions:\n");
	option_print_help(options, stdout);
}

/* Returns 1 when the program is to exit successfully. */
static int apply_option(struct supervisor_options *out, enum log_level *level, int id,
			const char *value)
{
	switch (id) {
	case OPTION_CONFIG:
		out->source.file = value;
		break;
	case OPTION_ROOT:
		out->source.root = value;
		break;
	case OPTION_CGROUP_ROOT:
		out->cgroup_root = value;
		break;
	case OPTION_PROC_ROOT:
		out->proc_root = value;
		break;
	case OPTION_DETECTOR:
		out->detector = value;
		break;
	case OPTION_POLL:
		out->detector = "poll";
		break;
	case OPTION_ONESHOT:
		out->oneshot = true;
		break;
	case OPTION_NOTIFY_FD:
		out->notify = value;
		break;
	case OPTION_RECORD:
		out->record = value;
		break;
	case OPTION_REPLAY:
		out->replay = value;
		break;
	case OPTION_DRY_RUN:
		out->dry_run = true;
		break;
	case OPTION_QUIET:
		*level = LOG_LEVEL_WARNING;
		break;
	case OPTION_VERBOSE:
		*level = LOG_LEVEL_DEBUG;
		break;
	case OPTION_HELP:
		print_help();
		return 1;
	default:
		(void)printf("slicectld %s\n", PACKAGE_VERSION);
		return 1;
	}
	return 0;
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

static int parse_options(int argc, char **argv, struct supervisor_options *out,
			 enum log_level *level)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct option_reader reader;
	const struct option_spec *spec;
	const char *value = NULL;
	char **operands;
	int r;

	option_reader_init(&reader, options, argc, argv);
	while ((r = option_next(&reader, &spec, &value, &error)) > 0) {
		if (apply_option(out, level, spec->id, value) > 0)
			return 1;
	}
	if (r == 0 && option_operands(&reader, &operands) > 0)
		r = error_set(&error, EINVAL, "'%s' is not an option; slicectld takes no arguments",
			      TEXT_ESCAPE(operands[0]));
	if (r == 0)
		r = check_options(out, &error);
	if (r < 0)
		log_error("%s; try slicectld --help", error.message);
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
	r = proc ? supervisor_new(given, &supervisor, &error) : -ENOMEM;
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
	struct supervisor_options given = { .source.root = "", .notify_fd = -1 };
	enum log_level level = LOG_LEVEL_INFO;
	int r;

	fd_open_standard();
	(void)umask(0022);
	(void)signal(SIGCHLD, SIG_DFL); /* if it is ignored, hooks cannot be waited for */
	(void)signal(SIGPIPE, SIG_IGN); /* writing to a closed pipe fails with EPIPE instead */
	log_setup("slicectld", level);
	r = parse_options(argc, argv, &given, &level);
	if (r != 0)
		return r < 0 ? EXIT_USAGE : EXIT_SUCCESS;
	log_setup("slicectld", level);
	return run_supervisor(&given);
}
