/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <jansson.h>

#include <slicectl/hierarchy.h>

/*
 * Adds every interface file that tells of memory, cpu, io, pids, pressure and
 * events to @object under its own name, in the form that the kernel gives it:
 * numbers, "max", lists of keys, or keys by device.  Files that are not there are
 * left out.  Takes and returns the reference; NULL when out of memory.
 */
json_t *interface_json(struct slicectl_hierarchy *hierarchy, const char *path, json_t *object);

/* The value of one file's text; pure. */
json_t *interface_json_parse(const char *text);
