#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# With systemd as PID 1: the base is the holder unit's delegated cgroup, nothing
# above it is written, and systemd leaves what is below it alone.
set -u
. /usr/lib/slicectl-tests/tap.sh

slicectl init 2>/tmp/err
is $? 69 "init without the holder"
check "init names the holder unit" grep -q slicectl-holder.service /tmp/err

systemctl start slicectl-holder.service || { systemctl status slicectl-holder.service; exit 1; }
base=/sys/fs/cgroup$(systemctl show -P ControlGroup slicectl-holder.service)
before=$(cat /sys/fs/cgroup/cgroup.subtree_control)
slicectl probe >/tmp/out
check "probe reports the delegated cgroup" grep -q "$base: the delegated cgroup of slicectl-holder.service" /tmp/out
check "init works" slicectl -q init
is "$(slicectl init)" "nothing to do: the hierarchy at $base has all that is configured" "a second init"
check "the slices are below the holder" [ -d "$base/pact.slice/infra.slice" ]
check "no slice stands beside systemd" [ ! -d /sys/fs/cgroup/pact.slice ]
is "$(cat /sys/fs/cgroup/cgroup.subtree_control)" "$before" "the root's subtree_control"

scope=$(slicectl scope create workload.slice/job --memory-max 64M --cpu-weight 50 --pids-max 20)
sleep 3000 & p=$!
check "a process is moved" slicectl scope move workload.slice/job $p
systemctl daemon-reload
systemd-run -q --wait -p CPUWeight=50 true
systemctl daemon-reexec
is "$(cat "$scope/memory.max") $(cat "$scope/cpu.weight") $(cat "$scope/pids.max")" "67108864 50 20" "limits after daemon-reload and daemon-reexec"
is "$(cat "$scope/cgroup.procs")" $p "members after daemon-reload"
slicectl init -n >/tmp/out
result "systemd leaves the hierarchy"

# The supervisor works there, and its end leaves the family alone.
cat >/tmp/slicectl.conf <<END
[rule job]
comm = sctest-job
action = place
scope = workload.slice/auto-%p
allow-foreign-units = no
END
cp "$(command -v sleep)" /tmp/sctest-job
slicectld -c /tmp/slicectl.conf 2>/tmp/log & daemon=$!
until_true 10 grep -q supervising /tmp/log
/tmp/sctest-job 3000 & job=$!
check "a process of a foreign unit is reported" until_true 10 grep -q 'stays in the systemd unit vm-test.service: the rule has allow-foreign-units = no' /tmp/log
check "a process that is left alone gets no scope" [ ! -d "$base/workload.slice/auto-$job.scope" ]
kill $job
sed -i 's/^allow-foreign-units.*/allow-foreign-units = yes/' /tmp/slicectl.conf
check "a reload works" slicectl -c /tmp/slicectl.conf -q reload
/tmp/sctest-job 3000 & job=$!
until_true 10 grep -q . "$base/workload.slice/auto-$job.scope/cgroup.procs"
is "$(cat "$base/workload.slice/auto-$job.scope/cgroup.procs")" $job "a placed process"
kill $daemon
wait $daemon
check "the end of the supervisor leaves the family" kill -0 $job

check "destroy works" slicectl scope destroy workload.slice/job
systemctl stop slicectl-holder.service
check "stopping the holder removes its cgroup" [ ! -d "$base" ]
ended() { ! grep -q '^State:[[:space:]]*[^ZX]' /proc/$job/status; }
check "stopping the holder ends its processes" until_true 5 ended
plan 0
