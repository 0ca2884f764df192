/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Names of the signals that make a process exit. */

/* "TERM", also as "SIGTERM".  -EINVAL for any other text. */
int signal_parse(const char *text, int *ret_signal);

/* "TERM"; NULL for any other signal. */
const char *signal_name(int signal);
