/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the supervisor counts, as text for Prometheus. */

#include "supervisor/service/service.h"

enum metrics_format {
	METRICS_OPENMETRICS, /* 1.0: the name of a counter's family has no _total, and there is an end */
	METRICS_PROMETHEUS, /* text format 0.0.4, which node_exporter reads from files */
};

/* The caller frees it; NULL when out of memory. */
char *metrics_text(struct service *service, enum metrics_format format);
