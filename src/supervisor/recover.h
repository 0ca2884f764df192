/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What an earlier supervisor left, however it ended: families are adopted, scopes that
 * were not finished or were to be removed are, once they are empty, and everything else is
 * left as it is.  Nothing is killed, and each step is on record.
 */

struct supervisor;

void recover_scopes(struct supervisor *supervisor);
