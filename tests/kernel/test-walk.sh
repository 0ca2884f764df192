#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The days of an operator of an HPC node, from the boot to the epilog of a job: what the manual
# pages say, in one piece, with the slips that are made on the way.
. "${srcdir:-.}/tests/kernel/lib.sh"
ctl() { "$SLICECTL" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" "$@"; }
for name in wk-step wk-guest wk-agent; do cp "$(command -v sleep)" "$WORK/$name"; done
scope=workload.slice/job-4711
has() { grep -q "^$1\$" "$BASE/$2.scope/cgroup.procs" 2>/dev/null; }

# Boot: the tree, twice, and a slip in the configuration that changes nothing.
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[slice workload.slice]
owner = workload
cgroup.max.descendants = 100
[slice pact.slice]
owner = pact
[rule guest]
comm = wk-guest
action = place
scope = workload.slice/guest
[rule agent]
comm = wk-agent
action = place
scope = pact.slice/agent-%p
END
expect 2 ctl init -n
said 'create workload.slice'
expect 0 ctl init
expect 0 ctl init
said 'nothing to do'
cp "$WORK/slicectl.conf" "$WORK/good.conf"
sed 's/^cgroup.max.descendants/cgroup.max.decsendants/' "$WORK/good.conf" >"$WORK/slicectl.conf"
expect 65 ctl init
said 'did you mean cgroup.max.descendants?'
is "$(cat "$BASE/workload.slice/cgroup.max.descendants")" 100 "the limit after a slip"
cp "$WORK/good.conf" "$WORK/slicectl.conf"
start_daemon

# Prolog: a scope for the job, its first step, and a limit that is changed.
expect 0 ctl scope create $scope --set cgroup.max.depth=3
is "$(cat "$WORK/out")" "$BASE/$scope.scope" "the path that create prints"
expect 73 ctl scope create $scope
"$WORK/wk-step" $LONG & step=$!
expect 0 ctl scope move $scope $step
check "the step is in the scope" has $step $scope
expect 0 ctl scope set $scope cgroup.max.depth=2
expect 64 ctl scope set $scope cgroup.max.dept=2
expect 0 ctl scope show $scope
said 'populated'
expect 0 ctl run workload.slice/post -- sh -c 'exit 0'
expect 125 ctl run none.slice/post -- true

# A scope of run ends with everything in it, so no rule places a process there meanwhile.
"$SLICECTL" -c "$WORK/slicectl.conf" --cgroup-root "$BASE" run workload.slice/guest -- "$WORK/wk-step" $LONG & run=$!
running() { grep -q . "$BASE/workload.slice/guest.scope/cgroup.procs" 2>/dev/null; }
check "run has its scope" until_true 10 running
expect 0 ctl explain "$(head -n 1 "$BASE/workload.slice/guest.scope/cgroup.procs")"
said 'made by   slicectl run'
"$WORK/wk-guest" $LONG & guest=$!
not_placed() { ctl families | grep -q 'a scope of slicectl run'; }
check "a rule does not place into a scope of run" until_true 10 not_placed
check "the process stays where it was" not has $guest workload.slice/guest
kill "$(head -n 1 "$BASE/workload.slice/guest.scope/cgroup.procs")"
wait $run
check "the process that matched lives" alive $guest
check "it is placed when the scope of run is gone" until_true 10 has $guest workload.slice/guest
kill $guest

# An agent of the node is placed by its rule, and everything can be asked about it.
"$WORK/wk-agent" $LONG & agent=$!
check "the agent is placed" until_true 5 has $agent "pact.slice/agent-$agent"
expect 0 ctl explain $agent
said 'made by   rule agent'
expect 0 ctl families
said 'placed'
expect 0 ctl rule test $agent
said 'agent                matches by comm'

# The daemon dies and comes back: the job and the agent go on, and the family is known again.
kill -KILL "$DAEMON"
wait "$DAEMON" 2>/dev/null
expect 69 ctl families
expect 0 ctl explain $step
said 'made by   an operator'
start_daemon
expect 0 ctl families
said "pact.slice/agent-$agent.scope"
check "the job goes on" alive $step

# A new rule by a reload, a broken one that changes nothing, and what is shown of it.
printf '[rule late]\ncomm = wk-step\naction = monitor\n' >>"$WORK/slicectl.conf"
expect 0 ctl reload
said 'reloaded: 3 rules'
cp "$WORK/slicectl.conf" "$WORK/good.conf"
printf '[slice workload.slice/late.slice]\n' >>"$WORK/slicectl.conf"
expect 0 ctl reload
said 'run slicectl init'
cp "$WORK/good.conf" "$WORK/slicectl.conf"
expect 0 ctl reload
check "a reload to what there is says no more" not grep -q 'run slicectl init' "$WORK/out"
expect 0 ctl tree
cp "$WORK/out" "$WORK/good.tree"
echo 'acton = kill' >>"$WORK/slicectl.conf"
expect 65 ctl reload
expect 0 ctl status
said 'was refused'
expect 0 ctl scope show $scope
said 'so what slicectld loaded before is used'
expect 0 ctl tree
said "$(head -n 1 "$WORK/good.tree")"
is "$(grep -v '^slicectl: ' "$WORK/out" | cut -d' ' -f1-3)" "$(cut -d' ' -f1-3 "$WORK/good.tree")" "the tree beside a broken file"
cp "$WORK/good.conf" "$WORK/slicectl.conf"
expect 0 ctl reload
expect 0 ctl status
check "status forgets a refusal after a good reload" not grep -q 'was refused' "$WORK/out"

# Epilog: the job ends as a whole, and its scope is gone.
expect 0 ctl scope freeze $scope
expect 0 ctl scope thaw $scope
expect 0 ctl scope destroy $scope
check "the step has ended" not alive $step
expect 3 ctl wait $scope gone
expect 0 ctl wait $scope gone --missing-ok
expect 0 ctl events --since @0
said 'scope.destroy by uid:0'
said 'place '
kill $agent
stop_daemon
is "$DAEMON_STATUS" 0 "status of the daemon"
