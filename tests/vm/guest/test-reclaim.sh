#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# memory_reclaim: file pages of idle families are reclaimed step by step down to the floor; nothing is
# taken from who runs, from who is under pressure, or in a dry run.
. "${srcdir:-.}/tests/kernel/lib.sh"
[ -e "$BASE/cgroup.controllers" ] && grep -qw memory "$BASE/cgroup.controllers" || skip "the memory controller is not there"
command -v mke2fs >/dev/null && [ -e /dev/vm/data ] || skip "there is no disk, or no mke2fs"
for name in re-idle re-busy; do cp "$(command -v sh)" "$WORK/$name"; done
mke2fs -q -t ext2 -F /dev/vm/data
mkdir "$WORK/disk"
mount -t ext2 /dev/vm/data "$WORK/disk" || skip "the disk cannot be mounted"
head -c 24000000 /dev/zero >"$WORK/disk/a"
head -c 24000000 /dev/zero >"$WORK/disk/b"
head -c 8000000 /dev/zero >"$WORK/disk/c"
configure() { # LINE... of the policy
	cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[owner workload]
users = root
[rule idle]
comm = re-idle
action = place
scope = workload.slice/idle-%p
[rule busy]
comm = re-busy
action = place
scope = workload.slice/busy-%p
END
	for line in "$@"; do echo "$line"; done >>"$WORK/slicectl.conf"
}
policy() { # LINE...
	configure '[policy cold]' 'subject = rule idle rule busy' 'signal = memory.some' 'above = 10%' 'for = 2s' \
		'below = 5%' 'action = memory_reclaim' 'step = -40%' 'floor = 4M' 'cooldown = 1s' "$@"
}
policy 'dry-run = yes'
expect 0 ctl -c "$WORK/slicectl.conf" check-config
expect 0 ctl -q init
start_daemon
sync
echo 3 >/proc/sys/vm/drop_caches
"$WORK/re-idle" -c "sleep 1; cat $WORK/disk/a >/dev/null; sleep $LONG; :" & idle=$!
"$WORK/re-busy" -c "sleep 1; cat $WORK/disk/b >/dev/null; while :; do :; done" & busy=$!
current() { cat "$BASE/workload.slice/$1-$2.scope/memory.current"; }
has() { [ "$(current "$1" "$2")" -gt 20000000 ]; }
check "the idle one has read its file" until_true 20 has idle $idle
check "the busy one, too" until_true 20 has busy $busy
audited() { grep "\"action\":\"$1\"" "$WORK/audit.jsonl" | grep -q "$2"; }
check "a dry run records" until_true 20 audited policy.reclaim "idle-$idle.*\"dry_run\":true"
nap 1000
check "and takes nothing" has idle $idle

: >"$WORK/audit.jsonl"
policy
expect 0 ctl reload
is_small() { [ "$(current idle $idle)" -lt 9000000 ]; }
check "the memory of the idle one is reclaimed" until_true 40 is_small
check "that is recorded, with the reason" audited policy.reclaim "\"actor\":\"policy:cold\".*idle-$idle.*\"new\":\"memory.reclaim=[0-9]*\",\"reason\":\"it is idle, and memory.some is .*, below 10.00%"
expect 0 ctl policy explain "workload.slice/idle-$idle"
said 'reclaim: memory.reclaim '
expect 0 ctl policy show cold
check "the busy one is told apart" grep -q 'subject-busy [1-9]' "$WORK/out"
shows() { ctl policy show cold | grep -q "$1"; }
check "it ends at the floor, or where there is no more" until_true 20 shows 'bounds [1-9]\|failed'
is "$(ctl policy list | awk '$1 == "cold" { print $2 }')" calm "the state of the policy"
# The kernel may take more than it is asked for.
too_much() { sed -n 's/.*"old":"\([0-9]*\)","new":"memory.reclaim=\([0-9]*\)".*/\1 \2/p' "$WORK/audit.jsonl" | awk '$1 - $2 < 4 * 1048576 - 1 { n++ } END { exit !(NR > 0 && n > 0) }'; }
check "no step asks for what is below the floor" not too_much
check "nothing is taken from who runs" has busy $busy
check "nor recorded of it" sh -c "! grep -q busy-$busy.*memory.reclaim $WORK/audit.jsonl"
expect 0 ctl metrics
check "the steps are counted" grep -q '^slicectl_policy_nudges_total{policy="cold",action="memory_reclaim",verdict="ok"} [1-9]' "$WORK/out"

# The daemon is killed before the first step, and the next one begins.
"$WORK/re-idle" -c "sleep 1; cat $WORK/disk/c >/dev/null; sleep $LONG; :" & third=$!
has_read() { [ "$(current idle $third)" -gt 7500000 ]; }
check "a third family has read its file" until_true 20 has_read
kill -KILL "$DAEMON"
wait "$DAEMON" 2>/dev/null
check "nothing is reclaimed yet" has_read
start_daemon
is_less() { [ "$(current idle $third)" -lt 6000000 ]; }
check "the next one reclaims" until_true 40 is_less

# Two of them for one subject.
policy '[policy again]' 'subject = rule idle' 'signal = memory.some' 'above = 10%' 'below = 5%' 'action = memory_reclaim'
expect 65 ctl -c "$WORK/slicectl.conf" check-config
said 'would both change memory.reclaim of the same subject'
policy 'floor = 12'
expect 65 ctl -c "$WORK/slicectl.conf" check-config
policy 'step = +10%'
expect 65 ctl -c "$WORK/slicectl.conf" check-config
kill -KILL $idle $busy $third
wait $idle $busy $third 2>/dev/null
check "the disk is free again" until_true 20 umount "$WORK/disk"
stop_daemon
