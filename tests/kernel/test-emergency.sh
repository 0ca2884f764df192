#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A declared emergency: who may, what it allows, and that all of it is on record first.
. "${srcdir:-.}/tests/kernel/lib.sh"
: "${TRICKS:=tricks}"
command -v setpriv >/dev/null || skip "needs setpriv (util-linux)"
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
emergency-users = 65510 65511
[owner workload]
users = 65533
END
chmod 755 "$WORK"
cp "$SLICECTL" "$WORK/slicectl" && cp "$TRICKS" "$WORK/tricks" && chmod 755 "$WORK/slicectl" "$WORK/tricks"
as() { user=$1; shift; setpriv --reuid="$user" --clear-groups "$WORK/slicectl" "$@"; }
as 65534 --version >/dev/null 2>&1 || skip "an unprivileged user cannot run programs in $WORK"
ctl -q -c "$WORK/slicectl.conf" init
expect 69 ctl emergency status
expect 69 ctl scope kill workload.slice/a --force
start_daemon
expect 0 as 65533 scope create workload.slice/a
expect 0 as 65533 scope create workload.slice/b
setpriv --reuid=65533 --clear-groups sleep $LONG & victim=$!
expect 0 as 65533 scope move workload.slice/a $victim
last() { tail -n 1 "$WORK/audit.jsonl"; }

# Who may declare one, and why.
expect 0 ctl emergency status
said 'no emergency is declared'
expect 64 ctl emergency start
expect 64 as 65510 emergency start --reason ""
expect 64 as 65510 emergency start --reason "  "
expect 64 as 65510 emergency start --reason x --for 0
expect 64 as 65510 emergency start --reason x --for never
for user in 0 65533 65534; do
	expect 4 as $user emergency start --reason fire
	said "uid $user is not among emergency-users"
	last | grep -q '"action":"admin.emergency_start".*"result":"refused"'
	result "the refusal of $user is recorded"
done
expect 3 as 65510 emergency end
said 'no emergency is declared'

# Without one nothing is forced, and the attempt is on record.
for verb in kill freeze destroy; do
	expect 4 as 65510 scope $verb workload.slice/a --force
	said 'no emergency is declared'
	last | grep -q "\"action\":\"scope.$verb\",\"actor\":\"uid:65510\".*\"result\":\"refused\""
	result "a refused $verb is recorded"
done

expect 0 as 65510 emergency start --reason "node on fire" --for 1h
id=$(sed -n 's/^emergency \([0-9a-f]*\),.*/\1/p' "$WORK/out")
check "emergency start prints an id" [ -n "$id" ]
check "the start is recorded" grep -q "\"action\":\"admin.emergency_start\",\"actor\":\"uid:65510\",.*\"reason\":\"node on fire\",\"emergency\":\"$id\"" "$WORK/audit.jsonl"
expect 73 as 65511 emergency start --reason "another"
expect 0 as 65534 emergency status
said 'reason: node on fire'
said '0 h 59 min '

# Only those users, only with force, only these three, and only what has an owner.
expect 4 as 65510 scope freeze workload.slice/a
expect 4 as 65534 scope freeze workload.slice/a --force
expect 4 as 0 scope kill workload.slice/a --force
said 'uid 0 is not among emergency-users'
expect 4 as 65510 scope freeze other.slice/a --force
expect 4 as 65510 scope create workload.slice/c --force
said "scope.create cannot be forced: an emergency allows only freeze, kill and destroy"
printf '{"method":"io.slicectl.ScopeSet","parameters":{"scope":"workload.slice/a","limits":{},"force":true}}\n' | setpriv --reuid=65510 --clear-groups "$WORK/tricks" ask /run/slicectl/slicectl.sock $((5 * PATIENCE)) >"$WORK/out"
said 'scope.set cannot be forced'
check "nobody was killed so far" alive $victim
expect 0 as 65511 scope freeze workload.slice/a --force
is "$(cat "$BASE/workload.slice/a.scope/cgroup.freeze")" 1 "frozen by force"
# The record is there before the deed.
grep -n "\"action\":\"emergency.freeze\",\"actor\":\"uid:65511\",\"owner\":\"workload\",\"scope\":\"workload.slice/a.scope\".*\"emergency\":\"$id\",\"result\":\"begun\"" "$WORK/audit.jsonl" >"$WORK/begun"
result "a record precedes the freeze"
grep -n "\"action\":\"scope.freeze\",\"actor\":\"uid:65511\".*\"emergency\":\"$id\",\"result\":\"done\"" "$WORK/audit.jsonl" >"$WORK/done"
result "a record follows the freeze"
check "the first record precedes the second" [ "$(cut -d: -f1 "$WORK/begun")" -lt "$(cut -d: -f1 "$WORK/done")" ]

# What cannot be recorded is not done.
mount -t tmpfs -o size=8k none "$WORK/full" 2>/dev/null || { mkdir "$WORK/full"; mount -t tmpfs -o size=8k none "$WORK/full"; }
sed -i "s|^audit-log = .*|audit-log = $WORK/full/audit.jsonl|" "$WORK/slicectl.conf"
expect 0 ctl reload
dd if=/dev/zero of="$WORK/full/rest" bs=1k count=100 2>/dev/null
i=0
while [ $i -lt 30 ]; do as 65533 scope set workload.slice/b cgroup.max.depth=5; i=$((i + 1)); done
expect 4 as 65510 scope kill workload.slice/a --force
said 'must be recorded before it is done, but the record cannot be written'
check "nothing is killed without a record" alive $victim
expect 4 as 65510 emergency end
expect 0 as 65533 scope set workload.slice/b cgroup.max.depth=6
sed -i "s|^audit-log = .*|audit-log = $WORK/audit.jsonl|" "$WORK/slicectl.conf"
expect 0 ctl reload
umount "$WORK/full"

# It survives the supervisor, also its sudden end.
kill -KILL "$DAEMON"
wait "$DAEMON" 2>/dev/null
start_daemon
check "an emergency survives SIGKILL of the supervisor" grep -q "emergency $id of uid 65510 is still declared" "$WORK/daemon.log"
expect 0 as 65510 scope kill workload.slice/a --force
check "scope kill --force kills" not alive $victim
expect 0 as 65511 scope destroy workload.slice/a --force
check "scope destroy --force destroys" [ ! -d "$BASE/workload.slice/a.scope" ]
"$SLICECTL" metrics | grep -q '^slicectl_emergency_active 1'
result "the metrics have the emergency"

# The end: by who began, or another by force; what is frozen stays.
expect 0 as 65511 scope freeze workload.slice/b --force
expect 4 as 65534 emergency end
expect 4 as 65511 emergency end
said 'use --force to end another'
expect 0 ctl --json emergency status
said '"active":true'
expect 0 as 65511 emergency end --force
check "the end is recorded" grep -q '"action":"admin.emergency_end","actor":"uid:65511"' "$WORK/audit.jsonl"
is "$(cat "$BASE/workload.slice/b.scope/cgroup.freeze")" 1 "frozen after the end"
expect 4 as 65511 scope kill workload.slice/b --force
expect 0 as 65533 scope thaw workload.slice/b

# Its time runs out: told, nothing undone, nothing more allowed, until it is ended.
expect 0 as 65510 emergency start --reason "short" --for $((PATIENCE * 200))ms
expect 0 as 65510 scope freeze workload.slice/b --force
check "an emergency whose time is over is logged" until_true 5 grep -q 'is stale: its time is over' "$WORK/daemon.log"
check "an emergency whose time is over is recorded" grep -q '"action":"emergency.stale"' "$WORK/audit.jsonl"
is "$(cat "$BASE/workload.slice/b.scope/cgroup.freeze")" 1 "frozen after it was stale"
expect 4 as 65510 scope kill workload.slice/b --force
said 'is stale'
expect 73 as 65510 emergency start --reason "again"
said 'end it first'
stop_daemon
start_daemon
check "an emergency whose time is over survives a restart" until_true 5 grep -q 'is stale: its time is over' "$WORK/daemon.log"
expect 0 as 65510 emergency status
said 'stale: its time has run out'
expect 0 as 65510 emergency end
said 'the emergency has ended'
stop_daemon
sed -i 's/^audit-log.*/audit-log = none/' "$WORK/slicectl.conf"
start_daemon
expect 4 as 65510 emergency start --reason "nowhere to write"
said 'no audit-log is configured'
expect 0 ctl emergency status
said 'no emergency is declared'
stop_daemon
