/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The metrics of the policies. */

#include "supervisor/service/metrics_page.h"

void metrics_put_policies(const struct metrics_page *page);
