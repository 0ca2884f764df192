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
said 'remove pact.slice/gpu.slice, which is no longer configured'
check "empty slices of the configuration before are removed" [ ! -d "$BASE/pact.slice" ]
mkdir "$BASE/foreign.slice"

# A delegated slice that is no longer configured is taken back, and stays while it is not empty.
printf '[owner guests]\nusers = 65533\n[slice guests.slice]\nowner = guests\n' >>"$WORK/slicectl.conf"
expect 0 ctl -c "$WORK/slicectl.conf" init
is "$(stat -c %u "$BASE/guests.slice")" 65533 "the owner of a delegated slice"
mkdir "$BASE/guests.slice/theirs"
sed -i '/guests/d; /65533/d' "$WORK/slicectl.conf"
expect 2 ctl -c "$WORK/slicectl.conf" init -n
said 'delegate guests.slice to 0:0'
expect 0 ctl -c "$WORK/slicectl.conf" init
is "$(stat -c %u "$BASE/guests.slice")" 0 "the owner of a slice that is no longer delegated"
is "$(stat -c %u "$BASE/guests.slice/cgroup.procs")" 0 "the owner of its cgroup.procs"
said '1 slice of an earlier configuration is not empty and stays'
rmdir "$BASE/guests.slice/theirs"
expect 0 ctl -c "$WORK/slicectl.conf" init
check "it is removed when it is empty" [ ! -d "$BASE/guests.slice" ]
check "a slice that slicectl did not make is left" [ -d "$BASE/foreign.slice" ]
rmdir "$BASE/foreign.slice"

# Two at once end in the same tree.
rmdir "$BASE"/team.slice/*.slice "$BASE/team.slice"
ctl -q init & first=$!
ctl -q init & second=$!
check "the first of two inits succeeds" wait $first
check "the second of two inits succeeds" wait $second
expect 0 ctl init -n
