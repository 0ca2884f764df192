#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# slicectl init: creates the tree, again changes nothing, heals what is missing.
. "${srcdir:-.}/tests/kernel/lib.sh"

expect 2 ctl init --dry-run
is "$(tree_of)" "$BASE" "a dry run makes nothing"
expect 0 ctl init
for s in pact.slice pact.slice/infra.slice pact.slice/network.slice pact.slice/gpu.slice \
	pact.slice/audit.slice workload.slice; do
	check "init makes $s" [ -d "$BASE/$s" ]
done
before=$(ls -diR "$BASE")
expect 0 ctl init --dry-run
said "nothing to do"
expect 0 ctl init
said "nothing to do"
is "$(ls -diR "$BASE")" "$before" "a second init"

rmdir "$BASE/pact.slice/gpu.slice"
expect 2 ctl init -n
is "$(grep -v "^enable .* pact.slice/gpu.slice$" "$WORK/out")" "create pact.slice/gpu.slice" "the plan of a repair"
expect 0 ctl --json init
check "init makes a slice that is missing" [ -d "$BASE/pact.slice/gpu.slice" ]

# Every controller that the base has is passed on to where scopes are made.
for c in $(cat "$BASE/cgroup.controllers"); do
	case $c in cpu | cpuset | hugetlb | io | memory | pids) ;; *) continue ;; esac
	for d in "$BASE" "$BASE/pact.slice" "$BASE/pact.slice/infra.slice" "$BASE/workload.slice"; do
		check "$c is enabled in ${d##*/}" grep -qw "$c" "$d/cgroup.subtree_control"
	done
done

# Configured slices and their parents; a foreign directory is left alone.
mkdir "$BASE/system.slice"
cat >"$WORK/slicectl.conf" <<END
[owner team]
[slice team.slice]
owner = team
[slice team.slice/sub.slice]
END
expect 0 ctl -c "$WORK/slicectl.conf" init
check "init makes a configured slice" [ -d "$BASE/team.slice/sub.slice" ]
check "a foreign cgroup is left" [ -d "$BASE/system.slice" ]

# Two at once end in the same tree.
rmdir "$BASE"/pact.slice/*.slice "$BASE/pact.slice" "$BASE/workload.slice"
ctl -q init & first=$!
ctl -q init & second=$!
check "the first of two inits succeeds" wait $first
check "the second of two inits succeeds" wait $second
expect 0 ctl init -n
