/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/parse.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

struct unit {
	const char *suffix;
	uint64_t factor;
};

/* Parses the leading decimal digits of @text; @ret_rest points behind them. */
static int digits(const char *text, uint64_t *ret_value, const char **ret_rest)
{
	uint64_t value = 0;
	const char *c = text;

	if (c[0] == '0' && c[1] >= '0' && c[1] <= '9')
		return -EINVAL;
	for (; *c >= '0' && *c <= '9'; c++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*c - '0'), &value))
			return -ERANGE;
	}
	if (c == text)
		return -EINVAL;
	*ret_value = value;
	*ret_rest = c;
	return 0;
}

static int with_unit(const char *text, const struct unit *units, size_t n, uint64_t *ret_value)
{
	const char *rest;
	uint64_t value;
	int r;

	r = digits(text, &value, &rest);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		if (!text_equal(rest, units[i].suffix))
			continue;
		if (__builtin_mul_overflow(value, units[i].factor, &value))
			return -ERANGE;
		*ret_value = value;
		return 0;
	}
	return -EINVAL;
}

int parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *ret_value)
{
	const char *rest;
	uint64_t value;
	int r;

	r = digits(text, &value, &rest);
	if (r < 0)
		return r;
	if (*rest != '\0')
		return -EINVAL;
	if (value < min || value > max)
		return -ERANGE;
	*ret_value = value;
	return 0;
}

int parse_pid(const char *text, pid_t *ret_pid)
{
	uint64_t value;
	int r;

	r = parse_u64(text, 1, INT_MAX, &value);
	if (r < 0)
		return r;
	*ret_pid = (pid_t)value;
	return 0;
}

int parse_size(const char *text, uint64_t *ret_bytes)
{
	static const struct unit units[] = {
		{ "", 1 },
		{ "K", UINT64_C(1) << 10 },
		{ "M", UINT64_C(1) << 20 },
		{ "G", UINT64_C(1) << 30 },
		{ "T", UINT64_C(1) << 40 },
	};

	return with_unit(text, units, ELEMENTS(units), ret_bytes);
}

int parse_percent(const char *text, uint64_t max_permyriad, uint64_t *ret_permyriad)
{
	uint64_t whole, part = 0, scale = 100;
	const char *rest;
	int r;

	r = digits(text, &whole, &rest);
	if (r < 0)
		return r;
	if (*rest == '.') {
		for (rest++; *rest >= '0' && *rest <= '9' && scale > 1; rest++) {
			scale /= 10;
			part += (uint64_t)(*rest - '0') * scale;
		}
		if (scale == 100)
			return -EINVAL;
	}
	if (!text_equal(rest, "%"))
		return -EINVAL;
	if (whole > max_permyriad / 100 || whole * 100 + part > max_permyriad)
		return -ERANGE;
	*ret_permyriad = whole * 100 + part;
	return 0;
}

int parse_duration(const char *text, uint64_t *ret_usec)
{
	static const struct unit units[] = {
		{ "", 1000000 },
		{ "us", 1 },
		{ "ms", 1000 },
		{ "s", 1000000 },
		{ "m", UINT64_C(60) * 1000000 },
		{ "min", UINT64_C(60) * 1000000 },
		{ "h", UINT64_C(3600) * 1000000 },
	};

	return with_unit(text, units, ELEMENTS(units), ret_usec);
}
