#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Limits that are set for a while go back by themselves, also when slicectld was killed meanwhile; what
# someone else writes stays, and no policy touches them.
. "${srcdir:-.}/tests/kernel/lib.sh"
[ -e "$BASE/cgroup.controllers" ] && grep -qw cpu "$BASE/cgroup.controllers" || skip "the cpu controller is not there"
cp "$(command -v sh)" "$WORK/sf-noisy"
configure() { # LINE...
	cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[owner workload]
users = root
[rule noisy]
comm = sf-noisy
action = place
scope = workload.slice/noisy
END
	for line in "$@"; do echo "$line"; done >>"$WORK/slicectl.conf"
}
configure
S=$BASE/workload.slice/a.scope
expect 0 ctl -q init
expect 0 ctl -q scope create workload.slice/a --cpu-weight 100
at() { [ "$(cat "$S/cpu.weight")" = "$1" ]; }
audited() { grep "\"action\":\"$1\"" "$WORK/audit.jsonl" | grep -q "$2"; }

# Nobody would put it back.
expect 69 ctl scope set workload.slice/a cpu.weight=50 --for 2s
said 'for needs slicectld'
is "$(cat "$S/cpu.weight")" 100 "the weight without slicectld"

start_daemon
expect 0 ctl scope set workload.slice/a cpu.weight=50 memory.high=64M --for 1h
is "$(cat "$S/cpu.weight")" 50 "the weight for a while"
is "$(cat "$S/memory.high")" 67108864 "memory.high for a while"
expect 0 ctl scope show workload.slice/a
said 'baseline        cpu.weight 100, in '
said 'baseline        memory.high max, in '
expect 0 ctl --json scope show workload.slice/a
check "so does JSON" grep -q '"baselines":{.*"cpu.weight":{"value":"100","seconds":[0-9]' "$WORK/out"
expect 0 ctl top -b -n 1
said 'BASELINE'
check "top tells what comes back" grep -q 'a\.scope .*cpu\.weight=100' "$WORK/out"
check "that is recorded" audited scope.set '"actor":"uid:0".*"new":"cpu.weight=50.*"reason":"for 3600 s"'
expect 0 ctl scope set workload.slice/a cpu.weight=51 memory.high=65M --for 1s
check "both come back" until_true 10 sh -c "grep -qx 100 $S/cpu.weight && grep -qx max $S/memory.high"
check "that is recorded" until_true 5 audited scope.set '"actor":"slicectld".*"new":"cpu.weight=100".*is over'
expect 0 ctl scope show workload.slice/a
check "nothing is left" sh -c "! grep -q baseline $WORK/out"

# Several files, each with its own time.
expect 0 ctl scope set workload.slice/a memory.high=64M --for 1h
for n in 1 2 3 4 5 6 7; do
	expect 0 ctl scope set workload.slice/a cpu.weight=$((50 + n)) --for 1s
	check "it comes back again" until_true 10 at 100
done
expect 0 ctl scope set workload.slice/a memory.high=65M --for 1s
check "so does the other" until_true 10 grep -qx max "$S/memory.high"

# Longer, shorter, for good.
expect 0 ctl scope set workload.slice/a cpu.weight=50 --for 2s
expect 0 ctl scope set workload.slice/a cpu.weight=60 --for 1h
nap 3000
is "$(cat "$S/cpu.weight")" 60 "the weight whose time was made longer"
expect 0 ctl scope set workload.slice/a cpu.weight=70 --for 1s
check "the value before the first of them comes back" until_true 10 at 100
expect 0 ctl scope set workload.slice/a cpu.weight=50 --for 1s
expect 0 ctl scope set workload.slice/a cpu.weight=50
nap 2500
is "$(cat "$S/cpu.weight")" 50 "the weight that was set for good"

# Someone else writes.
expect 0 ctl scope set workload.slice/a cpu.weight=60 --for 1s
echo 77 >"$S/cpu.weight"
expect 0 ctl scope show workload.slice/a
check "nothing is said to come back" sh -c "! grep -q baseline $WORK/out"
nap 2500
is "$(cat "$S/cpu.weight")" 77 "the weight that someone else has written"

# Killed, and not there when the time is over.
echo 100 >"$S/cpu.weight"
expect 0 ctl -q scope create workload.slice/b --cpu-weight 300
expect 0 ctl scope set workload.slice/b cpu.weight=30 --for $((4 * PATIENCE))s
expect 0 ctl scope set workload.slice/a cpu.weight=50 --for ${PATIENCE}s
kill -KILL "$DAEMON"
wait "$DAEMON" 2>/dev/null
is "$(cat "$S/cpu.weight")" 50 "the weight without slicectld"
sleep "$PATIENCE"
start_daemon
check "the next start puts it back" until_true 10 at 100
is "$(cat "$BASE/workload.slice/b.scope/cpu.weight")" 30 "the weight whose time is not over"
check "that comes back, too" until_true 60 grep -qx 300 "$BASE/workload.slice/b.scope/cpu.weight"
expect 0 ctl scope set workload.slice/b cpu.weight=30 --for 1h
expect 0 ctl scope destroy workload.slice/b

# A value before that no command would take, and one that the kernel refuses.
echo 0 >"$S/pids.max"
expect 0 ctl scope set workload.slice/a pids.max=100 --for 1s
check "it comes back" until_true 10 grep -qx 0 "$S/pids.max"
echo max >"$S/pids.max"

# No policy touches it.
configure '[policy calm]' 'subject = rule noisy' 'protect = machine' 'signal = cpu.some' 'above = 5%' 'for = 0' \
	'below = 1%' 'action = cpu_weight' 'step = -50%' 'floor = 10' 'cooldown = 1s'
"$WORK/sf-noisy" -c 'while :; do :; done' & one=$!
"$WORK/sf-noisy" -c 'while :; do :; done' & two=$!
"$WORK/sf-noisy" -c 'while :; do :; done' & three=$!
until_true 10 test -e "$BASE/workload.slice/noisy.scope"
expect 0 ctl scope set workload.slice/noisy cpu.weight=200 --for 1h
expect 0 ctl reload
contended() { ctl --json policy list >"$WORK/list"; grep -q '"contended":[1-9]' "$WORK/list"; }
check "the policy sees that it is held" until_true 30 contended
is "$(cat "$BASE/workload.slice/noisy.scope/cpu.weight")" 200 "the weight that is held"
# Set for good while a policy has changed it: the policy gives it up.
expect 0 ctl scope set workload.slice/noisy cpu.weight=100
nudged() { [ "$(cat "$BASE/workload.slice/noisy.scope/cpu.weight")" -lt 100 ]; }
check "it is nudged when it is not held any more" until_true 30 nudged
expect 0 ctl scope set workload.slice/noisy cpu.weight=300
noticed() { grep '"actor":"policy:calm"' "$WORK/audit.jsonl" | grep -q 'someone else has changed it\|somebody has set it for good'; }
check "the policy notices" until_true 60 noticed
nap 3000
is "$(cat "$BASE/workload.slice/noisy.scope/cpu.weight")" 300 "the weight that was set for good beside a policy"
kill -KILL $one $two $three

# A rule that gets other limits leaves alone what it does not mean.
configure 'cpu.weight = 200' 'pids.max = 50'
expect 0 ctl reload
"$WORK/sf-noisy" -c "sleep $LONG; :" & one=$!
N=$BASE/workload.slice/noisy.scope
check "the rule sets a limit" until_true 20 grep -qsx 50 "$N/pids.max"
expect 0 ctl scope set workload.slice/noisy pids.max=20 cpu.weight=90 --for 1h
configure 'cpu.weight = 210' 'pids.max = 50'
expect 0 ctl reload
check "the limit that changed is set" until_true 20 grep -qx 210 "$N/cpu.weight"
is "$(cat "$N/pids.max")" 20 "the limit that is held"
expect 0 ctl scope show workload.slice/noisy
said 'baseline        pids.max 50, in '
check "what was set by the rule does not go back" sh -c "! grep -q 'baseline.*cpu.weight' $WORK/out"
kill -KILL $one

# Wrong.
expect 64 ctl scope set workload.slice/a memory.max=1G --for 1m
said 'memory.max cannot be set for a while'
expect 64 ctl scope set workload.slice/a cpu.weight=50 memory.max=1G --for 1m
is "$(cat "$S/cpu.weight")" 100 "the weight beside a file that is refused"
expect 64 ctl scope set workload.slice/a cpu.weight=50 --for 10ms
said 'for 1 s to 720 h'
expect 64 ctl scope set workload.slice/a cpu.weight=50 --for soon
expect 64 ctl scope set workload.slice/a cpu.weight=50 --for 0
is "$(cat "$S/cpu.weight")" 100 "the weight for no time"
expect 64 ctl scope set workload.slice/a --for 1m
stop_daemon
