/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SLICECTL_SLICECTL_H
#define SLICECTL_SLICECTL_H

/* libslicectl: slices and scopes in the cgroup v2 hierarchy of a node. */

#include <slicectl/error.h>
#include <slicectl/hierarchy.h>
#include <slicectl/limits.h>
#include <slicectl/metrics.h>
#include <slicectl/owner.h>
#include <slicectl/scope.h>
#include <slicectl/watch.h>

#endif
