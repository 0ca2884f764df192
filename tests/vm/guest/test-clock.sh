#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The wall clock jumps by ten years and back while processes come and go: nobody is
# taken for another, and nothing happens early or late.
. "${srcdir:-.}/tests/kernel/lib.sh"

cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
canary-interval = 200ms
[rule worker]
comm = sctest-clock
action = place
scope = workload.slice/clock-%p
$(marker_rule)
END
cp "$(command -v sleep)" "$WORK/sctest-clock"
expect 0 ctl -q init
now=$(date +%s)
trap 'date -s "@$now" >/dev/null; finish' EXIT
start_daemon
placed() { grep -q "$1" "$BASE/workload.slice/clock-$1.scope/cgroup.procs"; }
for jump in 315360000 -315360000; do
	date -s "@$((now + jump))" >/dev/null || skip "the clock cannot be set here"
	"$WORK/sctest-clock" $LONG & worker=$!
	check "after a jump of $jump s a match is placed" until_true 5 placed $worker
	after_this
	kill $worker
	wait $worker 2>/dev/null
	gone() { [ ! -d "$BASE/workload.slice/clock-$worker.scope" ]; }
	check "after a jump of $jump s an empty scope is removed" until_true 5 gone
done
check "a jump is not taken for a loss" not grep -q 'resync.*\(deaf\|overrun\|gap\)' "$WORK/audit.jsonl"
