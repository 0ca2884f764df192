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
check "the first rule places" until_true 5 old_inside

# A bad file: told with its line, and the last good rules stay.
echo 'rubbish' >>"$WORK/slicectl.conf"
kill -HUP "$DAEMON"
check "a bad file is refused" until_true 5 grep -q 'keeping the current configuration' "$WORK/daemon.log"
check "the bad line is named" grep -q 'slicectl.conf:10' "$WORK/daemon.log"
"$WORK/rl-old" $LONG & second=$!
second_inside() { grep -q "$second" "$BASE/workload.slice/old-$second.scope/cgroup.procs"; }
check "the last good rules act on" until_true 5 second_inside

# A rotated log is opened again by a reload that is refused, too, and a torn line is ended.
mv "$WORK/audit.jsonl" "$WORK/audit.0"
printf '{"action":"torn' >"$WORK/audit.jsonl"
expect 65 ctl reload
ended() { sed -n '1p' "$WORK/audit.jsonl" | grep -qx '{"action":"torn'; }
third() { "$WORK/rl-seen" 0; grep -q '^{"time".*"rule":"seen".*}$' "$WORK/audit.jsonl"; }
check "a refused reload opens the log again" until_true 5 third
check "what was torn is a line of its own" ended

# Another rule: it sees what runs; the family of the old one stays, and is released.
put_rules new >"$WORK/slicectl.conf"
mv "$WORK/audit.jsonl" "$WORK/audit.1"
kill -HUP "$DAEMON"
check "a new rule finds what runs" until_true 5 new_inside
check "a family keeps its scope" old_inside
check "the audit log is opened again" [ -s "$WORK/audit.jsonl" ]
kill $old
gone() { [ ! -d "$BASE/workload.slice/old-$old.scope" ]; }
check "the scope of a rule that is gone is removed" until_true 5 gone

# What an operator moved out of a scope of a rule stays out.
expect 0 ctl -q scope create workload.slice/parked
"$WORK/rl-new" $LONG & moved=$!
placed() { grep -q "$moved" "$BASE/workload.slice/new-$moved.scope/cgroup.procs"; }
check "a member is in the scope of its rule" until_true 5 placed
expect 0 ctl -q scope move workload.slice/parked $moved
parked() { grep -q "$moved" "$BASE/workload.slice/parked.scope/cgroup.procs"; }
check "an operator moves a member out" until_true 5 parked
expect 0 ctl reload
"$WORK/rl-new" $LONG & marker=$!
marked() { grep -q "$marker" "$BASE/workload.slice/new-$marker.scope/cgroup.procs"; }
check "the scan after the reload has ended" until_true 5 marked
check "a reload does not move it back" parked
kill $marker $moved

# Other limits of a rule reach the scopes that it has made.
"$WORK/rl-new" $LONG & grown=$!
depth() { [ "$(cat "$BASE/workload.slice/new-$grown.scope/cgroup.max.depth" 2>/dev/null)" = "$1" ]; }
check "a scope has no limit at first" until_true 5 depth max
sed -i 's|^scope = workload.slice/new-%p|&\ncgroup.max.depth = 7|' "$WORK/slicectl.conf"
expect 0 ctl reload
check "a reload sets the limit that its rule has now" until_true 5 depth 7
check "that is recorded" grep -q '"action":"scope.set","actor":"slicectld".*"new":"cgroup.max.depth=7"' "$WORK/audit.jsonl"
kill $grown

# The priority follows.
if command -v chrt >/dev/null && chrt -p "$DAEMON" | grep -q FIFO; then
	sed 's/^exit-records.*/&\nscheduler = normal/' "$WORK/slicectl.conf" >"$WORK/next.conf"
	cp "$WORK/slicectl.conf" "$WORK/before.conf"
	mv "$WORK/next.conf" "$WORK/slicectl.conf"
	kill -HUP "$DAEMON"
	ordinary() { chrt -p "$DAEMON" | grep -q OTHER; }
	check "the priority is lowered by a reload" until_true 5 ordinary
	mv "$WORK/before.conf" "$WORK/slicectl.conf"
	kill -HUP "$DAEMON"
	check "the priority is raised by a reload" until_true 5 sh -c 'chrt -p "$1" | grep -q FIFO' _ "$DAEMON"
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
check "all of 200 matches are handled" until_true 5 recorded
for p in $(cat "$WORK/pids"); do
	n=$(grep -c "\"action\":\"monitor\".*\"pid\":$p," "$WORK/audit.jsonl")
	[ "$n" = 1 ] || fail "each match is handled once" "process $p: $n times"
done
check "a family keeps its scope in the reloads" new_inside
kill $new $second
xargs kill <"$WORK/pids"
stop_daemon
is "$DAEMON_STATUS" 0 "status of the daemon"
