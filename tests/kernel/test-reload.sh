#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The configuration is read again on SIGHUP: a bad one changes nothing, a good one
# sees what runs, families keep what they have, and no event is missed meanwhile.
TEST_SECONDS=${TEST_SECONDS:-120}
. "${srcdir:-.}/tests/kernel/lib.sh"

for name in rl-old rl-new rl-seen; do cp "$(command -v sleep)" "$WORK/$name"; done
put_rules() { # RULES...
	printf '[supervisor]\naudit-log = %s\nexit-records = no\n' "$WORK/audit.jsonl"
	printf '[rule seen]\ncomm = rl-seen\n'
	for rule; do
		printf '[rule %s]\ncomm = rl-%s\naction = place\nscope = workload.slice/%s-%%p\n' "$rule" "$rule" "$rule"
	done
}
put_rules old >"$WORK/slicectl.conf"
expect 0 ctl -q init
start_daemon
"$WORK/rl-old" $LONG & old=$!
"$WORK/rl-new" $LONG & new=$!
old_inside() { grep -q "$old" "$BASE/workload.slice/old-$old.scope/cgroup.procs"; }
new_inside() { grep -q "$new" "$BASE/workload.slice/new-$new.scope/cgroup.procs"; }
until_true 5 old_inside || fail "the first rule does not place"

# A bad file: told with its line, and the last good rules stay.
echo 'rubbish' >>"$WORK/slicectl.conf"
kill -HUP "$DAEMON"
until_true 5 grep -q 'the configuration stays as it was' "$WORK/daemon.log" || fail "a bad file was not refused"
grep -q 'slicectl.conf:10' "$WORK/daemon.log" || fail "the line was not named: $(cat "$WORK/daemon.log")"
"$WORK/rl-old" $LONG & second=$!
second_inside() { grep -q "$second" "$BASE/workload.slice/old-$second.scope/cgroup.procs"; }
until_true 5 second_inside || fail "the last good rules do not act any more"

# Another rule: it sees what runs; the family of the old one stays, and is released.
put_rules new >"$WORK/slicectl.conf"
mv "$WORK/audit.jsonl" "$WORK/audit.1"
kill -HUP "$DAEMON"
until_true 5 new_inside || fail "a new rule does not see what runs: $(cat "$WORK/daemon.log")"
old_inside || fail "a family lost its scope"
[ -s "$WORK/audit.jsonl" ] || fail "the audit log was not opened again"
kill $old
gone() { [ ! -d "$BASE/workload.slice/old-$old.scope" ]; }
until_true 5 gone || fail "the scope of a rule that is gone was not removed"

# The priority follows.
if command -v chrt >/dev/null && chrt -p "$DAEMON" | grep -q FIFO; then
	sed 's/^exit-records.*/&\nscheduler = normal/' "$WORK/slicectl.conf" >"$WORK/next.conf"
	cp "$WORK/slicectl.conf" "$WORK/before.conf"
	mv "$WORK/next.conf" "$WORK/slicectl.conf"
	kill -HUP "$DAEMON"
	ordinary() { chrt -p "$DAEMON" | grep -q OTHER; }
	until_true 5 ordinary || fail "the priority stays: $(chrt -p "$DAEMON")"
	mv "$WORK/before.conf" "$WORK/slicectl.conf"
	kill -HUP "$DAEMON"
	until_true 5 sh -c 'chrt -p "$1" | grep -q FIFO' _ "$DAEMON" || fail "the priority does not come back"
fi

# Many reloads, half of them bad, while processes come and go.
put_rules new >"$WORK/good.conf"
(cat "$WORK/good.conf"; echo '[rule broken') >"$WORK/bad.conf"
: >"$WORK/audit.jsonl"
(
	i=0
	while [ $i -lt 100 ]; do
		if [ $((i % 2)) = 0 ]; then cp "$WORK/bad.conf" "$WORK/next.conf"; else cp "$WORK/good.conf" "$WORK/next.conf"; fi
		mv "$WORK/next.conf" "$WORK/slicectl.conf"
		kill -HUP "$DAEMON"
		sleep 0.03
		i=$((i + 1))
	done
) & reloads=$!
i=0
: >"$WORK/pids"
while [ $i -lt 200 ]; do
	"$WORK/rl-seen" $LONG &
	echo $! >>"$WORK/pids"
	k=0
	while [ $k -lt 20 ]; do (:); k=$((k + 1)); done
	i=$((i + 1))
done
wait $reloads
recorded() { [ "$(grep -c '"action":"monitor"' "$WORK/audit.jsonl")" -ge 200 ]; }
until_true 5 recorded || fail "only $(grep -c '"action":"monitor"' "$WORK/audit.jsonl") of 200 matches were handled"
for p in $(cat "$WORK/pids"); do
	n=$(grep -c "\"action\":\"monitor\".*\"pid\":$p," "$WORK/audit.jsonl")
	[ "$n" = 1 ] || fail "a match was handled $n times"
done
new_inside || fail "a family lost its scope in the reloads"
kill $new $second
xargs kill <"$WORK/pids"
stop_daemon
is "$DAEMON_STATUS" 0 "status of the daemon"
