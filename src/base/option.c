/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/option.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/spelling.h"
#include "base/text.h"

enum { HELP_COLUMN = 30 };

void option_reader_init(struct option_reader *reader, const struct option_spec *specs, int argc,
			char **argv)
{
	*reader = (struct option_reader){
		.specs = specs,
		.argc = argc,
		.argv = argv,
		.index = 1,
	};
}

static const struct option_spec *find_long(const struct option_spec *specs, const char *name,
					   size_t length)
{
	for (; specs && specs->name; specs++) {
		if (strlen(specs->name) == length && strncmp(specs->name, name, length) == 0)
			return specs;
	}
	return NULL;
}

static const struct option_spec *find_letter(const struct option_spec *specs, char letter)
{
	for (; specs && specs->name; specs++) {
		if (specs->letter && specs->letter == letter)
			return specs;
	}
	return NULL;
}

/* The value follows "=" or the letter; otherwise it is the next word. */
static int take_value(struct option_reader *reader, const struct option_spec *spec,
		      const char *attached, const char **ret_value, struct slicectl_error *error)
{
	if (!spec->argument && attached)
		return error_set(error, EINVAL, "option --%s does not take a value", spec->name);
	if (spec->argument && !attached) {
		if (reader->index >= reader->argc)
			return error_set(error, EINVAL, "option --%s needs a value: --%s %s",
					 spec->name, spec->name, spec->argument);
		attached = reader->argv[reader->index++];
	}
	*ret_value = attached;
	return 1;
}

static const char *name_at(size_t index, const void *data)
{
	const struct option_spec *specs = data;

	return specs && specs[index].name ? specs[index].name : NULL;
}

static int unknown_long(const struct option_spec *specs, const char *word, size_t length,
			struct slicectl_error *error)
{
	_cleanup_free_ char *name = strndup(word, length);
	const char *nearest = name ? spelling_nearest(name, name_at, specs) : NULL;

	return error_set(error, EINVAL, "unknown option --%s%s%s%s", TEXT_ESCAPE(word),
			 nearest ? "; did you mean --" : "", nearest ? nearest : "",
			 nearest ? "?" : "");
}

static int next_long(struct option_reader *reader, const struct option_spec **ret_spec,
		     const char **ret_value, struct slicectl_error *error)
{
	const char *word = reader->argv[reader->index++] + 2, *equals = strchr(word, '=');
	size_t length = equals ? (size_t)(equals - word) : strlen(word);
	const struct option_spec *spec = find_long(reader->specs, word, length);

	if (!spec)
		return unknown_long(reader->specs, word, length, error);
	*ret_spec = spec;
	return take_value(reader, spec, equals ? equals + 1 : NULL, ret_value, error);
}

static int next_letter(struct option_reader *reader, const struct option_spec **ret_spec,
		       const char **ret_value, struct slicectl_error *error)
{
	const char *word = reader->argv[reader->index], *attached = NULL;
	char letter = word[reader->letter_at++];
	const struct option_spec *spec = find_letter(reader->specs, letter);

	if (!spec)
		return error_set(error, EINVAL, "unknown option -%s",
				 text_escape(&letter, 1, (char[8]){ 0 }, 8));
	if (spec->argument && word[reader->letter_at] != '\0')
		attached = word + reader->letter_at;
	if (spec->argument || word[reader->letter_at] == '\0') {
		reader->letter_at = 0;
		reader->index++;
	}
	*ret_spec = spec;
	return take_value(reader, spec, attached, ret_value, error);
}

int option_next(struct option_reader *reader, const struct option_spec **ret_spec,
		const char **ret_value, struct slicectl_error *error)
{
	const char *word;

	if (reader->letter_at > 0)
		return next_letter(reader, ret_spec, ret_value, error);
	if (reader->ended || reader->index >= reader->argc)
		return 0;
	word = reader->argv[reader->index];
	if (word[0] != '-' || word[1] == '\0')
		return 0;
	if (text_equal(word, "--")) {
		reader->index++;
		reader->ended = true;
		return 0;
	}
	if (word[1] == '-')
		return next_long(reader, ret_spec, ret_value, error);
	reader->letter_at = 1;
	return next_letter(reader, ret_spec, ret_value, error);
}

int option_operands(const struct option_reader *reader, char ***ret_operands)
{
	*ret_operands = reader->argv + reader->index;
	return reader->argc - reader->index;
}

/* Columns that @text takes on a display: its code points.  Not by wcwidth(3), because the help
 * is UTF-8 in every locale. */
static size_t width_of(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

void option_print_row(FILE *stream, size_t column, const char *left, const char *right)
{
	size_t used = width_of(left) + 2;

	(void)fprintf(stream, "  %s", left);
	if (used >= column) {
		(void)fputc('\n', stream);
		used = 0;
	}
	(void)fprintf(stream, "%*s%s\n", (int)(column - used), "", right);
}

int option_print_help(const struct option_spec *specs, FILE *stream)
{
	for (; specs && specs->name; specs++) {
		_cleanup_free_ char *left = NULL;
		char letter[8] = "    ";

		if (specs->letter)
			(void)snprintf(letter, sizeof(letter), "-%c, ", specs->letter);
		left = text_format("%s--%s%s%s", letter, specs->name, specs->argument ? " " : "",
				   specs->argument ? specs->argument : "");
		if (!left)
			return -ENOMEM;
		option_print_row(stream, HELP_COLUMN, left, specs->help);
	}
	return 0;
}
