#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A placement that failed for a reason that passes is tried again, at growing intervals
# and at each reload; until then it is shown as failed, and no scope is shown for it.
. "${srcdir:-.}/tests/kernel/lib.sh"
for name in rt-full rt-slice; do cp "$(command -v sleep)" "$WORK/$name"; done
put_rules() { # SLICE: where the second rule places
	cat <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[rule full]
comm = rt-full
action = place
scope = workload.slice/full-%p
[rule slice]
comm = rt-slice
action = place
scope = $1/slice-%p
END
}
put_rules workload.slice >"$WORK/slicectl.conf"
expect 0 ctl -q init
start_daemon

# No room for another cgroup: failed, told with the reason and the time of the next try.
slice=$BASE/workload.slice
limit=$(cat "$slice/cgroup.max.descendants")
echo 0 >"$slice/cgroup.max.descendants"
"$WORK/rt-full" $LONG & full=$!
failed() { grep -q '"action":"place".*"rule":"full".*"result":"failed"' "$WORK/audit.jsonl"; }
check "a full hierarchy fails the placement" until_true 5 failed
expect 0 ctl --json families
said '"state":"failed"'
said '"scope":null'
said "\"intended_scope\":\"workload.slice/full-$full.scope\""
check "the time of the next try is given" grep -q '"retry_in_ms":[0-9]' "$WORK/out"
expect 0 ctl families
said 'failed'
said "family $full: "
expect 0 ctl explain $full
said "meant for workload.slice/full-$full.scope"
said 'retry     in'
tried_twice() { [ "$(cat "$slice/cgroup.max.descendants")" = 0 ] && sleep 2.5; }
tried_twice
is "$(grep -c '"action":"place".*"rule":"full"' "$WORK/audit.jsonl")" 1 "records of one failure that goes on"
echo "$limit" >"$slice/cgroup.max.descendants"
placed() { grep -q "^$full\$" "$slice/full-$full.scope/cgroup.procs"; }
check "it is placed when there is room, without a restart" until_true 10 placed
done_at_last() { grep -q '"action":"place".*"rule":"full".*"result":"done"' "$WORK/audit.jsonl"; }
check "the placement is recorded" until_true 5 done_at_last
expect 0 ctl --json families
said '"state":"placed"'
said "\"scope\":\"workload.slice/full-$full.scope\""
said '"reason":null'

# A member that is moved away by hand is shown outside, and where.
mkdir "$BASE/elsewhere"
echo $full >"$BASE/elsewhere/cgroup.procs"
outside() { ctl --json families | grep -q "\"outside\":\[{\"pid\":$full,\"cgroup\":\"[^\"]*/elsewhere\"}\]"; }
check "who is outside is shown, and where" until_true 5 outside
expect 0 ctl --json families
said '"state":"outside"'
echo $full >"$slice/full-$full.scope/cgroup.procs"

# A reload tries again at once, with the new rule.
echo 0 >"$slice/cgroup.max.descendants"
"$WORK/rt-slice" $LONG & second=$!
failed_too() { grep -q '"action":"place".*"rule":"slice".*"result":"failed"' "$WORK/audit.jsonl"; }
check "the second placement fails" until_true 5 failed_too
put_rules pact.slice >"$WORK/slicectl.conf"
expect 0 ctl reload
second_placed() { grep -q "^$second\$" "$BASE/pact.slice/slice-$second.scope/cgroup.procs"; }
check "the new rule places what failed before" until_true 5 second_placed
echo "$limit" >"$slice/cgroup.max.descendants"

# What another user's program and environment are is told to root only.
kill $full $second
stop_daemon
rmdir "$BASE/elsewhere"
