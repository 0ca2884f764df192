#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A file system that hangs under the audit log or under the configuration holds up no kill, no
# command, and not the end of slicectld; what waits for it is told.
. "${srcdir:-.}/tests/kernel/lib.sh"
command -v strace >/dev/null || skip "strace is not installed"
cp "$(command -v sleep)" "$WORK/hu-miner"
mkdir "$WORK/log"
configure() { # KEY...: more keys
	printf '[supervisor]\naudit-log = %s\n' "$WORK/log/audit.jsonl"
	printf '%s\n' "$@"
	printf '[owner workload]\nusers = root\n[rule miner]\ncomm = hu-miner\naction = kill\n'
}
configure >"$WORK/slicectl.conf"
expect 0 ctl -q init

# hang FILE CALL: CALLs of slicectld on FILE take a minute, as the tracer makes them do.
hang() {
	strace -qq -f -p "$DAEMON" -o /dev/null -P "$1" -e inject="$2":delay_enter=60s 2>"$WORK/err" & tracer=$!
	until_true 10 grep -q "^TracerPid:[[:space:]]*$tracer\$" "/proc/$DAEMON/status" ||
		skip "slicectld cannot be traced here: $(cat "$WORK/err")"
}
recover() {
	kill -KILL $tracer # its tracees go on at once
	wait $tracer 2>/dev/null || :
}
miner_killed() {
	"$WORK/hu-miner" $LONG & miner=$!
	wait $miner 2>/dev/null
	[ $? = 137 ]
}
quick() { # COMMAND...: it ends in two seconds
	quick_started=$(date +%s)
	ctl -q "$@" >"$WORK/out" 2>"$WORK/err" && [ $(($(date +%s) - quick_started)) -le $((PATIENCE)) ]
}
# The thread that hangs is held by the tracer; the first has ended.
has_ended() { grep -q '^State:[[:space:]]*Z' "/proc/$DAEMON/status"; }
waits() { ctl status >"$WORK/out" 2>&1 && grep -q "$1" "$WORK/out"; }
recorded() { grep -q "\"action\":\"$1\".*$2" "$WORK/log/audit.jsonl"; }

# The log, which slicectld writes in a thread.
start_daemon
expect 0 ctl scope create workload.slice/before.scope
check "what a client asked for is in the log when it is answered" recorded scope.create before.scope
hang "$WORK/log/audit.jsonl" write
check "a scope is made while the log hangs" quick scope create workload.slice/a.scope
check "a kill rule acts meanwhile" miner_killed
check "its record waits" not recorded kill hu-miner
check "status tells" until_true 5 waits "the file system of the audit log hangs"
check "status is quick" quick status
check "a reload is quick, too" quick reload
recover
check "the records come when the log can be written again" until_true 5 recorded kill hu-miner
check "none was lost" until_true 5 waits 'audit_written  *6'
check "nor is any said to be" not grep -q 'lost\|hangs\|audit_failed' "$WORK/out" "$WORK/daemon.log"
hang "$WORK/log/audit.jsonl" write
quick scope create workload.slice/b.scope
kill -TERM $DAEMON
check "slicectld ends while its log hangs" until_true 3 has_ended
check "and tells what is lost" grep -q 'audit log .* hangs; [0-9]* record.* lost' "$WORK/daemon.log"
recover
stop_daemon

# What may not be done without a record is not done.
configure 'audit-required = yes' >"$WORK/slicectl.conf"
start_daemon
check "with a record a kill is allowed" miner_killed
hang "$WORK/log/audit.jsonl" fdatasync
"$WORK/hu-miner" $LONG & miner=$!
check "without one it is not" until_true 10 grep -q 'audit-required = yes forbids a kill' "$WORK/daemon.log"
check "the process lives" alive $miner
check "status is answered" quick status
recover
kill $miner

# The configuration, which slicectld reads in a thread.
hang "$WORK/slicectl.conf" openat
ctl reload >"$WORK/reload" 2>&1 & reload=$!
nap 500
check "status is answered while the configuration cannot be read" quick status
check "a scope is made" quick scope create workload.slice/c.scope
check "a kill rule acts" miner_killed
wait $reload
check "a reload is given up" grep -q 'could not be read in 8 s' "$WORK/reload"
check "status tells that it was" waits 'could not be read in 8 s'
recover
expect 0 ctl reload
check "the next one succeeds" not waits 'could not be read in 8 s'
hang "$WORK/slicectl.conf" openat
kill -HUP $DAEMON
nap 500
kill -TERM $DAEMON
check "slicectld ends while it reads its configuration" until_true 3 has_ended
recover
