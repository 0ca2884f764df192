/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One watch. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/error.h"
#include "supervisor/watch/parts.h"

static char *copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

static int copy_text(const struct watch_text *text, struct watch_text *ret_text)
{
	*ret_text = (struct watch_text){ copy(text->subject),    copy(text->resource),
					 copy(text->level),      copy(text->direction),
					 copy(text->hysteresis), text->no_inherit };
	return (text->subject && !ret_text->subject) || (text->resource && !ret_text->resource) ||
			       (text->level && !ret_text->level) ||
			       (text->direction && !ret_text->direction) ||
			       (text->hysteresis && !ret_text->hysteresis) ?
		       -ENOMEM :
		       0;
}

static bool is_of_families(const struct watch *watch)
{
	return watch->spec.subject.kind == SUBJECT_RULE ||
	       watch->spec.subject.kind == SUBJECT_FAMILY;
}

struct watch *watch_new(struct watches *watches, const struct watch_text *text,
			struct slicectl_error *error)
{
	struct watch *watch = calloc(1, sizeof(*watch));
	int r = watch ? copy_text(text, &watch->text) : -ENOMEM;

	r = r < 0 ? error_set(error, ENOMEM, "out of memory") :
		    watch_spec_parse(&watch->text, &watch->spec, error);
	if (r < 0) {
		if (watch)
			watch_text_done(&watch->text);
		free(watch);
		return NULL;
	}
	watch->watches = watches;
	watch->id = ++watches->last_id;
	watches->n_families += is_of_families(watch);
	watches->counts.watches++;
	DL_APPEND(watches->list, watch);
	return watch;
}

/* What nobody watches any more is not read. */
static void drop_binding(struct binding *binding)
{
	struct gauge *gauge = binding->gauge;
	struct target *target = gauge->target;

	binding_free(binding);
	if (gauge->bindings)
		return;
	gauge_free(gauge);
	target_settle(target);
}

void watch_free(struct watch *watch)
{
	struct watches *watches = watch->watches;

	while (watch->bindings)
		drop_binding(watch->bindings);
	watches->n_families -= is_of_families(watch);
	watches->counts.watches--;
	DL_DELETE(watches->list, watch);
	generation_unref(watch->generation);
	watch_text_done(&watch->text);
	free(watch->name);
	free(watch);
}
