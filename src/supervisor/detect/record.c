/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/detect/record.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "supervisor/detect/parts.h"

void record_datagram(const void *bytes, size_t size, void *data)
{
	const struct detect *detect = data;

	recording_add(detect->node->view.recording,
		      &(struct recorded){ .kind = RECORDED_DATAGRAM,
					  .time_ns = clock_now_ns(CLOCK_MONOTONIC),
					  .bytes = (char *)bytes,
					  .size = size });
}

void record_loss(const struct detect *detect, const char *cause)
{
	struct recorded lost = { .kind = RECORDED_LOST, .time_ns = clock_now_ns(CLOCK_MONOTONIC) };

	if (!detect->node->view.recording)
		return;
	(void)snprintf(lost.name, sizeof(lost.name), "%s", cause);
	recording_add(detect->node->view.recording, &lost);
}

void record_drained(const struct detect *detect)
{
	if (detect->node->view.recording)
		recording_add(detect->node->view.recording,
			      &(struct recorded){ .kind = RECORDED_DRAINED,
						  .time_ns = clock_now_ns(CLOCK_MONOTONIC) });
}

void record_flush(struct detect *detect)
{
	struct recording *recording = detect->node->view.recording;
	int r = recording ? recording_flush(recording) : 0;

	if (r == 0 || detect->recording_failed)
		return;
	detect->recording_failed = true;
	log_error("the recording ends here, because it cannot be written: %s", strerror(-r));
}
