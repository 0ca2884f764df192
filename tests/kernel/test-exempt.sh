#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Whatever the rules say, slicectld kills and moves neither itself nor kernel threads, by no way.
. "${srcdir:-.}/tests/kernel/lib.sh"
# Under a name of its own, so that the rules here mean nobody else.
cp "$SLICECTLD" "$WORK/rx-daemon"
SLICECTLD=$WORK/rx-daemon
cp "$(command -v sleep)" "$WORK/rx-other"
thread=$(cut -d' ' -f4 /proc/2/stat 2>/dev/null) && [ "$(cat /proc/2/comm)" = kthreadd ] && thread=2
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[rule self]
comm = rx-daemon
action = kill
[rule other]
comm = rx-other
action = kill
[rule thread]
comm = kthreadd
action = place
scope = workload.slice/thread
[rule armed]
comm = rx-daemon
action = place
scope = workload.slice/armed
enabled = no
$(marker_rule)
END
expect 0 ctl -q init
start_daemon
after_this
check "it does not kill itself at its start" kill -0 "$DAEMON"
"$WORK/rx-other" $LONG & other=$!
check "the rule behind it kills" until_true 5 not alive $other
expect 0 ctl reload
after_this
check "nor after a reload" kill -0 "$DAEMON"
ctl rule apply self >"$WORK/out" 2>&1
ctl rule apply armed >"$WORK/out" 2>&1
after_this
check "nor when it is asked to" kill -0 "$DAEMON"
check "and it is in no scope" not grep -q armed "/proc/$DAEMON/cgroup"
expect 4 ctl scope create workload.slice/self --pid "$DAEMON"
said "cannot be moved: it is the supervisor"
if [ "$thread" = 2 ]; then
	expect 4 ctl scope create workload.slice/kernel --pid 2
	said "it is a kernel thread"
fi
check "nothing is recorded of itself" not grep -qE "\"action\":\"(kill|place)\".*\"pid\":($DAEMON|2)," "$WORK/audit.jsonl"

# A second one with these rules, which only looks once, spares itself as well.
stop_daemon
expect_any() { status=$?; check "$1" [ $status -lt 100 ]; }
timeout 20 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" --oneshot >"$WORK/out" 2>&1
expect_any "--oneshot spares itself"
