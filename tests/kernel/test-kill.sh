#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Destroying what is many, forks, is frozen, nested or threaded.
. "${srcdir:-.}/tests/kernel/lib.sh"

expect 0 ctl -q init
expect 0 ctl -q scope create workload.slice/many
cat >"$WORK/many" <<'END'
#!/bin/sh
echo $$ >"$1/cgroup.procs"
i=0
while [ $i -lt 300 ]; do sleep 3000 & i=$((i + 1)); done
wait
END
chmod +x "$WORK/many"
"$WORK/many" "$BASE/workload.slice/many.scope" &
count() { [ "$(wc -l <"$BASE/workload.slice/many.scope/cgroup.procs")" -ge 301 ]; }
check "the family runs" until_true 20 count
expect 0 ctl scope destroy workload.slice/many
check "a scope of 301 processes is destroyed" [ ! -d "$BASE/workload.slice/many.scope" ]

# Five hundred that all fork, for a while: one write ends them.
expect 0 ctl -q scope create workload.slice/bomb
sh -c 'echo $$ >"$1/cgroup.procs"; exec "$2" bomb 500 100' _ "$BASE/workload.slice/bomb.scope" "$TRICKS" &
busy() { [ "$(wc -l <"$BASE/workload.slice/bomb.scope/cgroup.procs")" -ge 200 ]; }
check "the fork bomb runs" until_true 20 busy
expect 0 ctl scope destroy workload.slice/bomb --timeout $((5 * PATIENCE))s
check "the scope of a fork bomb is destroyed" [ ! -d "$BASE/workload.slice/bomb.scope" ]

# A threaded cgroup cannot be killed by itself; its domain, the scope, can.
T=$BASE/workload.slice/threaded.scope
expect 0 ctl -q scope create workload.slice/threaded
sleep $LONG & thread=$!
echo $thread >"$T/cgroup.procs"
mkdir "$T/pool"
echo threaded >"$T/pool/cgroup.type"
echo $thread >"$T/pool/cgroup.threads"
expect 0 ctl scope show workload.slice/threaded
expect 0 ctl tree -p
expect 0 ctl scope destroy workload.slice/threaded
check "a threaded scope is destroyed" [ ! -d "$T" ]
check "no thread outlives its scope" not alive $thread

# A scope that somebody made threaded takes nobody in, and dies all the same.
S=$BASE/workload.slice/made-threaded.scope
expect 0 ctl -q scope create workload.slice/made-threaded
sleep $LONG & thread=$!
echo $thread >"$BASE/workload.slice/cgroup.procs" 2>/dev/null
echo threaded >"$S/cgroup.type"
if echo $thread >"$S/cgroup.threads" 2>/dev/null; then
	sleep $LONG & other=$!
	expect 69 ctl scope move workload.slice/made-threaded $other
	expect 0 ctl scope destroy workload.slice/made-threaded --timeout $((5 * PATIENCE))s
	check "a scope that was made threaded is destroyed" [ ! -d "$S" ]
else
	expect 0 ctl scope destroy workload.slice/made-threaded
	kill $thread
fi

# Frozen, nested and forking, all at once.
N=$BASE/workload.slice/nested.scope
expect 0 ctl -q scope create workload.slice/nested
mkdir -p "$N/a/b" "$N/c"
for d in "$N/a/b" "$N/c"; do sh -c 'echo $$ >"$1/cgroup.procs"; exec "$2" forks 20 3000' _ "$d" "$TRICKS" & done
family_up() { [ "$(cat "$N/a/b/cgroup.procs" "$N/c/cgroup.procs" | wc -l)" -gt 4 ]; }
check "the nested families run" until_true 20 family_up
expect 0 ctl scope freeze workload.slice/nested
expect 0 ctl scope destroy workload.slice/nested --timeout $((5 * PATIENCE))s
check "a frozen, nested scope is destroyed" [ ! -d "$N" ]

# The one who asks is not killed by its own command.
expect 0 ctl -q scope create workload.slice/self
cat >"$WORK/suicide" <<'END'
#!/bin/sh
echo $$ >"$1/workload.slice/self.scope/cgroup.procs"
exec "$2" --cgroup-root "$1" scope destroy workload.slice/self
END
chmod +x "$WORK/suicide"
expect 1 "$WORK/suicide" "$BASE" "$SLICECTL"
said "must not be killed"

# A kill rule makes a scope for a family that forks without rest.  That somebody has taken its name
# does not help the family, and what is in that scope is left alone.
cp "$TRICKS" "$WORK/rk-bomb"
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[rule bomb]
comm = rk-bomb
action = kill
END
"$WORK/rk-bomb" bomb 60 100 & bomb=$!
forking() { [ "$(pgrep -cx rk-bomb)" -gt 1 ]; } # the first has children only now and then
check "the fork bomb runs" until_true 20 forking
taken=$BASE/workload.slice/kill-bomb-$bomb.scope
mkdir "$taken"
sleep $LONG & other=$!
echo $other >"$taken/cgroup.procs"
start_daemon
gone() { ! pgrep -x rk-bomb >/dev/null; }
check "the family is killed although the name of its scope is taken" until_true 10 gone
check "who is in the scope of that name lives" kill -0 $other
killed() { grep -q '"action":"kill".*"result":"done"' "$WORK/audit.jsonl"; }
check "the kill is recorded as done" until_true 5 killed
only_taken() { [ "$(find "$BASE/workload.slice" -name 'kill-bomb-*' | wc -l)" = 1 ]; }
check "the scope that was made for the kill is removed" until_true 10 only_taken
kill $other
