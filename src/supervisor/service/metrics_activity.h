/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The metrics of the activity of families, where that is observed. */

#include "supervisor/service/metrics_page.h"

void metrics_put_activity(const struct metrics_page *page);
