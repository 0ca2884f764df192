#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What cannot die: named, marked, its path not used again, gone when it lets go.
TEST_OWN_ROOT=1
. "${srcdir:-.}/tests/kernel/lib.sh"
command -v mke2fs >/dev/null || skip "no mke2fs"
command -v fsfreeze >/dev/null || skip "no fsfreeze"

expect 0 ctl -q init
truncate -s 8M "$WORK/image"
mke2fs -q -t ext2 "$WORK/image"
mkdir "$WORK/mnt"
mount -o loop "$WORK/image" "$WORK/mnt" || skip "cannot mount a loop device"
expect 0 ctl -q scope create workload.slice/stuck
Z=$BASE/workload.slice/stuck.scope
fsfreeze -f "$WORK/mnt"
sh -c 'echo $$ >"$1/cgroup.procs"; exec dd if=/dev/zero of="$2/file" bs=4k count=1 conv=fsync' _ "$Z" "$WORK/mnt" 2>/dev/null &
in_d() { grep -q '^State:[[:space:]]*D' "/proc/$(head -n 1 "$Z/cgroup.procs")/status"; }
until_true 10 in_d || { fsfreeze -u "$WORK/mnt"; umount "$WORK/mnt"; skip "no process in D state"; }
pid=$(head -n 1 "$Z/cgroup.procs")

begin=$(date +%s)
expect 75 ctl scope destroy workload.slice/stuck --timeout 1s
check "the time limit is kept" [ $(($(date +%s) - begin)) -le $((1 + PATIENCE)) ]
said "still alive 1.0 s after the kill: $pid (dd, state D, in "
said "cgroup workload.slice/stuck.scope"
expect 0 ctl tree
said zombie
expect 73 ctl scope create workload.slice/stuck
said "a zombie scope has this path"
expect 0 ctl -q scope create workload.slice/beside
sleep $LONG & other=$!
expect 1 ctl scope move workload.slice/stuck $other
expect 75 ctl scope kill workload.slice/stuck --timeout 200ms

fsfreeze -u "$WORK/mnt"
empty() { grep -q 'populated 0' "$Z/cgroup.events"; }
check "the process ends once it can" until_true 10 empty
expect 0 ctl scope destroy workload.slice/stuck
check "the scope is destroyed" [ ! -d "$Z" ]
expect 0 ctl -q scope create workload.slice/stuck
umount "$WORK/mnt"
