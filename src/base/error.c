/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct slicectl_error *error, int code, const char *format, ...)
{
	va_list arguments;

	if (error) {
		error->code = code;
		va_start(arguments, format);
		(void)vsnprintf(error->message, sizeof(error->message), format, arguments);
		va_end(arguments);
	}
	return -code;
}

bool error_is_shortage(int code)
{
	return code == -ENOMEM || code == -EMFILE || code == -ENFILE;
}

void error_prefix(struct slicectl_error *error, const char *format, ...)
{
	char inner[sizeof(error->message)];
	va_list arguments;
	int length;

	if (!error)
		return;
	memcpy(inner, error->message, sizeof(inner));
	va_start(arguments, format);
	length = vsnprintf(error->message, sizeof(error->message), format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length + 3 >= sizeof(error->message))
		return;
	memcpy(error->message + length, ": ", 2);
	memcpy(error->message + length + 2, inner, sizeof(inner) - (size_t)length - 2);
	error->message[sizeof(error->message) - 1] = '\0';
}
