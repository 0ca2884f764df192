#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The event source: forged datagrams, lost events, other namespaces.
. "${srcdir:-.}/tests/kernel/lib.sh"

cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
receive-buffer = 64K
[rule worker]
comm = sctest-conn
action = place
scope = workload.slice/conn-%p
[rule victim]
comm = sctest-victim
action = kill
END
cp "$(command -v sleep)" "$WORK/sctest-conn"
expect 0 ctl -q init

# Namespaces in which the kernel would say nothing for ever.
expect 69 unshare -n "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf"
said "network namespace"
expect 69 unshare -p -f --mount-proc "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf"
said "initial pid namespace"

start_daemon
# A forged exec of a process that took a rule's name after its own exec: renames
# are not reported, so only the word of a stranger could make us look.
mkfifo "$WORK/fifo"
sh -c 'sleep 0.5; printf sctest-victim >/proc/$$/comm; read -r _ <"$1"' _ "$WORK/fifo" &
victim=$!
named() { [ "$(cat /proc/$victim/comm)" = sctest-victim ]; }
until_true 5 named || fail "the victim was not renamed"
"$FORGE" "$victim" || skip "cannot send to the connector's group"
sleep 0.3
alive $victim || fail "a forged event killed a process"
kill $victim

# Stopped through a storm that no small buffer holds: what was lost is found by
# one look at every process.
kill -STOP "$DAEMON"
sh -c 'i=0; while [ $i -lt 2000 ]; do (:); i=$((i+1)); done'
"$WORK/sctest-conn" 30 & late=$!
sleep 0.1
kill -CONT "$DAEMON"
placed() { grep -q "$late" "$BASE/workload.slice/conn-$late.scope/cgroup.procs"; }
until_true 10 placed || fail "a match during the storm stays unplaced: $(cat "$WORK/daemon.log")"
grep -q 'lost process events' "$WORK/daemon.log" || fail "the loss was not told"
is "$(grep -c "\"pid\":$late,.*\"result\":\"done\"" "$WORK/audit.jsonl")" 1 "records of the late match"
