#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Who may change what through the supervisor: the owner, another owner, nobody, and root
# with and without --as.
. "${srcdir:-.}/tests/kernel/lib.sh"
: "${TRICKS:=tricks}"
SOCKET=/run/slicectl/slicectl.sock
command -v setpriv >/dev/null || skip "needs setpriv (util-linux)"
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[owner pact]
users = 65532
[owner workload]
users = 65533
groups = 65531
[owner both]
users = root 65533
[slice pact.slice]
owner = pact
[slice workload.slice]
owner = workload
[slice both.slice]
owner = both
[rule kept]
comm = ra-kept
action = place
scope = pact.slice/kept-%p
[rule let]
comm = ra-let
action = place
scope = pact.slice/let-%p
hold = no
END
chmod 755 "$WORK"
cp "$SLICECTL" "$WORK/slicectl" && cp "$TRICKS" "$WORK/tricks" && chmod 755 "$WORK/slicectl" "$WORK/tricks"
as() { user=$1; shift; setpriv --reuid="$user" --clear-groups "$@"; }
as_group() { group=$1; shift; setpriv --reuid=65500 --regid=65500 --groups="$group" "$@"; }
mine() { as 65533 "$WORK/slicectl" "$@"; }
as 65534 "$WORK/slicectl" --version >/dev/null 2>&1 || skip "an unprivileged user cannot run programs in $WORK"
ctl -q -c "$WORK/slicectl.conf" init
is "$(ctl -c "$WORK/slicectl.conf" init)" "nothing to do: the hierarchy at $BASE has all that is configured" "a second init, for users whom nobody knows"
start_daemon

# The owner, one of its group, and root, who is not among them.
expect 0 mine scope create workload.slice/a
is "$(cat "$WORK/out")" "$BASE/workload.slice/a.scope" "the path that is printed"
check "the supervisor makes a scope for its owner" [ -d "$BASE/workload.slice/a.scope" ]
expect 0 as_group 65531 "$WORK/slicectl" scope create workload.slice/g
for refused in "as 65532 $WORK/slicectl" "as 65534 $WORK/slicectl" "as_group 65530 $WORK/slicectl" "$SLICECTL"; do
	for verb in "create workload.slice/b" "set workload.slice/a cgroup.max.descendants=5" "freeze workload.slice/a" \
		"thaw workload.slice/a" "kill workload.slice/a" "destroy workload.slice/a" "move workload.slice/a $$"; do
		# shellcheck disable=SC2086
		expect 4 $refused scope $verb
		check "$refused $verb: refused, with the reason" grep -q "is not among the users and groups of owner 'workload'" "$WORK/err"
	done
done
check "nobody else destroyed the scope" [ -d "$BASE/workload.slice/a.scope" ]
check "nobody else made a scope" [ ! -d "$BASE/workload.slice/b.scope" ]
is "$(cat "$BASE/workload.slice/a.scope/cgroup.freeze")" 0 "frozen by somebody else"

# With --as: only as an owner that lists the caller, and only what that owner has.
expect 4 "$SLICECTL" --as workload scope create workload.slice/b
expect 4 mine --as pact scope create pact.slice/b
expect 4 mine --as both scope create workload.slice/b
said "is owned by 'workload'; 'both' may not change it"
expect 0 "$SLICECTL" --as both scope create both.slice/r
expect 0 mine scope create both.slice/m
expect 3 mine --as never scope create both.slice/n
expect 4 mine scope create pact.slice/b
expect 4 mine scope create other.slice/b
said 'belongs to no configured slice'

# The owner moves what is his, and nothing else.
setpriv --reuid=65533 --clear-groups sleep $LONG & own=$!
setpriv --reuid=65534 --clear-groups sleep $LONG & other=$!
until_true 5 sh -c "grep -q sleep /proc/$own/comm && grep -q sleep /proc/$other/comm"
expect 0 mine scope move workload.slice/a $own
check "the owner's process is moved" grep -q 'a\.scope' "/proc/$own/cgroup"
expect 4 mine scope move workload.slice/a $other
said "process $other does not belong to uid 65533"
expect 4 mine scope move workload.slice/a 1
expect 4 mine scope move workload.slice/a "$DAEMON"
expect 4 mine scope create workload.slice/c --pid $other
check "no scope is left whose process cannot be moved" [ ! -d "$BASE/workload.slice/c.scope" ]
expect 0 mine scope freeze workload.slice/a
expect 73 mine scope create workload.slice/a
expect 0 mine scope thaw workload.slice/a
expect 0 mine scope destroy workload.slice/a
check "the process in a destroyed scope has ended" not alive $own
kill $other

# From another owner's scope nobody takes his own processes either: it may be frozen there.
mkdir "$BASE/pact.slice/jail.scope"
setpriv --reuid=65533 --clear-groups sleep $LONG & jailed=$!
until_true 5 grep -q sleep "/proc/$jailed/comm"
echo $jailed >"$BASE/pact.slice/jail.scope/cgroup.procs"
expect 0 mine scope create workload.slice/free
expect 4 mine scope move workload.slice/free $jailed
said "is in pact.slice/jail.scope, which belongs to owner 'pact'"
mkdir -m 777 "$WORK/free"
cat >"$WORK/parent" <<END2
#!/bin/sh
sleep $LONG &
echo \$! >"$WORK/free/child"
while [ ! -e "$WORK/jailed" ]; do sleep 0.05; done
exec "$WORK/slicectl" scope move workload.slice/free \$!
END2
chmod 755 "$WORK/parent"
setpriv --reuid=65533 --clear-groups "$WORK/parent" 2>"$WORK/err" & parent=$!
until_true 5 test -s "$WORK/free/child"
cat "$WORK/free/child" >"$BASE/pact.slice/jail.scope/cgroup.procs"
touch "$WORK/jailed"
wait $parent
is $? 4 "a child of the caller, taken out of another owner's scope"
check "the parent cannot take its child out of another owner's scope" grep -q jail.scope "/proc/$(cat "$WORK/free/child")/cgroup"
kill "$(cat "$WORK/free/child")"

# Nor does he start something elsewhere from there: a limit that holds only for those who do not ask
# would be none.
cat >"$WORK/from-jail" <<END2
#!/bin/sh
echo \$\$ >"$WORK/free/started"
"$WORK/slicectl" run workload.slice/out -- sh -c 'grep -q out.scope /proc/self/cgroup && exit 5'
END2
chmod 755 "$WORK/from-jail"
from() { # SCOPE
	sh -c "echo \$\$ >'$BASE/$1/cgroup.procs'; exec setpriv --reuid=65533 --clear-groups '$WORK/from-jail'" >"$WORK/out" 2>"$WORK/err"
}
from pact.slice/jail.scope
status=$?
check "run out of another owner's scope is refused" [ $status -ne 5 ]
said "which belongs to owner 'pact'"
kill $jailed

# Only a rule with hold = no lets them go, and not while its scope is frozen.
for name in ra-kept ra-let; do cp "$(command -v sleep)" "$WORK/$name"; done
in_pact() { grep -q "pact.slice/$2-$1" "/proc/$1/cgroup"; }
setpriv --reuid=65533 --clear-groups "$WORK/ra-kept" $LONG & kept=$!
setpriv --reuid=65533 --clear-groups "$WORK/ra-let" $LONG & let=$!
check "both are placed" until_true 5 in_pact $kept kept
until_true 5 in_pact $let let
expect 4 mine scope move workload.slice/free $kept
said "which belongs to owner 'pact'"
check "it stays" in_pact $kept kept
echo 1 >"$BASE/pact.slice/let-$let.scope/cgroup.freeze"
until_true 5 grep -q 'frozen 1' "$BASE/pact.slice/let-$let.scope/cgroup.events"
expect 4 mine scope move workload.slice/free $let
echo 0 >"$BASE/pact.slice/let-$let.scope/cgroup.freeze"
until_true 5 grep -q 'frozen 0' "$BASE/pact.slice/let-$let.scope/cgroup.events"
expect 0 mine scope move workload.slice/free $let
check "the other is let go" grep -q 'workload.slice/free.scope' "/proc/$let/cgroup"
kill $kept $let

# One that asks for much does not hold up others, and is told so.
mkdir -p "$BASE/workload.slice/y.slice/x0.scope"
echo 1 >"$BASE/workload.slice/y.slice/cgroup.freeze"
i=0 thaws=''
while [ $i -lt 20 ]; do
	mine scope thaw workload.slice/y.slice/x0 --timeout ${LONG}s 2>>"$WORK/thaws" &
	thaws="$thaws $!"
	i=$((i + 1))
done
check "the changes of one user are bounded" until_true 5 grep -q 'changes of uid 65533 are already under way' "$WORK/thaws"
expect 0 "$SLICECTL" --as both scope create both.slice/k
sleep $LONG & victim=$!
expect 0 timeout $((2 * PATIENCE)) "$SLICECTL" --as both scope move both.slice/k $victim
expect 0 timeout $((2 * PATIENCE)) "$SLICECTL" --as both scope kill both.slice/k
check "a kill of root does not wait for others" not alive $victim
echo 0 >"$BASE/workload.slice/y.slice/cgroup.freeze"
# shellcheck disable=SC2086
wait $thaws

# Refusals without end leave few records.
before=$(wc -l <"$WORK/audit.jsonl")
i=0
while [ $i -lt 500 ]; do echo '{"method":"io.slicectl.ScopeKill","parameters":{"scope":"pact.slice/jail"}}'; i=$((i + 1)); done >"$WORK/calls"
is "$(setpriv --reuid=65534 --clear-groups "$WORK/tricks" ask $SOCKET $((10 * PATIENCE)) <"$WORK/calls" | grep -c '"errno":1')" 500 "refusals"
check "500 refusals leave at most 40 records" [ $(($(wc -l <"$WORK/audit.jsonl") - before)) -le 40 ]

# What was called before the client went is done, to the last.
i=0
while [ $i -lt 12 ]; do echo "{\"method\":\"io.slicectl.ScopeCreate\",\"oneway\":true,\"parameters\":{\"scope\":\"both.slice/one-$i\"}}"; i=$((i + 1)); done | "$TRICKS" say $SOCKET
all_made() { [ "$(find "$BASE/both.slice" -maxdepth 1 -name 'one-*' | wc -l)" = 12 ]; }
check "all 12 calls before the client's end are carried out" until_true 5 all_made

# A scope that was slow to die is gone for good; a later one of its name is another.
sleep $LONG & slow=$!
expect 0 "$SLICECTL" --as both scope create both.slice/z --pid $slow
"$SLICECTL" --as both scope destroy both.slice/z --timeout 0 2>/dev/null
"$SLICECTL" --as both scope destroy both.slice/z 2>/dev/null
expect 0 "$SLICECTL" --as both scope create both.slice/z
sleep 3
check "a new scope is not taken for the old one of its name" [ -d "$BASE/both.slice/z.scope" ]

# run: the command of the owner is in the scope before its first instruction.
expect 7 mine run workload.slice/job -- sh -c 'grep -q job.scope /proc/self/cgroup && exit 7'
check "the scope of run is removed" [ ! -d "$BASE/workload.slice/job.scope" ]
expect 125 as 65534 "$WORK/slicectl" run workload.slice/job -- true
expect 127 mine run workload.slice/job -- /nonexistent/program
check "the scope of a program that does not exist is removed" [ ! -d "$BASE/workload.slice/job.scope" ]

# A connection that was handed on is judged by who writes.
create='{"method":"io.slicectl.ScopeCreate","parameters":{"scope":"both.slice/h"}}'
"$WORK/tricks" handover $SOCKET 65534 "$create" >"$WORK/out"
is "$(cat "$WORK/out")" "" "an answer to another than who connected"
check "a connection that was handed on makes no scope" [ ! -d "$BASE/both.slice/h.scope" ]
"$WORK/tricks" handover $SOCKET 0 "$create" >"$WORK/out"
said '"scope":"both.slice/h.scope"'

# Wrong parameters are named; another base is done without the supervisor.
printf '%s\n' '{"method":"io.slicectl.ScopeCreate"}' '{"method":"io.slicectl.ScopeMove","parameters":{"scope":"both.slice/h","pids":["1"]}}' \
	'{"method":"io.slicectl.ScopeSet","parameters":{"scope":"both.slice/h","limits":{"pids.max":5}}}' \
	'{"method":"io.slicectl.ScopeKill","parameters":{"scope":"both.slice/h","timeout_usec":-1}}' \
	'{"method":"io.slicectl.ScopeKill","parameters":{"scope":"../x"}}' '{"method":"io.slicectl.ScopeDestroy","parameters":{"scope":"both.slice/h","id":1}}' |
	"$TRICKS" ask $SOCKET $((5 * PATIENCE)) >"$WORK/out"
for wrong in scope pids limits timeout_usec; do said "\"parameter\":\"$wrong\""; done
said '"errno":22'
said 'is another scope of that name'
mkdir "$BASE/elsewhere"
expect 0 "$SLICECTL" --cgroup-root "$BASE/elsewhere" -q init
expect 0 "$SLICECTL" --cgroup-root "$BASE/elsewhere" scope create workload.slice/x
is "$(cat "$WORK/out")" "$BASE/elsewhere/workload.slice/x.scope" "the path in another base"

# All of it is in the audit log, with who it was.
check "a create is recorded" grep -q '"action":"scope.create","actor":"uid:65533".*"owner":"workload","scope":"workload.slice/a.scope".*"result":"done"' "$WORK/audit.jsonl"
check "a refusal is recorded" grep -q '"action":"scope.kill","actor":"uid:65534".*"result":"refused"' "$WORK/audit.jsonl"
expect 0 "$SLICECTL" status
check "status counts requests" grep -q '^  asked' "$WORK/out"

# Who may read, where the configuration says it.
sed -i 's|^\[supervisor\]|&\nread-users = 65510\nread-groups = 65511|' "$WORK/slicectl.conf"
expect 0 "$SLICECTL" reload
expect 4 as 65534 "$WORK/slicectl" status
said 'is not among read-users and read-groups'
expect 0 as 65510 "$WORK/slicectl" status
expect 0 as_group 65511 "$WORK/slicectl" families
expect 0 mine status

# A dry run changes nothing, and the command goes its own way.
stop_daemon
start_daemon --dry-run
expect 4 mine scope create both.slice/d
expect 0 "$SLICECTL" -c "$WORK/slicectl.conf" --cgroup-root "$BASE" scope create both.slice/d
stop_daemon
expect 0 "$SLICECTL" -c "$WORK/slicectl.conf" --cgroup-root "$BASE" scope destroy both.slice/d
