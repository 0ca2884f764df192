#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Types of members, how they ended, threads that execute, and a recording of it all.
. "${srcdir:-.}/tests/kernel/lib.sh"

cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
exit-records = family
[rule agent]
env = AGENT_MODE=1
argv = sctest-agent
[rule worker]
comm = sctest-worker
action = place
scope = workload.slice/worker-%p
[rule victim]
comm = sctest-victim
action = kill
$(marker_rule)
END
for name in sctest-worker sctest-victim; do cp "$(command -v sleep)" "$WORK/$name"; done
cp "$(command -v cat)" "$WORK/sctest-other"
expect 0 ctl -q init
start_daemon --record "$WORK/recording"

ended() { # PID PATTERN: the record of its end has it
	grep "\"action\":\"exit\".*\"pid\":$1," "$WORK/audit.jsonl" | grep -qE "$2"
}
must_end() {
	check "the end of $3 is $2" until_true 5 ended "$1" "$2"
}

# Root, sub and tool: by any ancestor, not only the parent, and although all inherit
# AGENT_MODE.
cat >"$WORK/agent.sh" <<'END'
(sh -c 'sh -c "echo \$\$ >$0.grandchild; sleep 0.3; exit 3"; :' "$0")
sh -c 'echo $$ >"$0.sub"; sleep 0.2; kill -SEGV $$' "$0" sctest-agent
exit 0
END
AGENT_MODE=1 sh "$WORK/agent.sh" sctest-agent 2>/dev/null & root=$!
wait $root
must_end $root '"type":"root".*"class":"normal","status":0' "the root"
must_end "$(cat "$WORK/agent.sh.sub")" '"type":"sub".*"class":"crash","signal":11' "the sub"
must_end "$(cat "$WORK/agent.sh.grandchild")" '"type":"tool".*"class":"abnormal","status":3' "the tool"
is "$(grep -c '"action":"monitor"' "$WORK/audit.jsonl")" 1 "families of the agent"

# What we kill is not taken for a crash; what others kill is.
"$WORK/sctest-victim" $LONG & victim=$!
wait $victim 2>/dev/null
must_end $victim '"class":"crash","signal":9,"core":false,"cause":"slicectl"' "the victim"
"$WORK/sctest-worker" $LONG & worker=$!
placed() { grep -q "$1" "$BASE/workload.slice/worker-$1.scope/cgroup.procs"; }
check "the worker is placed" until_true 5 placed $worker
kill -KILL $worker
must_end $worker '"signal":9,"core":false}' "the worker"
"$WORK/sctest-worker" $LONG & worker=$!
until_true 5 placed $worker
expect 0 ctl scope destroy "workload.slice/worker-$worker.scope"
must_end $worker '"signal":9.*"cause":"(slicectl|scope)"' "the destroyed worker"
"$WORK/sctest-worker" $LONG & worker=$!
until_true 5 placed $worker
kill -TERM $worker
must_end $worker '"class":"graceful","signal":15' "the stopped worker"

# A thread that is not the first executes a program: the kernel tells the end of the
# first thread, then the exec; the process is one and the same, and of its family.
mkfifo "$WORK/fifo"
AGENT_MODE=1 sh -c '"$1" thread-exec "$2" "$3"; :' sctest-agent "$TRICKS" "$WORK/sctest-other" "$WORK/fifo" & family=$!
in_family() { # the member executed the program
	child=$(pgrep -P $family) && [ "$(cat "/proc/$child/comm")" = sctest-other ]
}
check "a thread executes a program" until_true 5 in_family
after_this
check "a member lives on when a thread executes" not ended "$child" .
echo >"$WORK/fifo" # cat ends
wait $family
must_end "$child" '"type":"tool".*"status":0' "the member that executed"

# What was recorded is decided again, without privileges and with nothing to act on.
stop_daemon
is "$(stat -c %a "$WORK/recording")" 600 "mode of the recording"
expect 73 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" --record "$WORK/recording"
decisions() {
	sed -n 's/.*"action":"\(place\|kill\|monitor\|exit\)".*"rule":"\([a-z]*\)".*"pid":\([0-9]*\).*/\1 \2 \3/p' "$1" | sort
}
cp "$WORK/recording" "$WORK/readable"
chmod 644 "$WORK/readable" "$WORK/slicectl.conf"
chmod 711 "$WORK"
as_nobody=''
command -v setpriv >/dev/null && [ -r /dev/null ] && setpriv --reuid 65534 --clear-groups "$SLICECTLD" --version >/dev/null 2>&1 &&
	as_nobody='setpriv --reuid 65534 --clear-groups'
expect 0 $as_nobody "$SLICECTLD" -c "$WORK/slicectl.conf" --replay "$WORK/readable" --dry-run
decisions "$WORK/out" >"$WORK/decided-again"
decisions "$WORK/audit.jsonl" >"$WORK/decided"
is "$(grep -vxFf "$WORK/decided" "$WORK/decided-again")" "" "what only the replay decides"
is "$(grep -vxFf "$WORK/decided-again" "$WORK/decided")" "" "what the replay does not decide"
head -n 20 "$WORK/readable" >"$WORK/cut" && echo '{"type":' >>"$WORK/cut"
expect 65 "$SLICECTLD" -c "$WORK/slicectl.conf" --replay "$WORK/cut" --dry-run
said "cut:21: the line is not JSON"
printf '{"type":' >"$WORK/tail" && head -n 20 "$WORK/readable" | cat - "$WORK/tail" >"$WORK/torn"
expect 0 "$SLICECTLD" -c "$WORK/slicectl.conf" --replay "$WORK/torn" --dry-run
said "in the middle of a line"
mkdir "$WORK/full" && if unshare -m sh -c 'mount -t tmpfs -o size=64k tmpfs "$1"' _ "$WORK/full" 2>/dev/null; then
	: >"$WORK/daemon.log"
	unshare -m sh -c 'mount -t tmpfs -o size=64k tmpfs "$1/full" && exec "$2" --cgroup-root "$3" -c "$1/slicectl.conf" --record "$1/full/recording" 2>"$1/daemon.log"' \
		_ "$WORK" "$SLICECTLD" "$BASE" & DAEMON=$!
	until_true 5 grep -q supervising "$WORK/daemon.log"
	i=0; while [ $i -lt 400 ]; do (:); i=$((i + 1)); done
	check "a full disk ends a recording and is reported" until_true 5 grep -q 'recording ends here.*No space' "$WORK/daemon.log"
	stop_daemon
fi
