/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/record_read.h"

#include <stdlib.h>
#include <string.h>

#include "control/sentence.h"
#include "fuzz.h"

/* Whatever a line of an audit log has, there is a sentence for it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *object = json_loadb((const char *)data, size, 0, NULL);
	char sentence[SENTENCE_MAX];
	struct read_record read;

	record_read(object, &read);
	sentence_of(&read.record, sentence, sizeof(sentence));
	if (strlen(sentence) == 0)
		abort();
	json_decref(object);
	return 0;
}
