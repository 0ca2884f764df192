#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What a policy costs while there is no pressure: nothing; and that without the controller it says so and
# writes nothing.
. "${srcdir:-.}/tests/kernel/lib.sh"
[ -r /proc/pressure/cpu ] || skip "the kernel has no pressure stall information"
cp "$(command -v sh)" "$WORK/pc-job"
configure() { # LINE...
	cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[owner workload]
users = root
[rule job]
comm = pc-job
action = place
scope = workload.slice/job-%p
[policy calm]
subject = rule job
protect = machine
signal = cpu.some
above = $1
below = 30%
for = 0
action = cpu_weight
cooldown = 500ms
END
}
state() { ctl --json policy show calm >"$WORK/shown" && grep -q "\"state\":\"$1\"" "$WORK/shown"; }
counted() { ctl --json policy show calm | grep -q "\"$1\":[1-9]"; }

# It sleeps: no timer, no read.
configure 99%
expect 0 ctl -c "$WORK/slicectl.conf" check-config
expect 0 ctl -q init
start_daemon
check "it is calm" until_true 10 state calm
asleep() {
	timeout 3 strace -qq -f -p "$DAEMON" -o "$WORK/trace" 2>/dev/null
	[ "$(grep -c 'pread64.*some avg10' "$WORK/trace")" = 0 ]
}
if command -v strace >/dev/null; then
	check "nothing is read while there is no pressure" until_true 30 asleep
fi

# Pressure without the controller.
configure 40%
expect 0 ctl reload
"$WORK/pc-job" -c 'while :; do :; done' & jobs=$!
for _ in 1 2 3 4; do "$WORK/pc-job" -c 'while :; do :; done' & jobs="$jobs $!"; done
until_true 10 test -d "$BASE/workload.slice/job-${jobs%% *}.scope"
check "there is pressure" until_true 20 state pressure
if [ ! -e "$BASE/workload.slice/job-${jobs%% *}.scope/cpu.weight" ]; then
	check "the weight is unavailable" until_true 10 counted unavailable
	expect 0 ctl policy list
	said '0 of 5 changed'
fi
kill $jobs
wait $jobs 2>/dev/null
is "$(grep -c 'policy.nudge' "$WORK/audit.jsonl")" 0 "nudges without a controller"
check "it is calm again" until_true 30 state calm

# A configuration that makes no sense changes nothing.
configure 30%
expect 65 ctl -c "$WORK/slicectl.conf" check-config
said 'below = 30% must be less than above = 30%'
expect 65 ctl reload
check "the policy goes on as it was" state calm
stop_daemon
