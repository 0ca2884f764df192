/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What another configuration changes for families that exist. */

struct config;
struct life;

/* To be called in a reload, before all processes are matched again.  Families of which no member
 * was placed are forgotten, so that the new rules decide about their processes; placements that
 * succeeded in part are tried again. */
void reconsider_failed(struct life *life);

/* To be called in a reload, where the configuration was @before: scopes of rules that have other
 * limits now get them.  A limit that the rule no longer has keeps its value. */
void reconsider_limits(struct life *life, const struct config *before);
