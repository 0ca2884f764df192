/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Recovers what an earlier supervisor left behind, even after a crash:
 * - families are adopted;
 * - empty scopes that were only half-made, or that were to be destroyed, are removed;
 * - scopes that were to be destroyed and hold processes are removed once those have exited;
 * - everything else is left as it is.
 * No process is killed, except to finish a kill that had begun, and each step is recorded.
 */

struct supervisor;

void recover_scopes(struct supervisor *supervisor);
