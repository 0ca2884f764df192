#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# slicectld in a cgroup whose memory is used up: throttled it still acts, killed by the kernel it leaves
# families that the next start takes over.
. "${srcdir:-.}/tests/kernel/lib.sh"
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[rule member]
comm = om-member
action = place
scope = workload.slice/member
[rule victim]
comm = om-victim
action = kill
END
for name in om-member om-victim; do cp "$(command -v sleep)" "$WORK/$name"; done
expect 0 ctl -q init
O=$BASE/own
mkdir "$O"
[ -e "$O/memory.max" ] || skip "the memory controller is not there"
echo 64M >"$O/memory.max"
# Memory belongs to the cgroup in which it was first used, so it starts there.
cat >"$WORK/in-its-own" <<END
#!/bin/sh
echo \$\$ >"$O/cgroup.procs"
exec "$SLICECTLD" "\$@"
END
chmod 755 "$WORK/in-its-own"
SLICECTLD=$WORK/in-its-own
start_daemon
M=$BASE/workload.slice/member.scope
members() { wc -l <"$M/cgroup.procs"; }
has() { [ "$(members)" -eq "$1" ]; }
start() { i=0; while [ $i -lt "$1" ]; do "$WORK/om-member" $LONG & i=$((i + 1)); done; }
start 20
check "20 members are placed" until_true 20 has 20

# What it takes from now on is reclaimed or waited for.
cat "$O/memory.current" >"$O/memory.high"
start 20
check "20 more are placed above memory.high" until_true 60 has 40
"$WORK/om-victim" $LONG & victim=$!
check "a victim is killed above memory.high" until_true 60 not alive $victim
expect 0 ctl families
check "that was a limit: $(grep '^high ' "$O/memory.events")" grep -q '^high [1-9]' "$O/memory.events"
echo max >"$O/memory.high"

# Nothing is left for it.
echo 64K >"$O/memory.max"
"$WORK/om-member" $LONG &
check "the kernel kills it" until_true 30 not alive $DAEMON
alive $DAEMON && kill -KILL $DAEMON # what this is about is not held
wait $DAEMON
is $? 137 "its exit status"
DAEMON=
check "for its memory: $(grep '^oom_kill ' "$O/memory.events")" grep -q '^oom_kill [1-9]' "$O/memory.events"
check "no member was harmed" test "$(members)" -ge 40
is "$(cat "$M/cgroup.freeze")" 0 "the scope is not frozen"
echo max >"$O/memory.max"
start_daemon
check "the next start has 41 members" until_true 20 has 41
"$WORK/om-victim" $LONG & victim=$!
check "and it acts" until_true 10 not alive $victim
for pid in $(cat "$M/cgroup.procs"); do kill "$pid"; done
stop_daemon
rmdir "$O"
