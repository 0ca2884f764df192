#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Destroying what forks: 300 sleepers, and a family that keeps forking.
. "${srcdir:-.}/tests/kernel/lib.sh"

expect 0 ctl -q init
expect 0 ctl -q scope create workload.slice/many
cat >"$WORK/many" <<'END'
#!/bin/sh
echo $$ >"$1/cgroup.procs"
i=0
while [ $i -lt 300 ]; do sleep 60 & i=$((i + 1)); done
wait
END
chmod +x "$WORK/many"
"$WORK/many" "$BASE/workload.slice/many.scope" &
count() { [ "$(wc -l <"$BASE/workload.slice/many.scope/cgroup.procs")" -ge 301 ]; }
until_true 20 count || fail "the family did not come up"
expect 0 ctl scope destroy workload.slice/many
[ ! -d "$BASE/workload.slice/many.scope" ] || fail "the scope is still there"

# Each child forks on for two seconds at the most: bounded by time and by count.
cat >"$WORK/forker" <<'END'
#!/bin/sh
echo $$ >"$1/cgroup.procs"
end=$(($(date +%s) + 2)) n=0
while [ "$(date +%s)" -lt $end ] && [ $n -lt 500 ]; do sleep 0.2 & n=$((n + 1)); done
sleep 60
END
chmod +x "$WORK/forker"
expect 0 ctl -q scope create workload.slice/forker
"$WORK/forker" "$BASE/workload.slice/forker.scope" &
sleep 0.3
expect 0 ctl scope destroy workload.slice/forker
[ ! -d "$BASE/workload.slice/forker.scope" ] || fail "the forking scope is still there"

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
