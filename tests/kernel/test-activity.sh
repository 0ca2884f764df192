#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Which families are active and which are idle, by their scopes and by their threads; what listeners,
# waits and metrics tell of it; and that nothing is read while nobody asks for it.
. "${srcdir:-.}/tests/kernel/lib.sh"
for name in ay-placed ay-seen ay-flap; do cp "$(command -v sh)" "$WORK/$name"; done
for name in ay-many ay-crowd ay-mob; do cp "$TRICKS" "$WORK/$name"; done
: "${THREADS:=3000}"
configure() { # ENABLED
	cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[activity]
enabled = $1
[owner workload]
users = root
[rule placed]
comm = ay-placed ay-many ay-crowd
action = place
scope = workload.slice/ay-%p
[rule seen]
comm = ay-seen ay-flap ay-mob
action = monitor
END
}
configure yes
expect 0 ctl -c "$WORK/slicectl.conf" check-config
expect 0 ctl -q init
start_daemon
state() { # ROOT: its activity as families shows it
	ctl --json families | tr '{' '\n' | grep -A1 "\"root\":$1," | sed -n 's/.*"state":"\([a-z]*\)","since_usec.*/\1/p'
}
becomes() { [ "$(state "$1")" = "$2" ]; }
told() { grep -q "\"action\":\"$1\".*\"family\":$2,.*\"activity\":{" "$WORK/events"; }
ctl --json events >"$WORK/events" 2>/dev/null & LISTENERS=$!
heard() { # the listener is connected
	ctl -q scope create workload.slice/ay-heard
	ctl -q scope destroy workload.slice/ay-heard
	grep -q ay-heard "$WORK/events"
}
check "the listener hears" until_true 10 heard
# A family that waits for a line on its FIFO, runs for each, and goes on.
mkfifo "$WORK/placed" "$WORK/seen"
work='while read -r n; do i=0; while [ $i -lt $n ]; do i=$((i+1)); done; done; sleep '$LONG
"$WORK/ay-placed" -c "$work" <"$WORK/placed" & placed=$!
"$WORK/ay-seen" -c "$work" <"$WORK/seen" & seen=$!
exec 7>"$WORK/placed" 8>"$WORK/seen"
check "a family that sleeps in its scope is idle" until_true 5 becomes $placed idle
check "so is one without a scope" until_true 5 becomes $seen idle
expect 0 ctl families
said 'ACTIVITY'
expect 0 ctl tree
said 'ACTIVITY'
check "tree has the scope as idle" grep -q "ay-$placed.scope.* idle " "$WORK/out"
expect 0 ctl top
check "so has top" grep -q "ay-$placed.scope.* idle " "$WORK/out"
expect 0 ctl scope show "workload.slice/ay-$placed"
check "so has scope show" grep -q '^activity  *idle ' "$WORK/out"
check "with its pressure" grep -q '^cpu.pressure ' "$WORK/out"
expect 0 ctl --json scope show "workload.slice/ay-$placed"
said '"activity":{"state":"idle","since_usec":'
expect 0 ctl explain $placed
said 'activity  idle for'
expect 0 ctl -q wait -t 5s $placed idle
expect 75 ctl -q wait -t 300ms $placed active
expect 0 ctl -q wait -t 5s "workload.slice/ay-$placed.scope" idle
expect 75 ctl -q wait -t 300ms "workload.slice/ay-$placed" active
said 'is not active yet'
expect 3 ctl wait workload.slice/nobody idle

# Awake, and asleep again.
runs_long() { echo 100000000 >&$1; }
runs_long 7
check "it is active when it runs" until_true 5 becomes $placed active
expect 0 ctl -q wait -t 5s $placed active
runs_long 8
check "so is the other" until_true 5 becomes $seen active
nap 800
check "it is active as long as it runs" becomes $placed active
check "so is the other" becomes $seen active
check "a change is told" until_true 5 told family.active $placed
check "that of the other, too" until_true 5 told family.active $seen
check "that it was idle was told" told family.idle $placed
check "none of it is in the audit log" sh -c "! grep -q 'family\\.' '$WORK/audit.jsonl'"

# Frozen is neither; a process that is only looked at is not disturbed.
expect 0 ctl -q scope freeze "workload.slice/ay-$placed.scope"
check "a frozen family is frozen" until_true 5 becomes $placed frozen
expect 0 ctl -q scope thaw "workload.slice/ay-$placed.scope"
check "and active when it is thawed" until_true 5 becomes $placed active
kill $placed $seen
exec 7>&- 8>&-
wait $placed $seen 2>/dev/null
gone() { [ -z "$(state $placed)" ]; }
check "a family that is gone has no activity" until_true 5 gone

# More threads than are read in one turn.
mkfifo "$WORK/crowd" "$WORK/mob"
"$WORK/ay-crowd" threads "$THREADS" $LONG <"$WORK/crowd" >"$WORK/crowd.out" & crowd=$!
"$WORK/ay-mob" threads "$THREADS" $LONG <"$WORK/mob" >"$WORK/mob.out" & mob=$!
exec 7>"$WORK/crowd" 8>"$WORK/mob"
check "$THREADS threads run" until_true 30 grep -q . "$WORK/crowd.out"
check "so do $THREADS without a scope" until_true 30 grep -q . "$WORK/mob.out"
check "they become idle" until_true 20 becomes $crowd idle
check "so do those without a scope" until_true 20 becomes $mob idle
echo >&7
check "when the last of them runs they are active" until_true 5 becomes $crowd active
echo >&8
check "so are those without a scope" until_true 5 becomes $mob active
check "and idle again" until_true 20 becomes $crowd idle
check "so are those without a scope" until_true 20 becomes $mob idle
kill $crowd $mob
exec 7>&- 8>&-
wait $crowd $mob 2>/dev/null

# One that changes all the time.
"$WORK/ay-flap" -c 'while :; do sleep 0.01; done' & flap=$!
check "one that changes all the time is active now and then" until_true 5 becomes $flap active
nap 1000
changes=$(grep -c "\"action\":\"family.*\"family\":$flap," "$WORK/events")
check "listeners hear of it ten times a second at most ($changes)" [ "$changes" -le $((10 + 12 * PATIENCE)) ]
kill $flap
ctl metrics >"$WORK/metrics"
check "the time is counted by rule" grep -q '^slicectl_family_idle_seconds_total{rule="placed"} [0-9.]*[1-9]' "$WORK/metrics"
check "so is the time of being active" grep -q '^slicectl_family_active_seconds_total{rule="seen"} [0-9.]*[1-9]' "$WORK/metrics"
check "and the changes" grep -q '^slicectl_family_activity_changes_total{rule="placed",to="idle"} [1-9]' "$WORK/metrics"

# Off, by a reload: nothing is shown, and nothing is read.
configure no
expect 0 ctl reload
"$WORK/ay-many" sleep $LONG x & many=$!
until_true 5 test -d "$BASE/workload.slice/ay-$many.scope"
expect 0 ctl --json families
said '"activity":null'
expect 64 ctl wait $many idle
said 'is not observed'
if command -v strace >/dev/null; then
	timeout 2 strace -qq -f -p "$DAEMON" -e trace=pread64 -o "$WORK/trace" 2>/dev/null
	is "$(grep -c pread64 "$WORK/trace")" 0 "reads of cpu.stat while it is off"
fi
stop_daemon
# The command line turns it on, too.
start_daemon --activity
check "--activity observes an adopted family" until_true 5 becomes $many idle
kill $many
