#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A policy freezes its subject for a span, and nobody stays frozen: not when the daemon is killed, hangs or
# stops.
. "${srcdir:-.}/tests/kernel/lib.sh"
[ -r /proc/pressure/cpu ] || skip "the kernel has no pressure stall information"
for name in fz-job fz-serve; do cp "$(command -v sh)" "$WORK/$name"; done
configure() { # LINE... of the policy
	cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[owner workload]
users = root
[rule job]
comm = fz-job
action = place
scope = workload.slice/job-%p
[rule serve]
comm = fz-serve
action = place
scope = workload.slice/serve-%p
[policy back]
subject = rule job
protect = rule serve
signal = cpu.some
above = 25%
below = 5%
for = 0
step = -90%
cooldown = 500ms
END
	for line in "$@"; do echo "$line"; done >>"$WORK/slicectl.conf"
}
refused() { # SENTENCE LINE...
	sentence=$1
	shift
	configure "$@"
	expect 65 ctl -c "$WORK/slicectl.conf" check-config
	said "$sentence"
}
refused "freeze: '20s' is not a time from 100ms to 10s" 'action = pressure_backoff' 'freeze = 20s'
refused "freeze: 'a while' is not a time" 'action = pressure_backoff' 'freeze = a while'
refused "action = cpu_weight does not freeze; pressure_backoff does" 'action = cpu_weight' 'freeze = 1s'
begin() { # SPAN: the daemon, and a job beside who is protected on one processor
	configure 'action = pressure_backoff' "freeze = $1"
	: >"$WORK/audit.jsonl"
	start_daemon
	taskset -c 0 "$WORK/fz-serve" -c 'while :; do :; done' & serve=$!
	taskset -c 0 "$WORK/fz-job" -c 'while :; do :; done' & job=$!
	freeze=$BASE/workload.slice/job-$job.scope/cgroup.freeze
	until_true 10 test -e "$freeze"
}
end() {
	kill -KILL $serve $job 2>/dev/null
	wait $serve $job 2>/dev/null
	stop_daemon
	: >"$WORK/audit.jsonl"
}
frozen() { [ "$(cat "$freeze")" = 1 ]; }
thawed() { [ "$(cat "$freeze")" = 0 ]; }
audited() { grep "\"action\":\"$1\"" "$WORK/audit.jsonl" | grep -q "$2"; }
unmarked() { ctl scope show "workload.slice/job-$job" >"$WORK/out" && ! grep -q cgroup.freeze "$WORK/out"; }
configure 'action = pressure_backoff' 'freeze = 1s'
expect 0 ctl -q -c "$WORK/slicectl.conf" init

begin 1s
check "the subject is frozen" until_true 30 frozen
check "it is thawed" until_true 20 thawed
check "the freeze is recorded" until_true 5 audited policy.nudge '"scope":"workload.slice/job.*"old":"0","new":"cgroup.freeze=1"'
check "so is its end" until_true 5 audited policy.restore '"new":"cgroup.freeze=0","reason":"it was frozen for 1.0 s"'
check "it is frozen again" until_true 30 frozen
stop_daemon
check "a stop thaws it" thawed
check "and leaves no process behind" until_true 10 not pgrep -f "$SLICECTLD.*$BASE"
end

# Killed: no other daemon is there.
begin 10s
check "the subject is frozen" until_true 30 frozen
kill -KILL "$DAEMON"
wait "$DAEMON" 2>/dev/null
DAEMON=
check "it is thawed when the daemon is killed" until_true 5 thawed
check "without a mark" unmarked
check "which is said" grep -q "job-$job.scope, which a policy had frozen, is thawed" "$WORK/daemon.log"
check "the keeper has ended" until_true 10 not pgrep -f "$SLICECTLD.*$BASE"
start_daemon # nothing of the old one holds its lock
end

# The daemon and the keeper are killed: the next daemon thaws.
begin 10s
check "the subject is frozen" until_true 30 frozen
keeper=$(pgrep -P "$DAEMON" | head -n 1)
check "there is a keeper" [ -n "$keeper" ]
kill -KILL "${keeper:-$DAEMON}"
kill -KILL "$DAEMON"
wait "$DAEMON" 2>/dev/null
nap 500
check "it stays frozen without anyone" frozen
kill -KILL $serve
start_daemon
check "the next daemon thaws it" until_true 10 thawed
end

# The daemon hangs.
begin 1s
check "the subject is frozen" until_true 30 frozen
kill -STOP "$DAEMON"
check "it is thawed although the daemon hangs" until_true 20 thawed
nap 3000
check "it stays so" thawed
kill -CONT "$DAEMON"
end

# Who freezes it by hand keeps it.
begin 2s
check "the subject is frozen" until_true 30 frozen
expect 0 ctl scope freeze "workload.slice/job-$job"
nap 4000
check "what was frozen by hand stays so" frozen
expect 0 ctl scope thaw "workload.slice/job-$job"
end

# A dry run.
configure 'action = pressure_backoff' 'freeze = 1s' 'dry-run = yes'
: >"$WORK/audit.jsonl"
start_daemon
taskset -c 0 "$WORK/fz-serve" -c 'while :; do :; done' & serve=$!
taskset -c 0 "$WORK/fz-job" -c 'while :; do :; done' & job=$!
freeze=$BASE/workload.slice/job-$job.scope/cgroup.freeze
check "a dry run records" until_true 30 audited policy.nudge '"new":"cgroup.freeze=1".*"dry_run":true'
check "and freezes nobody" thawed
end
