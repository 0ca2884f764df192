#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Records go to the journal with their fields, and one that takes nothing holds nobody up.
# The journal is a socket of ours, in a mount namespace of ours.
[ -n "${TEST_UNSHARED:-}" ] || exec env TEST_UNSHARED=1 unshare -m "$0" "$@"
mount -t tmpfs tmpfs /run || exit 77
. "${srcdir:-.}/tests/kernel/lib.sh"
: "${TRICKS:=tricks}"
cat >"$WORK/slicectl.conf" <<END2
[rule work]
comm = sctest-work
action = place
scope = workload.slice/w-%p
[rule bad]
comm = sctest-bad
action = kill
END2
cp "$(command -v sleep)" "$WORK/sctest-work"
cp "$(command -v sleep)" "$WORK/sctest-bad"
mkdir -p /run/systemd/journal
"$TRICKS" journal /run/systemd/journal/socket $LONG >"$WORK/journal" & journal=$!
expect 0 ctl -q init
: >"$WORK/stream"
# shellcheck disable=SC2016 # the inner shell expands it
JOURNAL_STREAM=$(stat -c %d:%i "$WORK/stream") "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" 2>>"$WORK/stream" & DAEMON=$!
check "the supervisor starts" until_true 5 grep -q '^<6>supervising' "$WORK/stream"
"$WORK/sctest-work" $LONG & work=$!
check "a record has its fields in the journal" until_true 5 grep -q "^SLICECTL_PID=$work\$" "$WORK/journal"
for field in "MESSAGE=place process $work (sctest-work) by rule work in workload.slice/w-$work.scope" \
	"PRIORITY=6" "SYSLOG_IDENTIFIER=slicectld" "SLICECTL_ACTION=place" "SLICECTL_RULE=work" \
	"SLICECTL_SCOPE=workload.slice/w-$work.scope" "SLICECTL_RESULT=done" "SLICECTL_COMM=sctest-work"; do
	check "the journal has '$field'" grep -qF "$field" "$WORK/journal"
done
check "a record is logged once" not grep -q 'place process' "$WORK/stream"
kill $work
wait $work 2>/dev/null

# It stops to read: more than its socket holds, and kills go on.
kill -STOP $journal
i=0
while [ $i -lt 600 ]; do "$WORK/sctest-work" 0 & i=$((i + 1)); done
wait $work 2>/dev/null
"$WORK/sctest-bad" $LONG & bad=$!
check "a journal that does not read does not stop a kill" until_true 5 sh -c "! grep -q '^State:[[:space:]]*[^ZX]' /proc/$bad/status"
begun=$(date +%s)
stop_daemon
check "a journal that does not read does not hold up the stop" [ $(($(date +%s) - begun)) -lt $((3 * PATIENCE)) ]
kill -CONT $journal
is "$DAEMON_STATUS" 0 "status with a journal that slept"
kill $journal
