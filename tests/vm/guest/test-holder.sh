#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# With systemd as PID 1: the base is the holder unit's delegated cgroup, nothing
# above it is written, and systemd leaves what is below it alone.
set -u
failed=0
fail() { echo "FAIL: $*"; failed=1; }
is() { [ "$1" = "$2" ] || fail "$3: '$1' is not '$2'"; }

slicectl init 2>/tmp/err
is $? 69 "init without the holder"
grep -q slicectl-holder.service /tmp/err || fail "nobody named the holder unit: $(cat /tmp/err)"

systemctl start slicectl-holder.service || { systemctl status slicectl-holder.service; exit 1; }
base=/sys/fs/cgroup$(systemctl show -P ControlGroup slicectl-holder.service)
before=$(cat /sys/fs/cgroup/cgroup.subtree_control)
slicectl probe >/tmp/out
grep -q "$base: the delegated cgroup of slicectl-holder.service" /tmp/out || fail "probe: $(cat /tmp/out)"
slicectl -q init || fail "init failed"
is "$(slicectl init)" "nothing to do: the hierarchy at $base is as configured" "a second init"
[ -d "$base/pact.slice/infra.slice" ] || fail "no slices below the holder"
[ ! -d /sys/fs/cgroup/pact.slice ] || fail "a raw slice stands beside systemd"
is "$(cat /sys/fs/cgroup/cgroup.subtree_control)" "$before" "the root's subtree_control"

scope=$(slicectl scope create workload.slice/job --memory-max 64M --cpu-weight 50 --pids-max 20)
sleep 100 & p=$!
slicectl scope move workload.slice/job $p || fail "a process could not be moved"
systemctl daemon-reload
systemd-run -q --wait -p CPUWeight=50 true
systemctl daemon-reexec
is "$(cat "$scope/memory.max") $(cat "$scope/cpu.weight") $(cat "$scope/pids.max")" "67108864 50 20" "limits after daemon-reload and daemon-reexec"
is "$(cat "$scope/cgroup.procs")" $p "members after daemon-reload"
slicectl init -n >/tmp/out || fail "systemd changed the hierarchy: $(cat /tmp/out)"

# The supervisor works there, and its end leaves the family alone.
cat >/tmp/slicectl.conf <<END
[rule job]
comm = sctest-job
action = place
scope = workload.slice/auto-%p
END
cp "$(command -v sleep)" /tmp/sctest-job
slicectld -c /tmp/slicectl.conf 2>/tmp/log & daemon=$!
for _ in $(seq 200); do grep -q supervising /tmp/log && break; sleep 0.05; done
/tmp/sctest-job 60 & job=$!
for _ in $(seq 200); do grep -q 'belongs to vm-test.service of systemd' /tmp/log && break; sleep 0.05; done
grep -q 'belongs to vm-test.service of systemd' /tmp/log || fail "a process of a foreign unit: $(cat /tmp/log)"
[ ! -d "$base/workload.slice/auto-$job.scope" ] || fail "a scope for a process that was left alone"
kill $job
echo 'allow-foreign-units = yes' >>/tmp/slicectl.conf
slicectl -c /tmp/slicectl.conf -q reload || fail "reload failed: $(cat /tmp/log)"
/tmp/sctest-job 60 & job=$!
for _ in $(seq 200); do [ -d "$base/workload.slice/auto-$job.scope" ] && break; sleep 0.05; done
is "$(cat "$base/workload.slice/auto-$job.scope/cgroup.procs")" $job "a placed process"
kill $daemon
wait $daemon
kill -0 $job || fail "the end of the supervisor harmed a family"

slicectl scope destroy workload.slice/job || fail "destroy failed"
systemctl stop slicectl-holder.service
[ ! -d "$base" ] || fail "stopping the holder left its cgroup"
for _ in $(seq 100); do grep -q '^State:[[:space:]]*[^ZX]' /proc/$job/status 2>/dev/null || break; sleep 0.05; done
grep -q '^State:[[:space:]]*[^ZX]' /proc/$job/status 2>/dev/null && fail "stopping the holder left a process"
[ $failed = 0 ] && echo "1 passed, 0 failed, 0 skipped"
exit $failed
