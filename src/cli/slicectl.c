/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <locale.h>
#include <sys/stat.h>

#include "base/log.h"
#include "cli/command.h"

int main(int argc, char **argv)
{
	(void)setlocale(LC_CTYPE, "");
	(void)umask(0022); /* what we create can be read by anyone (RI6) */
	log_setup("slicectl", LOG_LEVEL_INFO);
	return command_main(argc, argv);
}
