#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A replay reports the changes of activity and the crossings that listeners were told while it was recorded.
. "${srcdir:-.}/tests/kernel/lib.sh"
for name in rp-work rp-open; do cp "$(command -v bash)" "$WORK/$name"; done
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
exit-records = family
[activity]
enabled = yes
[owner workload]
users = root
[rule work]
comm = rp-work
action = place
scope = workload.slice/rp-work
[rule open]
comm = rp-open
action = monitor
[watch files]
subject = family:open
resource = nofile
level = 40
[watch members]
subject = family:open
resource = processes
level = change
[watch asleep]
subject = family:open
resource = idle
level = 1s
[watch busy]
subject = workload.slice/rp-work
resource = cpu
level = 30%
END
expect 0 ctl -c "$WORK/slicectl.conf" check-config
expect 0 ctl -q init
start_daemon --record "$WORK/recording"
ctl --json events >"$WORK/events" 2>/dev/null & LISTENERS=$!
heard() { # the listener is connected
	ctl -q scope create workload.slice/rp-heard
	ctl -q scope destroy workload.slice/rp-heard
	grep -q rp-heard "$WORK/events"
}
check "the listener hears" until_true 10 heard
has() { grep -q "\"action\":\"$1.*$2" "$WORK/events"; }

mkfifo "$WORK/work" "$WORK/open"
"$WORK/rp-work" -c 'while read -r n; do for ((i = 0; i < n; i++)); do :; done; done' <"$WORK/work" & work=$!
"$WORK/rp-open" -c 'read -r n; for ((i = 10; i < n; i++)); do eval "exec $i</dev/null"; done; read -r n; (read -r n; :) & wait' <"$WORK/open" & open=$!
exec 7>"$WORK/work" 8>"$WORK/open"
check "a family sleeps" until_true 10 has family.idle "\"family\":$work,"
echo 2000000 >&7
check "it runs" until_true 20 has family.active "\"family\":$work,"
check "its scope uses a processor" until_true 30 has watch '"actor":"watch:busy".*"direction":"up"'
echo 60 >&8
check "files are opened" until_true 20 has watch '"actor":"watch:files".*"direction":"up"'
echo >&8
check "a child is counted" until_true 20 has watch '"actor":"watch:members"'
check "the other one sleeps for a second" until_true 20 has watch '"actor":"watch:asleep".*"direction":"up"'
kill $work $open 2>/dev/null # the other one ends by itself
ended() { has exit "\"family\":$work," && has exit "\"family\":$open,"; }
check "both have ended" until_true 10 ended
stop_daemon
kill $LISTENERS
LISTENERS=

"$SLICECTLD" -c "$WORK/slicectl.conf" --replay "$WORK/recording" --dry-run >"$WORK/replayed" 2>"$WORK/err"
is $? 0 "the status of the replay"
# The order, the values and the evidence; an event is handled a moment after its time, so spans differ.
told() { grep -E '"action":"(family\.|watch)' "$1" | sed 's/^{"sequence":[0-9]*,"record":\(.*\)}$/\1/; s/"time":"[^"]*",//; s/"dry_run":[a-z]*//; s/"scope":"[^"]*",//; s/"\(span\|since\)_usec":[0-9]*//g'; }
told "$WORK/events" >"$WORK/told"
told "$WORK/replayed" >"$WORK/told-again"
check "something was told" test "$(wc -l <"$WORK/told")" -ge 6
check "the replay tells the same: $(diff "$WORK/told" "$WORK/told-again" | head -n 6)" cmp "$WORK/told" "$WORK/told-again"
