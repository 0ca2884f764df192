/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The entry that libFuzzer calls; replay.c calls it with the corpus. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold, whatever the input is. */
#define PROMISE(promise, condition)                                                       \
	do {                                                                              \
		if (!(condition)) {                                                       \
			(void)fprintf(stderr, "%s is broken: %s\n", promise, #condition); \
			abort();                                                          \
		}                                                                         \
	} while (0)

/* The input of a stateful target, from which each step takes bytes; 0 behind its end. */
struct input {
	const uint8_t *data;
	size_t size;
};

static inline unsigned take(struct input *input)
{
	if (input->size == 0)
		return 0;
	input->size--;
	return *input->data++;
}
