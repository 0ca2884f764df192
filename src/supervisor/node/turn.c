/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/node/turn.h"

void turn_init(struct move_turn *turn)
{
	pthread_mutexattr_t attributes;

	(void)pthread_mutexattr_init(&attributes);
	(void)pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
	(void)pthread_mutex_init(&turn->lock, &attributes);
	(void)pthread_mutexattr_destroy(&attributes);
}

void turn_done(struct move_turn *turn)
{
	(void)pthread_mutex_destroy(&turn->lock);
}

void turn_take(struct move_turn *turn)
{
	(void)pthread_mutex_lock(&turn->lock);
}

void turn_give(struct move_turn *turn)
{
	(void)pthread_mutex_unlock(&turn->lock);
}
