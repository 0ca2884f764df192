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
	/* The parent may have set it to be ignored; then a child could not be waited for. */
	(void)signal(SIGCHLD, SIG_DFL);
	(void)setlocale(LC_CTYPE, "");
	(void)umask(0022); /* everyone may read what the program creates */
	log_setup("slicectl", LOG_LEVEL_INFO);
	return command_main(argc, argv);
}
