/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/sequence.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* More CPUs than any kernel is built for; higher numbers are ignored. */
enum { CPUS_MAX = 1 << 14 };

void sequence_done(struct sequence *sequence)
{
	free(sequence->last);
	free(sequence->is_known);
	*sequence = (struct sequence){ 0 };
}

static int make_room(struct sequence *sequence, uint32_t cpu)
{
	size_t n = (size_t)cpu + 1;
	uint32_t *last;
	bool *is_known;

	if (cpu < sequence->n_cpus)
		return 0;
	if (cpu >= CPUS_MAX)
		return -ERANGE;
	last = reallocarray(sequence->last, n, sizeof(*last));
	if (!last)
		return -ENOMEM;
	sequence->last = last;
	is_known = reallocarray(sequence->is_known, n, sizeof(*is_known));
	if (!is_known)
		return -ENOMEM;
	sequence->is_known = is_known;
	memset(is_known + sequence->n_cpus, 0, (n - sequence->n_cpus) * sizeof(*is_known));
	sequence->n_cpus = n;
	return 0;
}

uint64_t sequence_take(struct sequence *sequence, uint32_t cpu, uint32_t number)
{
	uint32_t step;

	if (make_room(sequence, cpu) < 0)
		return 0;
	step = number - sequence->last[cpu]; /* the number may wrap around */
	if (!sequence->is_known[cpu])
		step = 1;
	sequence->is_known[cpu] = true;
	if (step == 0 || step > UINT32_MAX / 2) {
		sequence->repeated++;
		return 0;
	}
	sequence->last[cpu] = number;
	sequence->skipped += step - 1;
	return step - 1;
}
