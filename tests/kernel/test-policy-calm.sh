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
stop_daemon
start_daemon --record "$WORK/recording"
"$WORK/pc-job" -c 'while :; do :; done' & jobs=$!
for _ in 1 2 3 4; do "$WORK/pc-job" -c 'while :; do :; done' & jobs="$jobs $!"; done
until_true 10 test -d "$BASE/workload.slice/job-${jobs%% *}.scope"
check "there is pressure" until_true 20 state pressure
if [ ! -e "$BASE/workload.slice/job-${jobs%% *}.scope/cpu.weight" ]; then
	check "the weight is unavailable" until_true 10 counted unavailable
	expect 0 ctl policy list
	said '0 of 5'
fi
kill $jobs
wait $jobs 2>/dev/null
is "$(grep -c 'policy.nudge' "$WORK/audit.jsonl")" 0 "nudges without a controller"
check "it is calm again" until_true 30 state calm

# What it would have decided, out of a recording.
signals() { grep -c '"type":"signal".*"policy":"calm","signal":"cpu.some","value":[0-9]' "$WORK/recording"; }
check "its signals are recorded" [ "$(signals)" -gt 3 ]
expect 0 ctl -c "$WORK/slicectl.conf" policy simulate "$WORK/recording"
check "that nudges" grep -q 'calm: nudge: cpu.weight 100 to 75' "$WORK/out"
expect 0 "$SLICECTLD" -c "$WORK/slicectl.conf" --replay "$WORK/recording" --dry-run

# What it would decide about a trace, which may begin at any time.
i=-1
while [ $((i += 1)) -le 40 ]; do
	echo "{\"time_usec\":$((i * 1000000)),\"signal\":\"cpu.some\",\"value\":$([ $i -le 3 ] && echo 9000 || echo 100),\"use\":1}"
done >"$WORK/trace.json"
expect 0 ctl -c "$WORK/slicectl.conf" policy simulate "$WORK/trace.json"
said '0.000 s  calm: nudge: cpu.weight 100 to 75, cpu.some was 90.00%'
said 'calm: release: cpu.weight 75 to 100, cpu.some was 1.00%'
expect 0 ctl -c "$WORK/slicectl.conf" policy simulate --csv "$WORK/trace.json"
said '0,calm,nudge,ok,cpu.weight,100,75,9000'
expect 0 ctl -c "$WORK/slicectl.conf" --json policy simulate "$WORK/trace.json"
said '"verdict":"ok"'
wrong_trace() { # LINE SENTENCE
	echo "$1" >"$WORK/wrong.json"
	expect 65 ctl -c "$WORK/slicectl.conf" policy simulate "$WORK/wrong.json"
	said "wrong.json:1: $2"
}
wrong_trace '' 'it is not an object of JSON'
wrong_trace '{"signal":"cpu.some","value":1}' 'time_usec is not a number'
wrong_trace '{"time_usec":5,"signal":"cpu.idle","value":1}' 'signal is not one'
wrong_trace '{"time_usec":5,"signal":"cpu.some","value":-1}' 'value is neither'
wrong_trace '{"time_usec":5,"signal":"cpu.some","value":1,"use":"x"}' 'use is not a number'
expect 3 ctl -c "$WORK/slicectl.conf" policy simulate "$WORK/nothing.json"

# A configuration that makes no sense changes nothing.
configure 30%
expect 65 ctl -c "$WORK/slicectl.conf" check-config
said 'below = 30% must be less than above = 30%'
expect 65 ctl reload
check "the policy goes on as it was" state calm
stop_daemon
