/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The entry that libFuzzer calls; replay.c calls it with the corpus. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
