#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A process whose command line cannot be read, because its owner holds up whoever reads it, holds up
# nobody but itself: not the kills of others, no command, no reload, not the end of slicectld.
. "${srcdir:-.}/tests/kernel/lib.sh"
for name in rt-hang rt-spare; do cp "$(dirname "$TRICKS")/unreadable" "$WORK/$name"; done
mkdir "$WORK/mount"
for name in rt-miner rt-child; do cp "$(command -v sleep)" "$WORK/$name"; done
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[rule spare]
comm = rt-spare
arg = --spare
action = ignore
[rule spared]
comm = rt-spare
action = kill
[rule hang]
comm = rt-hang
argv = --late
action = monitor
[rule other]
comm = rt-hang
env = RT_OTHER=1
action = monitor
[rule child]
comm = rt-child
parent = hang
action = monitor
[rule miner]
comm = rt-miner
action = kill
END
expect 0 ctl -q init

holds_up() { # PID: who reads its command line waits
	timeout -s KILL 0.2 cat "/proc/$1/cmdline" >/dev/null 2>&1
	[ $? = 137 ]
}
# NAME ARGUMENT [PROGRAM]: sets $hanging
hang() {
	unshare -m --propagation slave "$WORK/$1" "$WORK/mount" 60 "$2" ${3:+"$3"} >"$WORK/server-$1" 2>"$WORK/err" & hanging=$!
	until_true 5 holds_up $hanging 
}
hang rt-hang --late "$WORK/rt-child" || skip "no process can hold up who reads its command line here: $(cat "$WORK/err")"
hang=$hanging child=$(sed -n 2p "$WORK/server-rt-hang")
hang rt-spare --spare && spare=$hanging
check "another process cannot be read" holds_up $spare

miner_killed() {
	"$WORK/rt-miner" $LONG & miner=$!
	wait $miner 2>/dev/null
	[ $? = 137 ]
}
overdue() { grep "\"action\":\"read\".*\"pid\":$1,.*\"result\":\"failed\"" "$WORK/audit.jsonl" | grep -q "could not be read within"; }
reads_of() { grep -c "\"action\":\"read\".*\"pid\":$1," "$WORK/audit.jsonl"; }
matched() { grep -q "\"action\":\"monitor\".*\"rule\":\"$1\".*\"pid\":$2," "$WORK/audit.jsonl"; }

# At the start, in a reload, for every command.
start_daemon
check "a kill rule acts meanwhile" miner_killed
check "the process that cannot be read is reported" until_true 5 overdue $hang
check "so is the one that is to be ignored" until_true 5 overdue $spare
check "who might be ignored is not killed" kill -0 $spare
for command in "status" "families" "explain $hang" "tree" "scope list" "top -n 1" "rule list" "rule apply" "metrics" "events -n 1"; do
	# shellcheck disable=SC2086
	timeout 5 "$SLICECTL" --cgroup-root "$BASE" $command >"$WORK/out" 2>&1
	status=$?
	check "slicectl $command is answered" [ $status -lt 100 ]
done
expect 0 ctl reload
check "a kill rule acts after a reload" miner_killed
expect 0 ctl --json status
check "status counts the processes" grep -q '"unreadable":[1-9]' "$WORK/out"
check "a delay is reported once in a while" [ "$(reads_of $hang)" -le 2 ]
check "the process was not matched without its command line" not matched hang $hang
check "and it is alive" kill -0 $hang

# One that exits while it is read; one that can be read at its exec, and not later.
check "nor its child by its parent" not matched child "$child"
kill -KILL "$(sed -n 1p "$WORK/server-rt-hang")" # pgrep might read the others, and wait
check "what can be read at last is matched" until_true 5 matched hang $hang
check "so is its child, by its parent" until_true 5 matched child "$child"
kill -KILL $hang
wait $hang 2>/dev/null
hang rt-hang --late && hang=$hanging
check "a process is matched at its exec" until_true 5 matched hang $hang
stop_started=$(date +%s)
stop_daemon
check "slicectld ends although it reads" [ $(($(date +%s) - stop_started)) -le $((2 * PATIENCE)) ]
# Without a supervisor --oneshot waits for nobody either.
timeout 20 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" --oneshot >"$WORK/out" 2>&1
check "--oneshot ends" [ $? -lt 100 ]
kill -KILL $hang $spare
wait
