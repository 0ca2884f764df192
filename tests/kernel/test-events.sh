#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What follows the supervisor live: events, with their numbers and gaps, and wait.
. "${srcdir:-.}/tests/kernel/lib.sh"
: "${TRICKS:=tricks}"
SOCKET=/run/slicectl/slicectl.sock
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[rule work]
comm = sctest-work
action = place
scope = workload.slice/w-%p
[rule seen]
comm = sctest-seen
action = monitor
END
for name in work seen; do printf '#!/bin/sh\nsleep "$1" &\nwait\n' >"$WORK/sctest-$name"; chmod +x "$WORK/sctest-$name"; done
expect 69 ctl events
ctl -q init
start_daemon
follow() { "$SLICECTL" --json events >"$1" & follower=$! LISTENERS="${LISTENERS:-} $!"; check "a follower is greeted" until_true 5 grep -q '^{"sequence":[0-9]*}$' "$1"; }
records() { grep -c '"record"' "$1"; }
numbers() { sed -n 's/^{"sequence":\([0-9]*\).*"record".*/\1/p' "$1"; }

# Each record once, in order, as it is in the audit log.
follow "$WORK/events"
first=$(wc -l <"$WORK/audit.jsonl")
expect 0 ctl scope create workload.slice/a
"$WORK/sctest-work" 0.2 & work=$!
wait $work
expect 0 ctl wait workload.slice/w-$work gone --missing-ok --timeout $((5 * PATIENCE))s
expect 0 ctl scope destroy workload.slice/a
check "the destroy is among the events" until_true 5 grep -q '"action":"scope.destroy"' "$WORK/events"
for action in scope.create place exit release; do check "there is an event of $action" grep -q "\"action\":\"$action\"" "$WORK/events"; done
is "$(numbers "$WORK/events" | sort -n | uniq | wc -l)" "$(records "$WORK/events")" "numbers that are different"
is "$(numbers "$WORK/events" | tr '\n' ' ')" "$(numbers "$WORK/events" | sort -n | tr '\n' ' ')" "the order of events"
is "$(sed -n 's/^{"sequence":[0-9]*,"record"://p' "$WORK/events" | sed 's/}$//' | head -n 3)" \
	"$(tail -n +$((first + 1)) "$WORK/audit.jsonl" | head -n 3)" "records of the log"
kill $follower
wait $follower 2>/dev/null
expect 0 ctl scope create workload.slice/b
"$SLICECTL" events >"$WORK/text" & follower=$! LISTENERS="$LISTENERS $!"
seen_set() { ctl -q scope set workload.slice/b cgroup.max.depth=6; grep -q 'scope.set by uid:0 in workload.slice/b.scope' "$WORK/text"; }
check "events prints text" until_true 5 seen_set
kill $follower
printf '{"method":"io.slicectl.Events"}\n' | "$TRICKS" ask $SOCKET $((5 * PATIENCE)) >"$WORK/out"
said ExpectedMore

# One that does not read is told what it missed; others miss nothing, and we go on.
follow "$WORK/stopped"; stopped=$follower
follow "$WORK/quick"; quick=$follower
kill -STOP $stopped
i=0
while [ $i -lt 2000 ]; do echo '{"method":"io.slicectl.ScopeSet","parameters":{"scope":"workload.slice/b","limits":{"cgroup.max.depth":"7"}}}'; i=$((i + 1)); done >"$WORK/calls"
has() { [ "$(records "$1")" -ge "$2" ]; }
for round in 1 2 3 4 5 6; do
	is "$("$TRICKS" ask $SOCKET $((30 * PATIENCE)) <"$WORK/calls" | grep -c '"owner"')" 2000 "answers"
	check "round $round: a quick reader gets all records" until_true 10 has "$WORK/quick" $((round * 2000))
done
check "a quick reader loses nothing" not grep -q '"lost"' "$WORK/quick"
kill -CONT $stopped
last=$(numbers "$WORK/quick" | tail -n 1)
check "a slow reader catches up" until_true 10 grep -q "^{\"sequence\":$last," "$WORK/stopped"
lost=$(sed -n 's/.*"lost":\([0-9]*\).*/\1/p' "$WORK/stopped" | paste -sd+ | bc)
check "a slow reader loses records, and is told so" [ "${lost:-0}" -gt 0 ]
is "$(($(records "$WORK/stopped") + lost))" "$(records "$WORK/quick")" "records and lost ones of the slow reader"
kill $stopped $quick
wait $stopped $quick 2>/dev/null
expect 0 ctl status
said feed_lost
grep -q libasan "/proc/$DAEMON/maps" || [ "$(awk '/^VmRSS/ { print $2 }' "/proc/$DAEMON/status")" -lt 32768 ]
result "the supervisor takes less than 32 MiB"

# wait: for a scope, without the supervisor's help; for a family, with it.
expect 0 ctl wait workload.slice/b empty
expect 3 ctl wait workload.slice/c gone
said 'workload.slice/c.scope does not exist'
expect 3 ctl wait workload.slice/c empty
expect 0 ctl wait workload.slice/c gone --missing-ok
expect 0 ctl wait workload.slice/c empty --missing-ok
expect 75 ctl wait workload.slice/b populated --timeout 100ms
said 'workload.slice/b.scope is not populated yet'
expect 64 ctl wait workload.slice/b full
expect 64 ctl wait workload.slice/b
expect 3 ctl wait nowhere.slice/b populated
expect 3 ctl wait nowhere.slice/b gone
sh -c "sleep 0.3; exec '$SLICECTL' --cgroup-root '$BASE' scope create workload.slice/late" >/dev/null & 
until_true 10 test -d "$BASE/workload.slice/late.scope"
expect 0 ctl wait workload.slice/late empty --timeout $((10 * PATIENCE))s
sleep $LONG & member=$!
sh -c "sleep 0.3; '$SLICECTL' --cgroup-root '$BASE' scope move workload.slice/late $member" &
expect 0 ctl wait workload.slice/late populated --timeout $((10 * PATIENCE))s
expect 0 ctl wait workload.slice populated
sh -c "sleep 0.3; '$SLICECTL' --cgroup-root '$BASE' scope destroy workload.slice/late" &
expect 0 ctl --json wait workload.slice/late gone --missing-ok --timeout $((10 * PATIENCE))s
said '"state":"gone"'
"$WORK/sctest-seen" $LONG & seen=$!
check "the family is known" until_true 5 sh -c "'$SLICECTL' families | grep -q seen"
expect 0 ctl wait $seen populated --timeout $((5 * PATIENCE))s
expect 75 ctl wait $seen gone --timeout 100ms
# shellcheck disable=SC2046
kill $seen $(pgrep -P $seen)
expect 0 ctl wait $seen gone --timeout $((5 * PATIENCE))s
expect 0 ctl wait 4194303 gone
expect 3 ctl wait 4194303 populated
sleep $LONG & nobody=$!
expect 3 ctl wait $nobody gone
said "process $nobody is not the root of a family"
expect 64 ctl wait 99999999999 gone
expect 3 ctl wait nowhere.slice gone
said 'nowhere.slice is not in a configured slice'

# Who listens or waits lives through a restart.
ctl events >"$WORK/listened" 2>"$WORK/listener.err" & listener=$! LISTENERS="$LISTENERS $!"
"$WORK/sctest-seen" $LONG & seen=$!
until_true 5 grep -q "($(cat /proc/$seen/comm))" "$WORK/listened"
ctl wait $seen gone --timeout $((60 * PATIENCE))s 2>"$WORK/waiter.err" & waiter=$!
both() { [ "$(grep -c "$SOCKET\$" /proc/net/unix)" -ge 3 ]; } # and the socket that listens
check "the listener and the waiter are connected" until_true 5 both
nap 300
kill -KILL "$DAEMON"
wait "$DAEMON" 2>/dev/null
check "the listener says that it waits" until_true 5 grep -q 'waiting until it runs again' "$WORK/listener.err"
start_daemon
check "the listener is connected again" until_true 10 grep -q 'slicectld runs again' "$WORK/listener.err"
check "the listener lives" alive $listener
# shellcheck disable=SC2046
kill $seen $(pgrep -P $seen)
wait $waiter
is $? 0 "status of a wait through a restart"
kill $listener

# Records of the past, from the audit log.
expect 0 ctl -c "$WORK/slicectl.conf" events --lines 3
is "$(wc -l <"$WORK/out")" 3 "records of the last three"
check "they have the date" grep -q "^$(date +%Y)-" "$WORK/out"
expect 0 ctl --json -c "$WORK/slicectl.conf" events --since 1h -n 1
check "a record of the past is an object" grep -q '^{"record":{"time":"' "$WORK/out"
expect 0 ctl -c "$WORK/slicectl.conf" events --since 1h
is "$(wc -l <"$WORK/out")" "$(grep -c . "$WORK/audit.jsonl")" "records of the last hour"
expect 0 ctl -c "$WORK/slicectl.conf" events --since "@$(($(date +%s) + 3600))"
is "$(wc -l <"$WORK/out")" 0 "records of the future"
expect 64 ctl -c "$WORK/slicectl.conf" events -n x
expect 64 ctl -c "$WORK/slicectl.conf" events --since nonsense
said "'nonsense' is not a time"

stop_daemon
printf '{"time":"2026' >>"$WORK/audit.jsonl"
expect 0 ctl -c "$WORK/slicectl.conf" events -n 1
said 'were skipped: 1'
