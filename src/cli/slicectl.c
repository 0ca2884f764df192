/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <locale.h>

#include "base/fd.h"
#include "base/log.h"
#include "cli/command.h"

int main(int argc, char **argv)
{
	fd_open_standard();
	(void)setlocale(LC_CTYPE, "");
	log_setup("slicectl", LOG_LEVEL_INFO);
	return command_main(argc, argv);
}
