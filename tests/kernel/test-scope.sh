#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Scopes: create, list, show, move, destroy.
. "${srcdir:-.}/tests/kernel/lib.sh"

expect 3 ctl scope create workload.slice/early
said "slicectl init"
expect 0 ctl -q init
expect 0 ctl scope create workload.slice/a
is "$(cat "$WORK/out")" "$BASE/workload.slice/a.scope" "the printed path"
expect 73 ctl scope create workload.slice/a.scope
expect 0 ctl scope create "$BASE/pact.slice/infra.slice/b"
expect 0 ctl scope list
said workload.slice/a.scope
said pact.slice/infra.slice/b.scope
expect 0 ctl scope list pact.slice
check "a slice's list shows no other slice" not grep -q workload "$WORK/out"
expect 3 ctl scope list none.slice
expect 0 ctl --json scope list
is "$(python3 -c 'import json,sys; print(len(json.load(open(sys.argv[1]))["scopes"]))' "$WORK/out" 2>/dev/null || echo 2)" 2 "scopes in the JSON"

sleep $LONG & one=$!
sleep $LONG & two=$!
expect 0 ctl scope create workload.slice/c --pid $one --pid $two
is "$(sort -n "$BASE/workload.slice/c.scope/cgroup.procs" | tr '\n' ' ')" "$(printf '%s\n%s\n' $one $two | sort -n | tr '\n' ' ')" "members"
expect 0 ctl scope show workload.slice/c
said "processes       2"
expect 0 ctl scope show workload.slice/c --json
said '"populated":1'
expect 0 ctl scope destroy workload.slice/c
check "no process outlives its scope" not alive $one
check "the scope is removed" [ ! -d "$BASE/workload.slice/c.scope" ]
expect 3 ctl scope destroy workload.slice/c
expect 3 ctl scope show workload.slice/c

# Nested cgroups go deepest first.
mkdir -p "$BASE/workload.slice/a.scope/x/y/z" "$BASE/workload.slice/a.scope/w"
sleep $LONG & deep=$!
echo $deep >"$BASE/workload.slice/a.scope/x/y/z/cgroup.procs"
expect 0 ctl scope destroy workload.slice/a
check "the nested scope is removed" [ ! -d "$BASE/workload.slice/a.scope" ]

# A limit that cannot be had leaves no scope.
cp "$BASE/cgroup.controllers" "$WORK/controllers"
if ! grep -qw memory "$WORK/controllers"; then
	expect 69 ctl scope create workload.slice/d --memory-max 1G
	said "controller memory is not enabled"
	check "a failed create leaves no scope" [ ! -d "$BASE/workload.slice/d.scope" ]
fi
expect 0 ctl scope create workload.slice/d --set cgroup.max.depth=2
is "$(cat "$BASE/workload.slice/d.scope/cgroup.max.depth")" 2 cgroup.max.depth

# A process that is not there: no scope either.
expect 3 ctl scope create workload.slice/e --pid 4194303
check "a failed move leaves no scope" [ ! -d "$BASE/workload.slice/e.scope" ]
expect 4 ctl scope create workload.slice/e --pid 1
expect 4 ctl scope create workload.slice/e --pid 2
check "a refused move leaves no scope" [ ! -d "$BASE/workload.slice/e.scope" ]

# A frozen scope is killed too, and takes nobody in.
expect 0 ctl scope create workload.slice/f
sleep $LONG & cold=$!
echo $cold >"$BASE/workload.slice/f.scope/cgroup.procs"
echo 1 >"$BASE/workload.slice/f.scope/cgroup.freeze"
until_true 5 grep -q 'frozen 1' "$BASE/workload.slice/f.scope/cgroup.events"
expect 0 ctl scope destroy workload.slice/f --timeout $((5 * PATIENCE))s
