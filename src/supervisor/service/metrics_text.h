/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Formats the counters of the supervisor as text for Prometheus. */

#include "supervisor/service/service.h"

enum metrics_format {
	METRICS_OPENMETRICS, /* OpenMetrics 1.0: counter families without _total, # EOF at the end */
	METRICS_PROMETHEUS,  /* text format 0.0.4, which node_exporter reads from files */
};

/* The caller frees it; NULL when out of memory. */
char *metrics_text(struct service *service, enum metrics_format format);
