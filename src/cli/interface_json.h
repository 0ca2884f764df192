/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <jansson.h>

#include <slicectl/hierarchy.h>

/*
 * Adds every interface file on memory, cpu, io, pids, pressure and events to @object under
 * its own name, with the structure that the kernel gives it: numbers, "max", keys, or keys
 * by device.  Files that do not exist are left out.  -errno when memory or descriptors are short.
 */
int interface_json(struct slicectl_hierarchy *hierarchy, const char *path, json_t *object);

/* The value of one file's text; pure. */
json_t *interface_json_parse(const char *text);
