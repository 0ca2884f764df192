/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What failed or was refused under an earlier configuration. */

struct life;

/* To be called in a reload, before all processes are matched again.  Families of which no member
 * was placed are forgotten, so that the new rules decide about their processes; placements that
 * succeeded in part are tried again. */
void reconsider_failed(struct life *life);
