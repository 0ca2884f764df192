/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/sequence.h"

#include "test.h"

static void each_cpu_counts_by_itself(void)
{
	struct sequence sequence = { 0 };

	CHECK_INT(sequence_take(&sequence, 0, 7), 0);
	CHECK_INT(sequence_take(&sequence, 3, 100), 0);
	CHECK_INT(sequence_take(&sequence, 0, 8), 0);
	CHECK_INT(sequence_take(&sequence, 3, 104), 3);
	CHECK_INT(sequence_take(&sequence, 0, 9), 0);
	CHECK_INT(sequence.skipped, 3);
	sequence_done(&sequence);
}

static void numbers_go_round(void)
{
	struct sequence sequence = { 0 };

	CHECK_INT(sequence_take(&sequence, 1, UINT32_MAX), 0);
	CHECK_INT(sequence_take(&sequence, 1, 0), 0);
	CHECK_INT(sequence_take(&sequence, 1, 2), 1);
	CHECK_INT(sequence.repeated, 0);
	sequence_done(&sequence);
}

static void what_comes_again_is_counted(void)
{
	struct sequence sequence = { 0 };

	(void)sequence_take(&sequence, 0, 10);
	CHECK_INT(sequence_take(&sequence, 0, 10), 0);
	CHECK_INT(sequence_take(&sequence, 0, 9), 0);
	CHECK_INT(sequence.repeated, 2);
	CHECK_INT(sequence_take(&sequence, 0, 11), 0);
	CHECK_INT(sequence.skipped, 0);
	sequence_done(&sequence);
}

static void absurd_cpus_take_no_memory(void)
{
	struct sequence sequence = { 0 };

	CHECK_INT(sequence_take(&sequence, UINT32_MAX, 1), 0);
	CHECK_INT(sequence.n_cpus, 0);
	CHECK(!sequence.last);
	sequence_done(&sequence);
}

TEST_MAIN("sequence", CASE(each_cpu_counts_by_itself), CASE(numbers_go_round),
	  CASE(what_comes_again_is_counted), CASE(absurd_cpus_take_no_memory))
