#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The kernel is given a pid to move, and waits before it looks.  When the process exits meanwhile and
# its pid goes to another, that one is moved; it is put back, recorded, and not killed.  A delay of
# each write makes the wait long.
. "${srcdir:-.}/tests/kernel/lib.sh"
command -v strace >/dev/null || skip "strace is not installed"
cp "$(command -v sleep)" "$WORK/rs-box"
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[rule box]
comm = rs-box
action = place
scope = workload.slice/box-%p
END
expect 0 ctl -q init
start_daemon
expect 0 ctl scope create pact.slice/asked
strace -qq -f -p "$DAEMON" -o /dev/null -e trace=write -e inject=write:delay_enter=300000 2>"$WORK/err" & tracer=$!
traced() { grep -q "^TracerPid:.*[1-9]" "/proc/$DAEMON/status"; }
until_true 5 traced || skip "strace cannot trace here: $(cat "$WORK/err")"

# A client that asks to move a process is told.
sleep $LONG & other=$!
ctl scope move pact.slice/asked $other 2>"$WORK/moved" & asked=$!
sleep 0.15
kill -KILL $other
wait $other 2>/dev/null
"$TRICKS" bear $other $LONG & bearer=$!
wait $asked
status=$?
if alive $bearer; then # else the pid was taken
	check "the client is told that its process has exited" [ $status -ne 0 ]
	check "and what happened to the other" grep -q 'put back to' "$WORK/moved"
	check "the other process is not in the scope" not grep -q asked "/proc/$other/cgroup"
fi
kill $bearer
wait $bearer 2>/dev/null

home=$(sed -n 's/^0:://p' /proc/self/cgroup)
undone() { grep -q "\"action\":\"undo\".*\"pid\":$1,.*\"result\":\"done\"" "$WORK/audit.jsonl"; }
in_scope() { grep -q "box-$1" "/proc/$1/cgroup"; }
# The process that matches exits while the write waits, and another gets its pid.
reuse() { # sets $stray
	"$WORK/rs-box" $LONG & box=$!
	sleep 0.1
	kill -KILL $box
	wait $box 2>/dev/null
	"$TRICKS" bear $box $LONG & bearer=$!
	stray=$box
	until_true 2 test -e "/proc/$stray"
}
moved=0
for _ in 1 2 3 4 5; do
	reuse
	alive $bearer || continue # the pid was taken
	until_true 3 undone $stray && moved=$((moved + 1))
	check "the other process is not in the scope" not in_scope $stray
	is "$(sed -n 's/^0:://p' "/proc/$stray/cgroup")" "$home" "its cgroup"
	check "it is alive" kill -0 $stray
	kill $bearer
	wait $bearer 2>/dev/null
done
check "a process was moved and put back" [ $moved -gt 0 ]
check "the record has the place and the reason" grep -q '"action":"undo".*"scope":"workload.slice/box-.*"reason":".*put back to' "$WORK/audit.jsonl"
kill $tracer
wait $tracer 2>/dev/null
check "slicectld lives" kill -0 "$DAEMON"
