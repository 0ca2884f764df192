/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "observe/watch_spec.h"

#include <errno.h>
#include <stdlib.h>

#include "base/spelling.h"
#include "base/text.h"

void watch_text_done(struct watch_text *text)
{
	free(text->subject);
	free(text->resource);
	free(text->level);
	free(text->direction);
	free(text->hysteresis);
	*text = (struct watch_text){ 0 };
}

static int parse_resource(const struct watch_text *text, struct watch_spec *spec,
			  struct slicectl_error *error)
{
	spec->resource = resource_find(text->resource);
	if (spec->resource)
		return subject_check(&spec->subject, spec->resource, error);
	return error_set(error, EINVAL, "unknown resource '%s'%s", TEXT_ESCAPE(text->resource),
			 SPELLING_HINT(resource_nearest(text->resource)));
}

/* What the kernel counts, or tells once it is above a level, cannot flap between two samples. */
static int parse_hysteresis(const struct watch_text *text, struct watch_spec *spec,
			    struct slicectl_error *error)
{
	enum resource_source source = spec->resource->source;

	if (!text->hysteresis || text_equal(text->hysteresis, "0") ||
	    text_equal(text->hysteresis, "0%"))
		return 0;
	if (spec->level.kind == LEVEL_CHANGE)
		return error_set(error, EINVAL, "a watch of each change takes no hysteresis");
	if (source == RESOURCE_AWAITED || source == RESOURCE_KNOWN)
		return error_set(error, EINVAL, "%s is not sampled, so it takes no hysteresis",
				 spec->resource->name);
	if (level_parse(spec->resource, text->hysteresis, &spec->hysteresis, NULL) < 0 ||
	    spec->hysteresis.kind == LEVEL_CHANGE)
		return error_set(error, EINVAL,
				 "'%s' is not a hysteresis of %s; give it as the level is given, or 0",
				 TEXT_ESCAPE(text->hysteresis), spec->resource->name);
	/* Below a level of 10, nothing is lower by more than 10. */
	if (spec->hysteresis.kind == spec->level.kind && spec->hysteresis.value >= spec->level.value)
		return error_set(error, EINVAL,
				 "with a hysteresis of %s, %s is never below a level of %s",
				 TEXT_ESCAPE(text->hysteresis), spec->resource->name,
				 TEXT_ESCAPE(text->level));
	return 0;
}

int watch_spec_parse(const struct watch_text *text, struct watch_spec *ret_spec,
		     struct slicectl_error *error)
{
	struct watch_spec spec = { .inherits = !text->no_inherit };
	int r;

	if (!text->subject || !text->resource || !text->level)
		return error_set(error, EINVAL,
				 "it has no %s; a watch needs a subject, a resource and a level",
				 !text->subject  ? "subject" :
				 !text->resource ? "resource" :
						   "level");
	r = subject_parse(text->subject, &spec.subject, error);
	if (r == 0)
		r = parse_resource(text, &spec, error);
	if (r == 0)
		r = level_parse(spec.resource, text->level, &spec.level, error);
	if (r == 0)
		r = parse_hysteresis(text, &spec, error);
	if (r == 0 && text->direction)
		r = level_parse_direction(text->direction, &spec.direction, error);
	if (r == 0)
		*ret_spec = spec;
	return r;
}

static bool is_same_subject(const struct subject *a, const struct subject *b)
{
	if (a->kind != b->kind)
		return false;
	return a->name ? text_equal(a->name, b->name) : a->pid == b->pid;
}

bool watch_spec_equal(const struct watch_spec *a, const struct watch_spec *b)
{
	return is_same_subject(&a->subject, &b->subject) && a->resource == b->resource &&
	       a->level.kind == b->level.kind && a->level.value == b->level.value;
}
