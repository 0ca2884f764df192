/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/moment.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/parse.h"
#include "base/text.h"

#define SECONDS_MAX (INT64_MAX / (int64_t)CLOCK_NSEC_PER_SEC)

static int from_seconds(int64_t seconds, uint64_t fraction_ns, uint64_t *ret_ns)
{
	if (seconds < 0 || seconds >= SECONDS_MAX)
		return -ERANGE;
	*ret_ns = (uint64_t)seconds * CLOCK_NSEC_PER_SEC + fraction_ns;
	return 0;
}

/* Exactly @count digits; moves @text behind them. */
static bool take_digits(const char **text, int count, int *ret_value)
{
	int value = 0;

	for (int i = 0; i < count; i++, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		value = value * 10 + (**text - '0');
	}
	*ret_value = value;
	return true;
}

static bool take_byte(const char **text, char byte)
{
	if (**text != byte)
		return false;
	(*text)++;
	return true;
}

/* Up to nine digits count, further ones are skipped. */
static bool take_fraction(const char **text, uint64_t *ret_ns)
{
	uint64_t unit = CLOCK_NSEC_PER_SEC, ns = 0;
	const char *begin;

	*ret_ns = 0;
	if (!take_byte(text, '.'))
		return true;
	for (begin = *text; **text >= '0' && **text <= '9'; (*text)++) {
		unit /= 10;
		ns += (uint64_t)(**text - '0') * unit;
	}
	*ret_ns = ns;
	return *text > begin;
}

/* "2026-01-31", and behind a blank or T "12:00" or "12:00:05.25". */
static bool take_calendar(const char **text, struct tm *ret_time, uint64_t *ret_fraction_ns)
{
	struct tm time = { .tm_isdst = -1 };

	*ret_fraction_ns = 0;
	if (!take_digits(text, 4, &time.tm_year) || !take_byte(text, '-') ||
	    !take_digits(text, 2, &time.tm_mon) || !take_byte(text, '-') ||
	    !take_digits(text, 2, &time.tm_mday))
		return false;
	time.tm_year -= 1900;
	time.tm_mon--;
	*ret_time = time;
	if (**text == '\0')
		return true;
	if ((!take_byte(text, 'T') && !take_byte(text, 't') && !take_byte(text, ' ')) ||
	    !take_digits(text, 2, &time.tm_hour) || !take_byte(text, ':') ||
	    !take_digits(text, 2, &time.tm_min))
		return false;
	if (take_byte(text, ':') &&
	    (!take_digits(text, 2, &time.tm_sec) || !take_fraction(text, ret_fraction_ns)))
		return false;
	*ret_time = time;
	return time.tm_hour < 24 && time.tm_min < 60 && time.tm_sec <= 60;
}

/* "Z", "+01:00" or "+0100"; none means local time. */
static bool take_zone(const char **text, bool *ret_local, int *ret_seconds)
{
	int sign, hours, minutes;

	*ret_seconds = 0;
	*ret_local = **text == '\0';
	if (*ret_local || take_byte(text, 'Z') || take_byte(text, 'z'))
		return **text == '\0';
	sign = **text == '+' ? 1 : -1;
	if ((!take_byte(text, '+') && !take_byte(text, '-')) || !take_digits(text, 2, &hours))
		return false;
	(void)take_byte(text, ':');
	if (!take_digits(text, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*ret_seconds = sign * (hours * 60 + minutes) * 60;
	return **text == '\0';
}

/* mktime() makes 3 March of 31 February; a date that it changes does not exist. */
static int calendar_seconds(const struct tm *time, bool local, int zone, int64_t *ret_seconds)
{
	struct tm copy = *time;
	time_t seconds = local ? mktime(&copy) : timegm(&copy);

	if (copy.tm_mday != time->tm_mday || copy.tm_mon != time->tm_mon)
		return -EINVAL;
	*ret_seconds = (int64_t)seconds - zone;
	return 0;
}

static int parse_calendar(const char *text, uint64_t *ret_ns)
{
	uint64_t fraction_ns;
	int64_t seconds;
	struct tm time;
	bool local;
	int zone, r;

	if (!take_calendar(&text, &time, &fraction_ns) || !take_zone(&text, &local, &zone))
		return -EINVAL;
	r = calendar_seconds(&time, local, zone, &seconds);
	return r == 0 ? from_seconds(seconds, fraction_ns, ret_ns) : r;
}

/* Midnight of the day that is @days_ago before that of @now_ns. */
static int parse_day(uint64_t now_ns, int days_ago, uint64_t *ret_ns)
{
	time_t now = (time_t)(now_ns / CLOCK_NSEC_PER_SEC);
	struct tm day;

	if (!localtime_r(&now, &day))
		return -ERANGE;
	day = (struct tm){ .tm_year = day.tm_year,
			   .tm_mon = day.tm_mon,
			   .tm_mday = day.tm_mday - days_ago,
			   .tm_isdst = -1 };
	return from_seconds((int64_t)mktime(&day), 0, ret_ns);
}

/* Days and weeks, in addition to the units of parse_duration(). */
static int parse_days(const char *text, int64_t days, uint64_t *ret_usec)
{
	_cleanup_free_ char *digits = strndup(text, strlen(text) - 1);
	uint64_t unit_usec = (uint64_t)days * 24 * 3600 * CLOCK_USEC_PER_SEC, number = 0;
	int r = digits ? parse_u64(digits, 0, UINT64_MAX / unit_usec, &number) : -ENOMEM;

	if (r == 0)
		*ret_usec = number * unit_usec;
	return r;
}

/* A number without a unit is refused, because it could be a time of day, seconds or minutes. */
static int parse_span(const char *text, uint64_t *ret_usec)
{
	size_t length = strlen(text);

	if (text_ends_with(text, "d"))
		return parse_days(text, 1, ret_usec);
	if (text_ends_with(text, "w"))
		return parse_days(text, 7, ret_usec);
	if (length == 0 || (text[length - 1] >= '0' && text[length - 1] <= '9'))
		return -EINVAL;
	return parse_duration(text, ret_usec);
}

/* "1h", "1h ago" or "-1h" */
static int parse_ago(const char *text, uint64_t now_ns, uint64_t *ret_ns)
{
	_cleanup_free_ char *span = strdup(*text == '-' ? text + 1 : text);
	uint64_t usec;
	int r;

	if (!span)
		return -ENOMEM;
	if (*text != '-' && text_ends_with(span, " ago"))
		span[strlen(span) - strlen(" ago")] = '\0';
	r = parse_span(span, &usec);
	if (r < 0)
		return r;
	/* A machine without a clock begins in 1970. */
	*ret_ns = usec > now_ns / 1000 ? 0 : now_ns - usec * 1000;
	return 0;
}

static int parse_epoch(const char *text, uint64_t *ret_ns)
{
	uint64_t seconds;
	int r = parse_u64(text, 0, (uint64_t)SECONDS_MAX - 1, &seconds);

	return r == 0 ? from_seconds((int64_t)seconds, 0, ret_ns) : r;
}

int moment_parse(const char *text, uint64_t now_ns, uint64_t *ret_ns)
{
	if (text_equal(text, "now"))
		return from_seconds((int64_t)(now_ns / CLOCK_NSEC_PER_SEC),
				    now_ns % CLOCK_NSEC_PER_SEC, ret_ns);
	if (text_equal(text, "today"))
		return parse_day(now_ns, 0, ret_ns);
	if (text_equal(text, "yesterday"))
		return parse_day(now_ns, 1, ret_ns);
	if (*text == '@')
		return parse_epoch(text + 1, ret_ns);
	if (strlen(text) > 4 && text[4] == '-')
		return parse_calendar(text, ret_ns);
	return parse_ago(text, now_ns, ret_ns);
}

char *moment_format_local(uint64_t realtime_ns, char out[MOMENT_SIZE])
{
	time_t seconds = (time_t)(realtime_ns / CLOCK_NSEC_PER_SEC);
	struct tm local = { 0 };
	size_t used;

	(void)localtime_r(&seconds, &local);
	used = strftime(out, MOMENT_SIZE, "%Y-%m-%d %H:%M:%S", &local);
	(void)snprintf(out + used, MOMENT_SIZE - used, ".%06u",
		       (unsigned)(realtime_ns % CLOCK_NSEC_PER_SEC / 1000));
	return out;
}
