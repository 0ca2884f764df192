/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/family/failure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

#define DELAY_MAX_USEC (60 * CLOCK_USEC_PER_SEC)

uint64_t failure_delay_usec(unsigned tries)
{
	unsigned doublings = tries > 0 ? tries - 1 : 0;
	uint64_t delay = CLOCK_USEC_PER_SEC << (doublings < 6 ? doublings : 6);

	return delay < DELAY_MAX_USEC ? delay : DELAY_MAX_USEC;
}

bool failure_note(struct failure *failure, int code, const char *sentence, bool again,
		  uint64_t now_usec)
{
	bool is_new = failure->code != code ||
		      !text_equal(failure->sentence ? failure->sentence : "", sentence);
	char *copy = is_new ? strdup(sentence) : failure->sentence;

	if (is_new)
		free(failure->sentence);
	failure->code = code;
	failure->sentence = copy;
	failure->tries++;
	failure->at_usec = again ? now_usec + failure_delay_usec(failure->tries) : 0;
	return is_new;
}

void failure_clear(struct failure *failure)
{
	free(failure->sentence);
	*failure = (struct failure){ 0 };
}
