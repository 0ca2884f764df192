/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <locale.h>
#include <signal.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/log.h"
#include "cli/command.h"

int main(int argc, char **argv)
{
	fd_open_standard();
	/* Who started us may ignore it; then nobody could wait for a child. */
	(void)signal(SIGCHLD, SIG_DFL);
	(void)setlocale(LC_CTYPE, "");
	(void)umask(0022); /* what we create can be read by anyone (RI6) */
	log_setup("slicectl", LOG_LEVEL_INFO);
	return command_main(argc, argv);
}
