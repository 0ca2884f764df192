/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The name of the program that env(1) runs for a script with that first line, such as
 * "python3" of "#!/usr/bin/env -S python3 -u"; NULL for any other line, or when out of
 * memory.  The process is called so as soon as env has executed it. */
char *import_env_program(const char *line);

/* The same for the script @path; NULL if it is not there or is no script. */
char *import_script_program(const char *path);
