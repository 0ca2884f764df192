#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Policies: weights are lowered while there is pressure and put back when it is over, when the policy
# goes, when the daemon stops, and by the next one after SIGKILL; what someone else writes is left alone.
. "${srcdir:-.}/tests/kernel/lib.sh"
[ -e "$BASE/cgroup.controllers" ] && grep -qw cpu "$BASE/cgroup.controllers" || skip "the cpu controller is not there"
for name in po-noisy po-serve; do cp "$(command -v sh)" "$WORK/$name"; done
spin='while :; do :; done'
configure() { # LINE... of the policy
	cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[owner workload]
users = root
[rule noisy]
comm = po-noisy
action = place
scope = workload.slice/noisy-%p
[rule serve]
comm = po-serve
action = place
scope = workload.slice/serve-%p
END
	for line in "$@"; do echo "$line"; done >>"$WORK/slicectl.conf"
}
policy() { # LINE...
	configure '[policy calm]' 'subject = rule noisy' 'protect = rule serve' 'signal = cpu.some' \
		'above = 5%' 'for = 500ms' 'below = 3%' 'action = cpu_weight' 'step = -80%' 'floor = 20' \
		'cooldown = 1s' "$@"
}
policy
expect 0 ctl -c "$WORK/slicectl.conf" check-config
expect 0 ctl -q init
start_daemon
expect 0 ctl policy list
check "the policy is calm" grep -q '^calm *calm *cpu.some' "$WORK/out"
expect 3 ctl policy show nothing
said 'there is no policy '
expect 3 ctl policy explain workload.slice/x
said 'there is no such cgroup'
expect 0 ctl policy explain workload.slice
said 'No policy has changed'

load_begins() { # on one processor, where a weight decides: a change that does not help would be taken back
	taskset -c 0 "$WORK/po-noisy" -c "$spin" & noisy=$!
	taskset -c 0 "$WORK/po-noisy" -c "$spin" & other=$!
	taskset -c 0 "$WORK/po-serve" -c "$spin" & serve=$!
	weight=$BASE/workload.slice/noisy-$noisy.scope/cpu.weight
	until_true 10 test -e "$weight"
	until_true 10 test -e "$BASE/workload.slice/serve-$serve.scope"
}
load_ends() {
	kill -KILL $noisy $other $serve 2>/dev/null
	wait $noisy $other $serve 2>/dev/null
}
lowered() { [ "$(cat "$weight")" -lt 100 ]; }
at() { [ "$(cat "$weight")" = "$1" ]; }
audited() { grep "\"action\":\"$1\"" "$WORK/audit.jsonl" | grep -q "$2"; }

# Pressure, and its end.
load_begins
is "$(cat "$weight")" 100 "the weight at first"
check "the noisy are nudged" until_true 30 lowered
check "that is recorded, with the reason" until_true 5 audited policy.nudge '"actor":"policy:calm".*"scope":"workload.slice/noisy.*"old":"100".*cpu.some is '
expect 0 ctl policy explain "workload.slice/noisy-$noisy"
said 'nudge: cpu.weight 100 to 20'
shows() { ctl policy show calm | grep -q "$1"; }
check "there is no more room then" until_true 20 shows 'bounds [1-9]'
is "$(cat "$weight")" 20 "the weight at its floor"
expect 0 ctl policy show calm
said 'cpu.weight is 20, was 100'
is "$(cat "$BASE/workload.slice/serve-$serve.scope/cpu.weight")" 100 "the weight of who is protected"
is "$(cat "$BASE/workload.slice/cpu.weight")" 100 "the weight of the slice"
expect 0 ctl metrics
check "the nudges are counted" grep -q '^slicectl_policy_nudges_total{policy="calm",action="cpu_weight",verdict="ok"} [1-9]' "$WORK/out"
kill -KILL $serve
check "all is put back when who is protected is gone" until_true 20 at 100
check "that is recorded" until_true 5 audited policy.restore '"new":"cpu.weight=100"'
load_ends

# The daemon is killed.
load_begins
check "they are nudged" until_true 30 lowered
kill -KILL "$DAEMON"
wait "$DAEMON" 2>/dev/null
nap 500
check "they stay so without the daemon" lowered
kill -KILL $serve # or it would nudge again at once
start_daemon
check "the next one puts it back" until_true 10 at 100
check "that is recorded" until_true 5 audited policy.restore 'an earlier slicectld'
load_ends

# It stops.
load_begins
check "they are nudged" until_true 30 lowered
stop_daemon
is "$(cat "$weight")" 100 "the weight after a stop"
load_ends

# Someone else writes.
start_daemon
load_begins
check "they are nudged" until_true 30 lowered
echo 777 >"$weight"
noticed() { grep '"action":"policy.\(nudge\|restore\)"' "$WORK/audit.jsonl" | grep -q 'someone else has changed it'; }
check "what someone else has written is noticed" until_true 20 noticed
expect 0 ctl policy show calm
check "that counts as contended" grep -q 'contended [1-9]' "$WORK/out"
check "the policy does not say that it is its own" sh -c "! grep -q 'noisy-$noisy.scope: cpu.weight is' $WORK/out"
check "the record has the reason" audited policy.restore '"reason":"someone else has written the file'
nap 2000
is "$(cat "$weight")" 777 "the weight that someone else has written"
load_ends

# The policy goes.
load_begins
check "they are nudged" until_true 30 lowered
configure
expect 0 ctl reload
check "a reload puts it back" until_true 5 at 100
load_ends

# Dry run.
policy 'dry-run = yes'
expect 0 ctl reload
: >"$WORK/audit.jsonl"
load_begins
check "a dry run records" until_true 30 audited policy.nudge '"dry_run":true'
nap 2000
is "$(cat "$weight")" 100 "the weight in a dry run"
load_ends

# One limit after the other.
configure '[policy back]' 'subject = rule noisy' 'protect = machine' 'signal = cpu.some' 'above = 10%' \
	'for = 0' 'below = 1%' 'action = pressure_backoff' 'step = -50%' 'cooldown = 1s'
expect 0 ctl reload
load_begins
limited() { ! grep -q max "${weight%weight}max"; }
check "a background family gets a limit" until_true 30 limited
is "$(cat "${weight%cpu.weight}memory.high")" max "the limit that comes after that"
load_ends
check "the pressure ends" until_true 30 sh -c "[ ! -e $weight ]"

# It learns which action helps: the weight of io does nothing for who waits for a processor.
configure '[policy calm]' 'subject = rule noisy' 'protect = rule serve' 'signal = cpu.some' 'above = 5%' 'for = 500ms' \
	'below = 3%' 'action = io_weight cpu_weight' 'strategy = learned' 'step = -80%' 'cooldown = 1s'
expect 0 ctl reload
expect 0 ctl policy list
said 'io_weight cpu_weight'
expect 0 ctl policy show calm
said 'cpu_weight: not tried yet'
load_begins
check "the first action is tried" until_true 30 audited policy.nudge '"new":"io.weight=default,20"'
check "when it does not help the other one is" until_true 60 lowered
learned() { ctl policy show calm | grep -q "cpu_weight (present): tried [1-9].*fell by [1-9]"; }
check "it helps, which is shown" until_true 60 learned
load_ends

# Without protect each subject answers for its own signal.
configure '[policy own]' 'subject = rule noisy' 'signal = cpu.usage' 'above = 40%' 'for = 500ms' 'below = 30%' \
	'action = cpu_weight' 'step = -50%' 'cooldown = 1s'
expect 0 ctl reload
load_begins
kill -KILL $other
wait $other 2>/dev/null
"$WORK/po-noisy" -c 'while :; do sleep 0.2; done' & other=$!
until_true 10 test -e "$BASE/workload.slice/noisy-$other.scope/cpu.weight"
: >"$WORK/audit.jsonl"
check "who uses much is nudged" until_true 30 audited policy.nudge "noisy-$noisy.scope"
shows_own() { ctl policy show own | grep -q "$1"; }
check "the other is asked about, too" until_true 20 shows_own 'psi-idle [1-9]'
check "who uses little is left alone" not audited policy.nudge "noisy-$other.scope"
load_ends

# A raised limit within a budget.
configure '[policy burst]' 'subject = rule noisy' 'signal = cpu.throttled' 'above = 20%' 'for = 0' \
	'below = 5%' 'action = cpu_max' 'step = +400%' 'ceiling = 50%' 'budget = 1s' 'cooldown = 1s'
expect 0 ctl reload
load_begins
kill -KILL $other # it has no limit, so there is never room for it
wait $other 2>/dev/null
own='10000 100000'
max=${weight%weight}max
echo "$own" >"$max"
check "a limit that throttles is raised" until_true 30 grep -q '^50000 ' "$max"
check "it comes back when the budget of the minute is used" until_true 30 grep -qx "$own" "$max"
check "that is recorded" until_true 5 audited policy.restore '"new":"cpu.max=10000,100000","reason":"it has used its budget'
shows_burst() { ctl policy show burst | grep -q "$1"; }
check "there is no more for now" until_true 20 shows_burst 'bounds [1-9]'
raises() { grep -c '"action":"policy.nudge".*"new":"cpu.max=50000' "$WORK/audit.jsonl"; }
before=$(raises)
nap 3000
is "$(cat "$max")" "$own" "the limit then"
is "$(raises)" "$before" "the number of raises since"
load_ends

# Memory, from "max" and back.
configure
expect 0 ctl reload
calm=$spin spin='x=$(printf "%024000000d" 1); while :; do :; done'
load_begins
spin=$calm
high=${weight%cpu.weight}memory.high
has_grown() { [ "$(cat "${high%high}current")" -gt 20000000 ]; }
check "the memory is used" until_true 30 has_grown
configure '[policy memory]' 'subject = rule noisy' 'protect = machine' 'signal = cpu.some' 'above = 10%' \
	'for = 0' 'below = 1%' 'action = memory_high' 'step = -10%' 'cooldown = 1s'
expect 0 ctl reload
check "memory.high is lowered from max" until_true 60 sh -c "! grep -q max $high"
check "to no less than half of what is used" [ "$(cat "$high")" -gt 10000000 ]
configure
expect 0 ctl reload
check "a reload puts it back" until_true 30 grep -q max "$high"
load_ends
stop_daemon
