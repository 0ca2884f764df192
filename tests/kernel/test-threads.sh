#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Processes whose first thread has ended or that fail with many threads, ended ones
# that are only remembered, and lineage that the order of pids does not tell.
. "${srcdir:-.}/tests/kernel/lib.sh"

cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
exit-records = family
[rule worker]
comm = sctest-worker
action = place
scope = workload.slice/worker-%p
[rule head]
comm = sctest-head
action = place
scope = workload.slice/head-%p
END
cp "$(command -v sleep)" "$WORK/sctest-worker"
cp "$TRICKS" "$WORK/sctest-head"
expect 0 ctl -q init
noise() { i=0; while [ $i -lt "$1" ]; do (:); i=$((i + 1)); done; }
no_scopes() { [ -z "$(find "$BASE" -name '*.scope')" ]; }

# A first thread that had ended when we came: the others are placed, and let go.
without_first() { grep -q '^State:[[:space:]]*Z' "/proc/$headless/status"; }
"$WORK/sctest-head" leader $LONG & headless=$!
check "the first thread ends" until_true 5 without_first
start_daemon
grep "\"action\":\"place\".*\"pid\":$headless," "$WORK/audit.jsonl" | grep -q '"result":"done"'
result "a process without its first thread is placed at the start"
kill -KILL $headless
wait $headless 2>/dev/null
check "the scope of a process without its first thread is removed" until_true 5 no_scopes
check "the end of a process without its first thread is recorded" until_true 5 grep -q "\"action\":\"exit\".*\"pid\":$headless," "$WORK/audit.jsonl"

# One that loses its first thread before we read of it.
kill -STOP "$DAEMON"
"$WORK/sctest-head" leader $LONG & headless=$!
check "the first thread ends" until_true 5 without_first
kill -CONT "$DAEMON"
moved() { grep "\"action\":\"place\".*\"pid\":$headless," "$WORK/audit.jsonl" | grep -q '"result":"done"'; }
check "a process without its first thread is placed" until_true 5 moved
kill -KILL $headless
wait $headless 2>/dev/null
check "the second scope of such a process is removed" until_true 5 no_scopes

# A failure is told although threads are still dying when the first has ended.
for threads in 1 10 100; do
	"$WORK/sctest-head" crash $threads & crash=$!
	wait $crash 2>/dev/null
	crashed() { grep "\"action\":\"exit\".*\"pid\":$crash," "$WORK/audit.jsonl" | grep -q '"class":"crash","signal":11'; }
	check "a crash with $threads threads is recorded" until_true 5 crashed
done

# Children that have ended before their parent became the root of a family belong
# to none, although they are remembered for a while.
for _ in 1 2 3; do
	sh -c '/bin/true; /bin/true; (exit 0); exec "$1" 0.5' _ "$WORK/sctest-worker" & root=$!
	sleep 0.2
	noise 100
	wait $root
	noise 100
done
check "no scope is left" until_true 5 no_scopes
check "the supervisor lives" alive "$DAEMON"
check "no loss is reported where there was none" not grep -q '"cause":"\(gap\|overrun\)"' "$WORK/audit.jsonl"
stop_daemon
is "$DAEMON_STATUS" 0 "status of the daemon"

# A child whose pid is lower than its parent's is of the family too, for a look.
low=300
while [ -e "/proc/$low" ] || [ -n "$(find /proc/[0-9]*/task -maxdepth 1 -name $low 2>/dev/null)" ]; do low=$((low + 1)); done
"$WORK/sctest-head" bear $low $LONG & parent=$!
born() { grep -q sctest-head "/proc/$low/comm"; }
if until_true 2 born; then
	: >"$WORK/audit.jsonl"
	expect 0 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" --oneshot
	inside() { grep -q '^'"$2"'$' "$BASE/workload.slice/head-$1.scope/cgroup.procs"; }
	check "a child with a lower pid is placed with its family" inside $parent $low
	check "the parent is placed" inside $parent $parent
	kill $low
else
	kill $parent 2>/dev/null
fi
wait $parent 2>/dev/null

# More processes than are remembered: told once, and matches are followed all the same.
sed -i 's/^exit-records.*/&\nmax-processes = 1000/' "$WORK/slicectl.conf"
start_daemon
many=''
for _ in 1 2 3; do "$TRICKS" forks 400 $LONG & many="$many $!"; done
check "a full table is reported" until_true 10 grep -q 'raise max-processes' "$WORK/daemon.log"
"$WORK/sctest-head" forks 3 $LONG & root=$!
whole() { [ "$(wc -l <"$BASE/workload.slice/head-$root.scope/cgroup.procs")" = 4 ]; }
check "a match over the capacity is placed whole" until_true 5 whole
echo 1 >"$BASE/workload.slice/head-$root.scope/cgroup.kill"
wait $root 2>/dev/null
is "$(grep -c 'raise max-processes' "$WORK/daemon.log")" 1 "warnings of a full table"
for p in $many; do kill $(pgrep -P $p) $p; done
stop_daemon
