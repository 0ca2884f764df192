#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The whole way: a rule, a process, its scope; a kill; the audit; the end.
. "${srcdir:-.}/tests/kernel/lib.sh"

cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[rule worker]
comm = sctest-worker
action = place
scope = workload.slice/worker-%p
[rule early]
comm = sctest-early
action = place
scope = workload.slice/early
[rule miner]
comm = sctest-miner
action = kill
[rule look]
comm = sctest-look
END
cat >"$WORK/sctest-worker" <<'END'
#!/bin/sh
sleep 3000 &
sleep 3000 &
setsid sh -c 'sleep 3000 & exit' &
wait
sleep 3000
END
for n in miner early; do cp "$WORK/sctest-worker" "$WORK/sctest-$n"; done
cp "$(command -v sleep)" "$WORK/sctest-look"
chmod +x "$WORK"/sctest-*
records() { grep -c "\"action\":\"$1\"" "$WORK/audit.jsonl"; }
has_procs() { [ "$(wc -l <"$1/cgroup.procs")" -ge "$2" ]; }
procs_now() { printf '%s' "$(tr '\n' ' ' <"$1/cgroup.procs")"; }

expect 0 ctl -q init
"$WORK/sctest-early" & early=$!
early_up() { [ "$(pgrep -c -P $early -x sleep)" = 2 ]; }
check "the early family runs" until_true 5 early_up
start_daemon
check "each line of the log has date and time" not grep -qv '^[0-9]*-[0-9][0-9]-[0-9][0-9] [0-9:.]* slicectld: ' "$WORK/daemon.log"

# What ran before is found, with the children that are still its own; whose the
# orphan was is not known any more.
E=$BASE/workload.slice/early.scope
check "a process that ran before is placed whole" until_true 5 has_procs "$E" 3

# What starts now lands in its scope within 50 ms of a quick machine, with the children it forks.  A
# machine that is busy with others gets five tries.
attempts=0 in_time=0 within=${TEST_PLACED_WITHIN:-50}
while [ $in_time = 0 ] && [ $attempts -lt 5 ]; do
	attempts=$((attempts + 1))
	"$WORK/sctest-worker" & worker=$!
	W=$BASE/workload.slice/worker-$worker.scope
	nap $within
	if has_procs "$W" 1 2>/dev/null; then
		in_time=1
	else
		until_true 5 has_procs "$W" 4
		expect 0 ctl scope destroy "$W"
	fi
done
check "a process is placed within $((within * PATIENCE / 4)) ms" [ $in_time = 1 ]
check "the family is whole" until_true 5 has_procs "$W" 4
is "$(records place)" $((attempts + 1)) "place records"

# Monitoring records and changes nothing.
"$WORK/sctest-look" $LONG & look=$!
one_look() { [ "$(records monitor)" = 1 ]; }
check "monitor is recorded" until_true 5 one_look
kill $look

# Killing on match leaves none of the family.
"$WORK/sctest-miner" & miner=$!
gone() { ! alive "$miner"; }
wait "$miner" 2>/dev/null
check "a match of a kill rule is killed" until_true 5 gone
is "$(records kill)" 1 "kill records"
grep '"action":"kill"' "$WORK/audit.jsonl" | grep -q "\"pid\":$miner,.*\"result\":\"done\""
result "the kill is recorded as done"

# Destroying the scope leaves none of it.
pids=$(cat "$W/cgroup.procs")
expect 0 ctl scope destroy "$W"
# Out of its cgroup a dying process may need a moment to become a zombie.
dead() { ! alive "$1"; }
for p in $pids; do check "a process of a destroyed scope has ended" until_true 2 dead "$p"; done
check "the scope is removed" [ ! -d "$W" ]

# An ended family takes its scope with it.
"$WORK/sctest-worker" & worker=$!
W2=$BASE/workload.slice/worker-$worker.scope
check "the second family is whole" until_true 5 has_procs "$W2" 4
# Again until it is gone: one may be forking while we read.  A dying task reads as 0.
kill_all() { for p in $(cat "$1/cgroup.procs" 2>/dev/null); do [ "$p" = 0 ] || kill -KILL "$p" 2>/dev/null; done; }
no_scope() { kill_all "$W2"; [ ! -d "$W2" ]; }
check "an empty scope is removed" until_true 5 no_scope
one_release() { [ "$(grep -c "\"action\":\"release\".*${W2##*/}" "$WORK/audit.jsonl")" = 1 ]; }
check "the release is recorded" until_true 5 one_release

# A second supervisor is refused; SIGTERM ends the first and harms nobody.
expect 75 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf"
stop_daemon
is "$DAEMON_STATUS" 0 "status after SIGTERM"
check "a stop of the supervisor leaves the family alive" alive "$early"
check "a stop of the supervisor leaves the family in place" has_procs "$E" 3

# The next one adopts: the scope is there, nobody is moved, the end is seen.
start_daemon
no_early() { kill_all "$E"; [ ! -d "$E" ]; }
check "an adopted scope is removed once it is empty" until_true 5 no_early

# After SIGKILL an empty scope that a rule made is swept at the next start.
"$WORK/sctest-worker" & worker=$!
W3=$BASE/workload.slice/worker-$worker.scope
check "the third family is whole" until_true 5 has_procs "$W3" 4
kill -KILL "$DAEMON"
wait "$DAEMON" 2>/dev/null
DAEMON=
check "SIGKILL of the supervisor leaves the family in place" has_procs "$W3" 4
echo 1 >"$W3/cgroup.kill"
empty() { grep -q 'populated 0' "$W3/cgroup.events"; }
until_true 5 empty
mkdir "$BASE/workload.slice/mine.scope"
: >"$WORK/daemon.log"
start_daemon
check "an empty scope of a rule is removed at the start" [ ! -d "$W3" ]
check "a scope that no rule made is left" [ -d "$BASE/workload.slice/mine.scope" ]
