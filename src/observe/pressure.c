/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "observe/pressure.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Reads "12.34" as 1234. */
static uint64_t hundredths(unsigned whole, unsigned part)
{
	return whole * UINT64_C(100) + part;
}

int pressure_parse(const char *text, const char *line, struct pressure_line *ret_line)
{
	unsigned whole[3], part[3];
	unsigned long long total;
	size_t length = strlen(line);

	while (strncmp(text, line, length) != 0 || text[length] != ' ') {
		text = strchr(text, '\n');
		if (!text)
			return -ENODATA;
		text++;
	}
	if (sscanf(text + length, " avg10=%3u.%2u avg60=%3u.%2u avg300=%3u.%2u total=%20llu",
		   &whole[0], &part[0], &whole[1], &part[1], &whole[2], &part[2], &total) != 7)
		return -EINVAL;
	*ret_line = (struct pressure_line){ hundredths(whole[0], part[0]),
					    hundredths(whole[1], part[1]),
					    hundredths(whole[2], part[2]), total };
	return 0;
}

void pressure_window_clear(struct pressure_window *window)
{
	window->count = 0;
}

/* The oldest sample that is not older than the window or, without one, the newest. */
static unsigned first_of(const struct pressure_window *window, uint64_t now_ns)
{
	unsigned index;

	for (unsigned i = window->count; i > 1; i--) {
		index = (window->next + PRESSURE_SAMPLES - i) % PRESSURE_SAMPLES;
		if (now_ns - window->samples[index].at_ns <= PRESSURE_WINDOW_NS)
			return index;
	}
	return (window->next + PRESSURE_SAMPLES - 1) % PRESSURE_SAMPLES;
}

bool pressure_window_take(struct pressure_window *window, uint64_t total_usec, uint64_t now_ns,
			  uint64_t *ret_share)
{
	unsigned first = first_of(window, now_ns);
	uint64_t stall, span_usec;
	bool has_share = window->count > 0 && now_ns > window->samples[first].at_ns &&
			 total_usec >= window->samples[first].total_usec;

	if (has_share) {
		stall = total_usec - window->samples[first].total_usec;
		span_usec = (now_ns - window->samples[first].at_ns) / 1000;
		*ret_share = span_usec == 0     ? 0 :
			     stall >= span_usec ? 10000 :
						  stall * 10000 / span_usec;
	}
	window->samples[window->next].total_usec = total_usec;
	window->samples[window->next].at_ns = now_ns;
	window->next = (window->next + 1) % PRESSURE_SAMPLES;
	window->count += window->count < PRESSURE_SAMPLES;
	return has_share;
}
