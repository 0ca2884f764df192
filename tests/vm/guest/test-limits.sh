#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# With every controller there: init passes them on, limits are kept and read back.
TEST_OWN_ROOT=1
. "${srcdir:-.}/tests/kernel/lib.sh"
V=$BASE/workload.slice/v.scope
disk=$(cat /sys/block/vda/dev)

expect 0 ctl -q init
for c in cpu cpuset io memory pids; do
	check "$c is enabled for scopes" grep -qw $c "$BASE/workload.slice/cgroup.subtree_control"
done
expect 0 ctl scope create workload.slice/v --memory-max 100M --cpu-weight 250 \
	--io-max "$disk:rbps=1M,wiops=50" --pids-max 64 --cpu-max 50% --memory-high 64M \
	--set cpuset.cpus=0 --set io.weight=300 --set memory.low=25%
is "$(cat "$V/memory.max")" 104857600 memory.max
is "$(cat "$V/cpu.weight")" 250 cpu.weight
is "$(cat "$V/io.max")" "$disk rbps=1048576 wbps=max riops=max wiops=50" io.max
is "$(cat "$V/pids.max")" 64 pids.max
is "$(cat "$V/cpu.max")" "50000 100000" cpu.max
is "$(cat "$V/memory.high")" 67108864 memory.high
is "$(cat "$V/cpuset.cpus")" 0 cpuset.cpus
is "$(cat "$V/io.weight")" "default 300" io.weight
expect 0 ctl scope show workload.slice/v
said "cpu.max         50000 100000"
said "memory.high     67108864"
expect 0 ctl scope show workload.slice/v --json
said '"memory.max":104857600'
said '"cpu.weight":250'
said '"pids.max":64'
expect 0 ctl scope destroy workload.slice/v

# 100M on every whole disk, and a device by its node.
expect 0 ctl scope create workload.slice/v --io-max 100M
check "100M is set on $disk" grep -q "^$disk rbps=104857600 wbps=104857600" "$V/io.max"
expect 0 ctl scope destroy workload.slice/v
expect 0 ctl scope create workload.slice/v --io-max /dev/vda:2M
is "$(cat "$V/io.max")" "$disk rbps=2097152 wbps=2097152 riops=max wiops=max" io.max
expect 0 ctl scope destroy workload.slice/v

# The second of two limits fails: no scope is left.
before=$(tree_of)
expect 64 ctl scope create workload.slice/v --memory-max 1G --io-max /dev/none:1M
expect 1 ctl scope create workload.slice/v --memory-max 1G --io-max 250:250:1M
is "$(tree_of)" "$before" "the tree after a failed limit"

# A limit works: what is over it is killed, what forks too much is refused.
expect 0 ctl scope create workload.slice/v --memory-max 8M --set memory.swap.max=0
sh -c 'echo $$ >"$1/cgroup.procs"; exec head -c 64M /dev/zero | tail -n 1 >/dev/null' _ "$V" 2>/dev/null
check "memory.max is enforced" grep -q 'oom_kill [1-9]' "$V/memory.events"
expect 0 ctl scope destroy workload.slice/v

# Slices: values from the config, differences in the plan, idempotent.
cat >"$WORK/slicectl.conf" <<END
[slice work.slice]
owner = workload
cpu.weight = 300
memory.max = 50%
END
expect 2 ctl -c "$WORK/slicectl.conf" init -n
said "set cpu.weight of work.slice to '300'"
expect 0 ctl -q -c "$WORK/slicectl.conf" init
is "$(cat "$BASE/work.slice/cpu.weight")" 300 "cpu.weight of the slice"
echo 77 >"$BASE/work.slice/cpu.weight"
expect 2 ctl -c "$WORK/slicectl.conf" init -n
is "$(cat "$WORK/out")" "set cpu.weight of work.slice to '300' (was '77')" "the plan"
expect 0 ctl -q -c "$WORK/slicectl.conf" init
expect 0 ctl -c "$WORK/slicectl.conf" init -n

# A process in the way of a controller is named.
mkdir "$BASE/busy"
sleep $LONG & sleeper=$!
echo $sleeper >"$BASE/busy/cgroup.procs"
expect 1 "$SLICECTL" --cgroup-root "$BASE/busy" init
said "process $sleeper (sleep) is in this cgroup itself"
