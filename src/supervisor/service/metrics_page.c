/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/service/metrics_page.h"

#include "base/clock.h"
#include "base/text.h"

void metrics_put_header(const struct metrics_page *page, const char *name, const char *type,
			const char *help)
{
	bool has_suffix = page->format == METRICS_PROMETHEUS && text_equal(type, "counter");
	const char *suffix = has_suffix ? "_total" : "";

	(void)fprintf(page->out,
		      "# HELP " METRICS_PREFIX "%s%s %s\n# TYPE " METRICS_PREFIX "%s%s %s\n", name,
		      suffix, help, name, suffix, type);
}

void metrics_put_label(const struct metrics_page *page, const char *name, const char *value,
		       bool first)
{
	(void)fprintf(page->out, "%s%s=\"", first ? "{" : ",", name);
	for (; *value; value++) {
		if (*value == '\n')
			(void)fputs("\\n", page->out);
		else if (*value == '"' || *value == '\\')
			(void)fprintf(page->out, "\\%c", *value);
		else
			(void)fputc(*value, page->out);
	}
	(void)fputc('"', page->out);
}

double metrics_seconds(uint64_t usec)
{
	return (double)usec / (double)CLOCK_USEC_PER_SEC;
}
