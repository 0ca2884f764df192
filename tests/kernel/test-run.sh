#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# slicectl run: inside from the first instruction, status and signals, the end of
# what is left; and set, move, freeze, thaw, kill, tree.
. "${srcdir:-.}/tests/kernel/lib.sh"

expect 0 ctl -q init
R=workload.slice/r
prefix=${BASE#"$MOUNT"}
no_scope() { check "no scope is left after ${*:-run}" [ ! -d "$BASE/$R.scope" ]; }

expect 0 ctl run $R -- sed -n s/^0:://p /proc/self/cgroup
is "$(cat "$WORK/out")" "$prefix/$R.scope" "the cgroup that the command sees"
no_scope
expect 0 ctl run $R -- cat /proc/self/oom_score_adj
is "$(cat "$WORK/out")" 0 oom_score_adj
expect 7 ctl run $R -- sh -c 'exit 7'
# Killed by itself right after its start, it is not started a second time.
expect 137 ctl run $R -- sh -c "echo once >>$WORK/ran; kill -9 \$\$"
is "$(wc -l <"$WORK/ran")" 1 "starts of a command that kills itself"
expect 143 ctl run $R -- sh -c 'kill -TERM $$'
expect 127 ctl run $R -- slicectl-no-such-command
said "No such file"
no_scope "a missing command"
expect 126 ctl run $R -- /etc/passwd
no_scope "a command that cannot be executed"
expect 125 ctl run none.slice/r -- true
expect 64 ctl run $R
expect 64 ctl run $R true --frob
said "put -- before the command"
expect 64 ctl run $R sh -c true
said "put -- before the command"
expect 0 ctl run $R -- sh -c 'test "$1" = --json' _ --json
printf 'in\n' >"$WORK/in"
"$SLICECTL" --cgroup-root "$BASE" run $R -- cat <"$WORK/in" >"$WORK/out"
result "run passes standard input on"
is "$(cat "$WORK/out")" in "standard input passed through"

# What the command leaves behind ends with it.
expect 0 ctl run $R -- sh -c "sleep $LONG & echo \$! >$WORK/left; setsid sleep $LONG & echo \$! >>$WORK/left"
dead() { ! alive "$1"; }
for p in $(cat "$WORK/left"); do check "run ends a child of its command" until_true 2 dead "$p"; done
no_scope "a command with children"

# Signals reach the command, the status is its own.
"$SLICECTL" --cgroup-root "$BASE" run $R -- sh -c 'trap "exit 9" TERM; touch "$0"; while :; do sleep 0.05; done' "$WORK/trapped" & runner=$!
check "the command starts" until_true 5 test -e "$WORK/trapped"
kill -TERM $runner
wait $runner
is $? 9 "status after a signal"
no_scope "a signal"

# A later scope of the same name is not ours to end.
"$SLICECTL" --cgroup-root "$BASE" run $R -- sleep $LONG & runner=$!
sleeps() { runs "$(cat "$BASE/$R.scope/cgroup.procs")" sleep; }
check "the command starts" until_true 5 sleeps
kill -STOP $runner
expect 0 ctl scope destroy $R
sleep $LONG & stranger=$!
expect 0 ctl -q scope create $R --pid $stranger
kill -CONT $runner
wait $runner
is $? 137 "status of a command whose scope was destroyed"
check "run leaves a later scope of the same name" alive $stranger
expect 0 ctl scope destroy $R

# Signals that the caller ignores stay ignored; that children are not waited for
# is no reason to lose a status; a frozen slice does not hold us.
(trap '' HUP; exec "$SLICECTL" --cgroup-root "$BASE" run $R -- sh -c 'touch "$0/up"; while [ ! -e "$0/go" ]; do sleep 0.05; done' "$WORK") & runner=$!
check "the command starts" until_true 5 test -e "$WORK/up"
kill -HUP $runner
touch "$WORK/go"
wait $runner
is $? 0 "status after an ignored signal"
(trap '' CHLD; exec "$SLICECTL" --cgroup-root "$BASE" run $R -- sh -c 'exit 7')
is $? 7 "status with SIGCHLD ignored"
mkdir "$BASE/workload.slice/cold.slice"
echo 1 >"$BASE/workload.slice/cold.slice/cgroup.freeze"
expect 125 timeout $((5 * PATIENCE)) "$SLICECTL" --cgroup-root "$BASE" run workload.slice/cold.slice/x -- true
said "thaw it first"
check "a refused start leaves no scope" [ ! -d "$BASE/workload.slice/cold.slice/x.scope" ]
# shellcheck disable=SC2046
expect 0 ctl run $R -- echo $(seq 1 1000)
lock_size=$(stat -c %s /run/slicectl/lock)
"$SLICECTL" --cgroup-root "$BASE" run $R -- /nonexist <&- >&- 2>&-
is $? 127 "status with closed descriptors"
is "$(stat -c %s /run/slicectl/lock)" "$lock_size" "size of the lock file"

# An audit record for each, also for what was refused.
printf '[supervisor]\naudit-log = %s\n' "$WORK/audit.jsonl" >"$WORK/slicectl.conf"
expect 0 ctl -c "$WORK/slicectl.conf" run $R -- true
expect 4 ctl -c "$WORK/slicectl.conf" --as pact scope create $R
check "run is in the audit log" grep -q '"action":"scope.run","actor":"uid:0","owner":"workload".*"result":"done"' "$WORK/audit.jsonl"
expect 127 ctl -c "$WORK/slicectl.conf" run $R -- /nonexist
check "a failed start is recorded as failed" grep -q '"action":"scope.run".*"result":"failed"' "$WORK/audit.jsonl"
check "a refusal is in the audit log" grep -q '"action":"scope.create","actor":"uid:0","owner":"pact".*"result":"refused"' "$WORK/audit.jsonl"

# set, move, freeze, thaw, kill
A=$BASE/workload.slice/a.scope
expect 0 ctl -q scope create workload.slice/a
expect 0 ctl scope set workload.slice/a cgroup.max.depth=3 cgroup.max.descendants=4
is "$(cat "$A/cgroup.max.depth") $(cat "$A/cgroup.max.descendants")" "3 4" "limits that were set"
expect 0 ctl tree workload.slice/a
said "cgroup.max.depth=3"
expect 64 ctl scope set workload.slice/a cgroup.max.depth
sleep $LONG & one=$!
sleep $LONG & two=$!
expect 64 ctl scope move workload.slice/a $one 0$two
is "$(wc -l <"$A/cgroup.procs")" 0 "members after a refused pid"
expect 0 ctl scope move workload.slice/a $one $two
is "$(wc -l <"$A/cgroup.procs")" 2 "members after a move"
expect 4 ctl scope move workload.slice/a 1
expect 4 ctl scope move workload.slice/a 2
expect 3 ctl scope move workload.slice/a 4194303
expect 0 ctl scope freeze workload.slice/a
check "the scope is frozen" grep -q 'frozen 1' "$A/cgroup.events"
sleep $LONG & three=$!
expect 1 ctl scope move workload.slice/a $three
said "is frozen"
expect 0 ctl tree -p
said frozen
said "$one sleep"
expect 0 ctl --json tree workload.slice
said '"state":"frozen"'
LC_ALL=C expect 0 ctl tree
check "tree is plain ASCII in the C locale" not grep -q '[^ -~]' "$WORK/out"
expect 0 ctl scope thaw workload.slice/a
check "the scope is thawed" grep -q 'frozen 0' "$A/cgroup.events"
expect 0 ctl scope kill workload.slice/a
is "$(wc -l <"$A/cgroup.procs")" 0 "members after a kill"
expect 0 ctl scope list
said releasing
expect 0 ctl -q scope create workload.slice/never
expect 0 ctl scope kill workload.slice/never
expect 1 ctl scope move workload.slice/never $three
expect 0 ctl scope destroy workload.slice/never
expect 1 ctl scope move workload.slice/a $three
said "accepts no new processes"
expect 73 ctl scope create workload.slice/a
expect 0 ctl scope destroy workload.slice/a
expect 0 ctl -q scope create workload.slice/a --pid $three
expect 0 ctl scope show workload.slice/a --json
said '"cgroup.events":{"populated":1,"frozen":0}'
expect 0 ctl scope destroy workload.slice/a

# A killed cgroup would kill what is cloned into it: run takes a new one.
i=0
while [ $i -lt 3 ]; do
	expect 0 ctl run $R -- sh -c 'sleep 60 & exit 0'
	i=$((i + 1))
done

# probe names what is missing and who withholds it.
"$SLICECTL" --cgroup-root "$BASE" probe >"$WORK/out" 2>"$WORK/err"
is "$(($? == 0 || $? == 2))" 1 "status of probe"
said "cgroup.kill"
expect 0 ctl -q scope list
mkdir -p "$BASE/inner/deeper"
expect 2 "$SLICECTL" --cgroup-root "$BASE/inner/deeper" probe
check "probe reports what is missing below a cgroup that passes nothing on" grep -q missing "$WORK/out"

# The command has what it would have had without slicectl.
inherited() { # COMMAND... : what a program sees of what it inherits
	"$@" sh -c 'umask; cat /proc/self/oom_score_adj; sed -n "s/^Sig\(Blk\|Ign\|Cgt\):/\1/p" /proc/self/status; ulimit -a; nice; ls /proc/self/fd | wc -l; env | grep -v "^_=" | sort'
}
(
	umask 0077
	echo 300 >/proc/self/oom_score_adj
	ulimit -n 200
	trap '' USR2 CHLD
	inherited nice -n 3 env >"$WORK/without"
	inherited nice -n 3 "$SLICECTL" --cgroup-root "$BASE" run $R -- >"$WORK/within"
)
check "the command inherits what it would have had" cmp "$WORK/without" "$WORK/within"
sh -c 'trap "" CHLD; exec "$@"' _ "$SLICECTL" --cgroup-root "$BASE" run $R -- sh -c 'exit 7'
is $? 7 "status where the caller ignores SIGCHLD"

# As process 1 of a pid namespace it reaps orphans.
unshare --fork --pid --mount-proc "$SLICECTL" --cgroup-root "$BASE" run $R -- \
	sh -c '(sleep 0.1 & exec sleep 0.05) & wait; sleep 0.5; ps -eo stat= 2>/dev/null | grep -c Z' >"$WORK/zombies" 2>"$WORK/err"
if [ -s "$WORK/zombies" ]; then is "$(cat "$WORK/zombies")" 0 "zombies below run as process 1"; fi

# Usage errors are 64, before anything is made.
expect 64 ctl run $R
expect 64 ctl run $R --memory-max rubbish -- true
expect 64 ctl run $R --nonsense -- true
expect 64 ctl run ../x -- true
expect 64 ctl run workload.slice/a/b -- true

# Killed itself: the command stays, or dies with it.
"$SLICECTL" --cgroup-root "$BASE" run $R --die-with-parent -- sh -c 'sleep 1000 & echo $! >"$1"; wait' _ "$WORK/member" & parent=$!
until_true 10 test -s "$WORK/member"
kill -KILL $parent
check "a member dies with run" until_true 10 not alive "$(cat "$WORK/member")"
gone() { [ ! -d "$BASE/$R.scope" ]; }
check "the scope is removed after run was killed" until_true 10 gone
expect 0 ctl run $R --die-with-parent -- true
check "the scope is removed when the command ends" gone

# What it used is printed on demand, and a limit that struck always.
expect 0 ctl run $R --summary -- true
check "the summary has the CPU time" grep -q '^CPU time  *[0-9.]* s' "$WORK/err"
expect 0 ctl run $R -- true
check "without --summary nothing is printed" [ ! -s "$WORK/err" ]
