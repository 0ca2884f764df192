/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <locale.h>

#include "base/fd.h"
#include "base/log.h"
#include "cli/command.h"
#include "control/json_memory.h"

int main(int argc, char **argv)
{
	fd_open_standard();
	json_memory_watch();
	(void)setlocale(LC_CTYPE, "");
	log_setup("slicectl", LOG_LEVEL_INFO);
	return command_main(argc, argv);
}
