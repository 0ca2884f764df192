#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The example program on the shared library, twice at once beside the command.
. "${srcdir:-.}/tests/kernel/lib.sh"
: "${EXAMPLE:=example}"

expect 0 "$EXAMPLE" "$BASE"
said "the job ended with 3 and left 2 processes behind"
expect 0 ctl init -n
check "the example removes its scope" [ ! -d "$BASE/workload.slice/example-job.scope" ]
expect 0 "$EXAMPLE" "$BASE"
said "0 changes to make"
expect 1 "$EXAMPLE" /tmp
said "not on a cgroup2 file system"
expect 0 ctl -q scope create workload.slice/example-job
expect 1 "$EXAMPLE" "$BASE"
said "it already exists"
