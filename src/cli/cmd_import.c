/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/exit_status.h"
#include "base/fd.h"
#include "base/text.h"
#include "cli/command.h"
#include "config/import.h"

enum { FILE_MAX = 4 * 1024 * 1024 };

/* Only cgconfig.conf(5) has sections in braces. */
static bool has_sections(const char *text)
{
	for (; text; text = strchr(text, '\n') ? strchr(text, '\n') + 1 : NULL) {
		size_t length = strcspn(text, "#\n");

		if (memchr(text, '{', length))
			return true;
	}
	return false;
}

static int read_one(struct import *import, const char *file, struct slicectl_error *error)
{
	_cleanup_free_ char *text = NULL;
	size_t length = 0;
	int r;

	r = fd_read_all(AT_FDCWD, file, FILE_MAX, &text, &length);
	if (r < 0)
		return error_set(error, -r, "cannot read %s: %s", TEXT_ESCAPE(file), strerror(-r));
	if (memchr(text, '\0', length))
		return error_set(error, EBADMSG, "%s is not a text file", TEXT_ESCAPE(file));
	return has_sections(text) ? import_groups(import, file, text, error) :
				    import_rules(import, file, text, error);
}

/* Warnings go to standard error; the result is printed only when all of it was converted. */
int cmd_import(struct invocation *invocation, struct slicectl_error *error)
{
	struct import import __attribute__((
		cleanup(import_done))) = { .warnings = invocation->quiet ? NULL : stderr };
	_cleanup_free_ char *text = NULL;
	size_t size = 0;
	FILE *stream;
	int r = 0;

	for (int i = 0; r == 0 && i < invocation->n_operands; i++)
		r = read_one(&import, invocation->operands[i], error);
	if (r < 0)
		return r;
	r = import_convert(&import);
	stream = r == 0 ? open_memstream(&text, &size) : NULL;
	if (stream) {
		(void)fprintf(stream,
			      "# Imported from libcgroup by slicectl %s: review it before use.\n",
			      PACKAGE_VERSION);
		r = import_print(&import, stream);
		if (text_close(stream, &text) < 0)
			r = -ENOMEM;
	}
	if (stream && r == 0)
		r = import_mend(&import, &text);
	if (!stream || r < 0)
		return error_set(error, ENOMEM, "out of memory");
	(void)fputs(text, stdout);
	return import.n_warnings > 0 ? EXIT_DIFFERENT : 0;
}
