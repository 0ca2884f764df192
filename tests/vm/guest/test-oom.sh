#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A member that the kernel kills because its scope's memory is used up is told apart
# from one that somebody kills.
. "${srcdir:-.}/tests/kernel/lib.sh"

cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
exit-records = family
[rule hungry]
comm = sctest-hungry
action = place
scope = workload.slice/hungry-%p
memory.max = 16M
END
cp "$(command -v bash)" "$WORK/sctest-hungry"
expect 0 ctl -q init
start_daemon
ended() { grep "\"action\":\"exit\".*\"pid\":$1," "$WORK/audit.jsonl" | grep -qE "$2"; }
mkfifo "$WORK/fifo"
# It waits to be placed, then takes more than it may have.
"$WORK/sctest-hungry" -c 'read -r _ <"$0"; x=$(printf "%060000000d" 1); echo ${#x}' "$WORK/fifo" & hungry=$!
placed() { grep -q "$hungry" "$BASE/workload.slice/hungry-$hungry.scope/cgroup.procs"; }
check "the family is placed" until_true 10 placed
echo >"$WORK/fifo"
wait $hungry
oom() { grep '"action":"exit"' "$WORK/audit.jsonl" | grep -q '"cause":"oom"'; }
check "an end by memory.max is recorded" until_true 20 oom
"$WORK/sctest-hungry" -c "sleep $LONG; :" & hungry=$!
check "the second family is placed" until_true 10 placed
kill -KILL $hungry
check "the end is recorded" until_true 10 ended $hungry '"signal":9'
check "a kill is not taken for memory.max" not ended $hungry oom
