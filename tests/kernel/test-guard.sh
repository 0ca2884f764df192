#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The guard: whose writes count, what is told of them, and what is set right.
. "${srcdir:-.}/tests/kernel/lib.sh"
: "${TRICKS:=tricks}"
command -v setpriv >/dev/null || skip "needs setpriv (util-linux)"
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
guard = audit
[owner pact]
users = 65532
[owner workload]
users = 65533
[owner plat]
users = root
[slice plat.slice]
owner = plat
cgroup.max.depth = 5
cgroup.max.descendants = 100
[slice pact.slice]
owner = pact
[slice pact.slice/infra.slice]
[slice workload.slice]
owner = workload
cgroup.max.depth = 50
[rule work]
comm = sctest-work
action = place
scope = workload.slice/w-%p
cgroup.max.depth = 9
END
cp "$(command -v sleep)" "$WORK/sctest-work"
chmod 755 "$WORK"
cp "$SLICECTL" "$WORK/slicectl" && chmod 755 "$WORK/slicectl"
as() { user=$1; shift; setpriv --reuid="$user" --clear-groups "$@"; }
as 65533 "$WORK/slicectl" --version >/dev/null 2>&1 || skip "an unprivileged user cannot run programs in $WORK"
slice=$BASE/workload.slice
nap_of 300
writer=$NAP # so long a writer lives after its write
count() { grep -c "$1" "$WORK/audit.jsonl"; }
told() { check "there is a record of $1" until_true 5 grep -q "$1" "$WORK/audit.jsonl"; }
holds() { [ "$(cat "$1")" = "$2" ]; }
ctl -q -c "$WORK/slicectl.conf" init
start_daemon
check "the guard watches" grep -q "the guard watches $BASE" "$WORK/daemon.log"
"$WORK/sctest-work" $LONG & work=$!
check "a process is placed" until_true 5 grep -q "w-$work.scope" /proc/$work/cgroup

# What is ours, the owner's, and what agrees with the configuration never counts.
as 65533 "$WORK/slicectl" -q scope create workload.slice/hers --set cgroup.max.depth=5
as 65533 "$WORK/slicectl" -q scope set workload.slice/hers cgroup.max.depth=6
as 65533 sh -c "echo 7 >$slice/hers.scope/cgroup.max.depth; sleep $writer" 2>/dev/null
as 65533 sh -c "echo \$\$ >$slice/hers.scope/cgroup.procs; sleep $writer" 2>/dev/null
check "run works under the guard" as 65533 "$WORK/slicectl" run workload.slice/run -- true
ctl -c "$WORK/slicectl.conf" -q init
echo 50 >"$slice/cgroup.max.depth"
as 65533 "$WORK/slicectl" -q scope freeze workload.slice/hers
as 65533 "$WORK/slicectl" -q scope thaw workload.slice/hers
"$WORK/sctest-work" 0.1
nap 500
is "$(count '"action":"guard')" 0 "records of the guard: $(grep guard "$WORK/audit.jsonl")"

# Somebody else is told of, with who and what: a shell that lives, and one that has ended.
echo 11 >"$slice/hers.scope/cgroup.max.depth"
told "\"action\":\"guard.write\",\"actor\":\"uid:0\",\"owner\":\"workload\",\"scope\":\"workload.slice/hers.scope/cgroup.max.depth\",\"pid\":$$,\"comm\":\"test-guard.sh\""
told '"comm":"test-guard.sh".*"old":"6","new":"11","reason":"the writer is not the owner"'
is "$(cat "$slice/hers.scope/cgroup.max.depth")" 11 "what audit leaves"
echo 33 >"$slice/cgroup.max.descendants"
told '"scope":"workload.slice/cgroup.max.descendants".*"old":"max","new":"33"'
echo max >"$slice/cgroup.max.descendants"
mkdir "$slice/foreign"
told '"action":"guard.create","actor":"uid:0","owner":"workload","scope":"workload.slice/foreign"'
nap 300
check "audit leaves a foreign cgroup" [ -d "$slice/foreign" ]
rmdir "$slice/foreign"
echo $work >"$BASE/../cgroup.procs"
told "\"action\":\"guard.move\",\"actor\":\"uid:0\",\"rule\":\"work\".*\"scope\":\"workload.slice/w-$work.scope\",\"pid\":$work"
nap 200
check "audit leaves a process where it was moved" not grep -q "w-$work.scope" /proc/$work/cgroup
echo 0 >"$BASE/pact.slice/infra.slice/cgroup.max.descendants"
told '"owner":"pact","scope":"pact.slice/infra.slice/cgroup.max.descendants"' 
is "$(count 'scope":"../')" 0 "records of what is not ours"

# Reverted: the limit of a slice, of a rule's scope; a member; a foreign cgroup.
sed -i 's/^guard = .*/guard = revert/' "$WORK/slicectl.conf"
expect 0 ctl reload
until_true 5 grep -q "w-$work.scope" /proc/$work/cgroup || echo $work >"$slice/w-$work.scope/cgroup.procs"
echo 3 >"$slice/cgroup.max.depth"
check "the limit of a slice is restored" until_true 5 holds "$slice/cgroup.max.depth" 50
told '"action":"guard.restore","actor":"slicectld".*"scope":"workload.slice".*"result":"done"'
echo 3 >"$slice/w-$work.scope/cgroup.max.depth"
check "the limit of a rule's scope is restored" until_true 5 holds "$slice/w-$work.scope/cgroup.max.depth" 9
echo $work >"$BASE/../cgroup.procs"
check "a member is moved back" until_true 5 grep -q "w-$work.scope" /proc/$work/cgroup
mkdir "$slice/foreign.scope"
gone() { [ ! -d "$slice/foreign.scope" ]; }
check "a foreign cgroup is removed" until_true 5 gone
told '"action":"guard.remove"'
sleep $LONG & busy=$!
mkdir "$slice/busy.scope" && { echo $busy >"$slice/busy.scope/cgroup.procs"; } 2>/dev/null
nap 500
if [ -d "$slice/busy.scope" ]; then check "a process in a foreign cgroup lives" alive $busy; fi
as 65533 mkdir "$slice/own.scope" 2>/dev/null
nap 300
check "the owner's own cgroup stays" [ -d "$slice/own.scope" ]
# An operator's limit is not declared: it is told of, and stays.
before=$(count '"scope":"workload.slice/hers.scope/cgroup.max.depth"')
sleep 1
echo 12 >"$slice/hers.scope/cgroup.max.depth"
check "an operator's scope is guarded" until_true 5 sh -c "[ \$(grep -c '\"scope\":\"workload.slice/hers.scope/cgroup.max.depth\"' $WORK/audit.jsonl) -gt $before ]"
is "$(cat "$slice/hers.scope/cgroup.max.depth")" 12 "what nobody has declared"

# What an owner hands over is his to hand over, and what he wrote elsewhere stays.
i=0
while [ $i -lt 6 ]; do install -d -o 65534 "$BASE/plat.slice/given-$i"; i=$((i + 1)); done
nap 500
is "$(ls -d "$BASE"/plat.slice/given-* | wc -l)" 6 "cgroups that the owner handed over"
echo 90 >"$BASE/plat.slice/cgroup.max.descendants"
chown 65534 "$BASE/plat.slice/cgroup.max.depth"
as 65534 sh -c "echo 9 >$BASE/plat.slice/cgroup.max.depth; sleep $writer"
check "a foreign write to plat.slice is reverted" until_true 5 holds "$BASE/plat.slice/cgroup.max.depth" 5
is "$(cat "$BASE/plat.slice/cgroup.max.descendants")" 90 "what the owner wrote beside it"

# A loop that fights is not fought: three times, then contended, and the log stays small.
before=$(wc -l <"$WORK/audit.jsonl")
timeout $LONG sh -c "while :; do echo 4 >$slice/w-$work.scope/cgroup.max.depth; done" & loop=$!
told '"action":"guard.contended".*"scope":"workload.slice/w-'
nap 1000 # of more writes
kill $loop
wait $loop 2>/dev/null
nap 200
check "a loop of writes leaves less than 30 records" [ $(($(wc -l <"$WORK/audit.jsonl") - before)) -lt 30 ]
is "$(cat "$slice/w-$work.scope/cgroup.max.depth")" 4 "what was contended"
expect 0 ctl status
said guarded

# Off, and on again only for who may.
sed -i 's/^guard = .*/guard = off/' "$WORK/slicectl.conf"
expect 0 ctl reload
before=$(count guard)
echo 13 >"$slice/hers.scope/cgroup.max.depth"
nap 300
is "$(count guard)" "$before" "records while it is off"
sed -i 's/^guard = .*/guard = audit/' "$WORK/slicectl.conf"
expect 0 ctl reload
echo 14 >"$slice/hers.scope/cgroup.max.depth"
again() { [ "$(count guard)" -gt "$before" ]; }
check "a guard that is turned on by a reload watches" until_true 5 again
check "the capability for it is not effective afterwards" not sh -c '"$@" | grep -q cap_sys_admin' _ "$SLICECTL" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" status
kill $work $busy
stop_daemon

# Where root is every owner, no write could be foreign.
sed 's/^users = .*/users = root/' "$WORK/slicectl.conf" >"$WORK/root.conf"
expect 65 "$SLICECTL" -c "$WORK/root.conf" check-config
said 'every owner is root'
