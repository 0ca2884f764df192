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
until_true 5 early_up || fail "the early family did not come up"
start_daemon

# What ran before is found, with the children that are still its own; whose the
# orphan was is not known any more.
E=$BASE/workload.slice/early.scope
until_true 5 has_procs "$E" 3 || fail "a process that ran before was not placed whole: $(procs_now "$E")"

# What starts now lands in its scope within 50 ms of a quick machine, with the children it forks.  A
# machine that is busy with others gets five tries.
attempts=0 in_time=0 within=50
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
[ $in_time = 1 ] || fail "not once in $attempts attempts placed within $((within * PATIENCE / 4)) ms"
until_true 5 has_procs "$W" 4 || fail "the family is not whole: $(procs_now "$W")"
is "$(records place)" $((attempts + 1)) "place records"

# Monitoring records and changes nothing.
"$WORK/sctest-look" $LONG & look=$!
one_look() { [ "$(records monitor)" = 1 ]; }
until_true 5 one_look || fail "monitor was not recorded"
kill $look

# Killing on match leaves none of the family.
"$WORK/sctest-miner" & miner=$!
gone() { ! alive "$miner"; }
wait "$miner" 2>/dev/null
until_true 5 gone || fail "the miner lives"
is "$(records kill)" 1 "kill records"
grep '"action":"kill"' "$WORK/audit.jsonl" | grep -q "\"pid\":$miner,.*\"result\":\"done\"" || fail "the kill is not recorded as done"

# Destroying the scope leaves none of it.
pids=$(cat "$W/cgroup.procs")
expect 0 ctl scope destroy "$W"
# Out of its cgroup a dying process may need a moment to become a zombie.
dead() { ! alive "$1"; }
for p in $pids; do until_true 2 dead "$p" || fail "process $p lives: $(cat "/proc/$p/status")"; done
[ ! -d "$W" ] || fail "the scope is still there"

# An ended family takes its scope with it.
"$WORK/sctest-worker" & worker=$!
W2=$BASE/workload.slice/worker-$worker.scope
until_true 5 has_procs "$W2" 4 || fail "the second family is not whole"
# Again until it is gone: one may be forking while we read.  A dying task reads as 0.
kill_all() { for p in $(cat "$1/cgroup.procs" 2>/dev/null); do [ "$p" = 0 ] || kill -KILL "$p" 2>/dev/null; done; }
no_scope() { kill_all "$W2"; [ ! -d "$W2" ]; }
until_true 5 no_scope || fail "an empty scope was not removed: $(cat "$W2/cgroup.procs" "$W2/cgroup.events" "$WORK/daemon.log"; tail -n 12 "$WORK/audit.jsonl")"
one_release() { [ "$(grep -c "\"action\":\"release\".*${W2##*/}" "$WORK/audit.jsonl")" = 1 ]; }
until_true 5 one_release || fail "the release was not recorded"

# A second supervisor is refused; SIGTERM ends the first and harms nobody.
expect 75 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf"
stop_daemon
is "$DAEMON_STATUS" 0 "status after SIGTERM"
alive "$early" || fail "stopping the supervisor harmed a family"
has_procs "$E" 3 || fail "stopping the supervisor moved a family"

# The next one adopts: the scope is there, nobody is moved, the end is seen.
start_daemon
no_early() { kill_all "$E"; [ ! -d "$E" ]; }
until_true 5 no_early || fail "an adopted scope was not removed when it emptied"

# After SIGKILL an empty scope that a rule made is swept at the next start.
"$WORK/sctest-worker" & worker=$!
W3=$BASE/workload.slice/worker-$worker.scope
until_true 5 has_procs "$W3" 4 || fail "the third family is not whole"
kill -KILL "$DAEMON"
wait "$DAEMON" 2>/dev/null
DAEMON=
has_procs "$W3" 4 || fail "SIGKILL of the supervisor harmed a family"
echo 1 >"$W3/cgroup.kill"
empty() { grep -q 'populated 0' "$W3/cgroup.events"; }
until_true 5 empty
mkdir "$BASE/workload.slice/mine.scope"
: >"$WORK/daemon.log"
start_daemon
[ ! -d "$W3" ] || fail "an empty scope of a rule was not swept"
[ -d "$BASE/workload.slice/mine.scope" ] || fail "a scope that no rule made was swept"
