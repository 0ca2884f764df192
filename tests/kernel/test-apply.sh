#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# slicectl rule apply: rules act once, on request, on what matches now.
. "${srcdir:-.}/tests/kernel/lib.sh"

command -v setpriv >/dev/null || skip "no setpriv"
mkdir "$WORK/bin"
cp "$(readlink -f "$(command -v sh)")" "$WORK/bin/sa-shell"
for name in sa-job sa-kept sa-place sa-many sa-watch sa-late sa-inner sa-taker; do cp "$(command -v sleep)" "$WORK/bin/$name"; done
chmod -R a+rX "$WORK"
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
exit-records = no
[owner workload]
users = root 61801
[slice workload.slice]
owner = workload
[rule kept]
comm = sa-kept
action = ignore
[rule job]
comm = sa-job sa-kept
action = kill
enabled = no
[rule place]
comm = sa-place
action = place
enabled = no
scope = workload.slice/apply-%p
[rule many]
comm = sa-many
action = kill
max-per-minute = 1
enabled = no
[rule dry]
comm = sa-watch
action = kill
dry-run = yes
enabled = no
[rule call]
comm = sa-watch
action = hook
command = $(command -v touch) $WORK/called
enabled = no
[slice workload.slice/later.slice]
[rule late]
comm = sa-late
action = place
scope = workload.slice/later.slice/late-%p
[rule shell]
comm = sa-shell
action = place
scope = workload.slice/shell-%p
[rule inner]
comm = sa-inner
action = place
scope = workload.slice/inner-%p
[rule taker]
comm = sa-taker
action = place
scope = workload.slice/taker-%p
from-families = yes
[rule watch]
comm = sa-watch
$(marker_rule)
END
chmod 644 "$WORK/slicectl.conf"
apply() { ctl -c "$WORK/slicectl.conf" rule apply "$@"; }
# as UID: slicectl rule apply as this user.
apply_as() {
	uid=$1
	shift
	setpriv --reuid "$uid" --regid "$uid" --clear-groups "$SLICECTL" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" rule apply "$@"
}
# job UID JOB [NAME]: a process of this user with this variable; its pid is in JOB.
job() {
	setpriv --reuid "$1" --regid "$1" --clear-groups env "SA_JOB=$2" "$WORK/bin/${3:-sa-job}" $LONG & JOB=$!
	until_true 5 runs $JOB "${3:-sa-job}"
}
where() { sed -n 's/^0:://p' "/proc/$1/cgroup"; }

expect 69 apply job
said "slicectld is not running"
expect 0 ctl -q -c "$WORK/slicectl.conf" init
start_daemon
job 61801 4711; mine=$JOB
job 61801 4712; other_job=$JOB
job 61802 4711; other_user=$JOB
job 61801 4711 sa-kept; kept=$JOB
after_this
alive $mine && alive $other_job && alive $other_user
result "a rule that is off does not act by itself"

# What is wrong is told, and nothing happens.
expect 3 apply no-such-rule
said "slicectld has loaded no rule 'no-such-rule'"
expect 64 apply job --env SA_JOB
said "is not NAME=VALUE"
expect 64 apply job --user no-such-user-here
said "there is no user 'no-such-user-here'"
expect 64 apply kept
said "rule kept ignores processes"
expect 4 apply_as 61802 job
said "uid 61802 may not act for the owner of the slice of rule job"
expect 4 apply_as 61802
said "of any rule"
expect 4 apply_as 61801 job --env SA_JOB=4711 --user 61802
said "only among its own processes"
alive $mine && alive $other_job && alive $other_user && alive $kept
result "a request that is refused does nothing"
check "it is recorded" grep -q '"action":"rule.apply","actor":"uid:61802".*"result":"refused"' "$WORK/audit.jsonl"

# An epilog: one job of one user.
expect 0 apply job --env SA_JOB=4711 --user 61801
said "kill     by rule job: done"
check "the job's process has ended" not alive $mine
alive $other_job && alive $other_user
result "other jobs and other users go on"
check "a rule that ignores still protects" alive $kept
check "the request is recorded" grep -q '"action":"rule.apply","actor":"uid:0","rule":"job".*"processes":1,"result":"done"' "$WORK/audit.jsonl"
expect 0 apply job --env SA_JOB=4711 --user 61801
said "no process matches"

# What could not be placed, and what another family keeps, is not where the rule wants it.
rmdir "$BASE/workload.slice/later.slice"
"$WORK/bin/sa-late" $LONG & late=$!
failed() { ctl families | grep -q 'late .*failed'; }
check "a placement fails without its slice" until_true 10 failed
expect 2 apply late
said 'by rule late'
said 'failed, '
mkdir "$BASE/workload.slice/later.slice"
expect 0 apply late
said 'by rule late in workload.slice/later.slice/late-'
kill $late
"$WORK/bin/sa-shell" -c '"$0" 3000 & echo $! >"$2"; "$1" 3000 & echo $! >"$3"; wait' "$WORK/bin/sa-inner" "$WORK/bin/sa-taker" "$WORK/inner.pid" "$WORK/taker.pid" & shell=$!
until_true 10 test -s "$WORK/taker.pid"
inner=$(cat "$WORK/inner.pid") taker=$(cat "$WORK/taker.pid")
goes() { case $(where "$1") in */workload.slice/$2.scope) return 0 ;; esac; return 1; }
check "a family keeps what it starts" until_true 10 goes $inner shell-$shell
check "a rule with from-families takes it" until_true 10 goes $taker taker-$taker
expect 2 apply inner
said 'by rule inner: refused, it is in a family of another rule'
expect 0 ctl -c "$WORK/slicectl.conf" explain $inner
said 'the family of rule shell keeps it'
expect 0 apply taker
said 'no process matches that is not where its rule wants it'
kill $inner $taker $shell

# An owner's user; by a variable only its own processes.
job 61801 4711; mine=$JOB
expect 0 apply_as 61801 job --env SA_JOB=4711
check "the user ends its own process" not alive $mine
check "and no other user's" alive $other_user
expect 0 apply --json job --env SA_JOB=4711 --env SA_JOB=4712
check "JSON lists both" grep -q "\"pid\":$other_job,\"comm\":\"sa-job\",\"rule\":\"job\",\"action\":\"kill\",\"scope\":null,\"result\":\"done\"" "$WORK/out"
not alive $other_job && not alive $other_user
result "one of the values is enough"

# Placing, and what is placed already.
job 61801 1 sa-place; placed=$JOB
expect 0 apply place
said "place    by rule place in workload.slice/apply-$placed.scope: done"
case $(where $placed) in */workload.slice/apply-$placed.scope) true ;; *) false ;; esac
result "it is placed when the command returns"
expect 0 apply place
said "no process matches that is not where its rule wants it already"
expect 0 apply --json place
said '"unchanged":1'

# Limits and dry runs hold.
job 61801 1 sa-many; one=$JOB
job 61801 1 sa-many; two=$JOB
expect 2 apply many
said ": done"
said ": refused"
[ "$(alive $one && echo 1)$(alive $two && echo 1)" = 1 ]
result "the rule acts no more often than it may"
job 61801 1 sa-watch; watched=$JOB
after_this
expect 0 apply call
said "hook     by rule call: done"
check "the hook runs" until_true 5 test -e "$WORK/called"
expect 0 apply --json call
said '"processes":[],"unchanged":1'
expect 0 apply dry
said ": dry-run"
check "a dry run changes nothing" alive $watched
expect 0 apply
check "without names a rule that is off does not act" alive $watched
kill $kept $placed $one $two $watched 2>/dev/null
stop_daemon
is "$DAEMON_STATUS" 0 "status of the daemon"
