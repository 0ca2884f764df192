#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A slice owned by a user is delegated: exactly the kernel's files change hands, and
# that user makes, limits and ends scopes below it without root.
TEST_OWN_ROOT=1
. "${srcdir:-.}/tests/kernel/lib.sh"

cat >"$WORK/slicectl.conf" <<END
[owner alice]
users = alice
[slice alice.slice]
owner = alice
memory.max = 512M
[slice alice.slice/sub.slice]
[slice workload.slice]
owner = workload
END
chmod 755 "$WORK"
chmod 644 "$WORK/slicectl.conf"
as_alice() { setpriv --reuid 1001 --regid 1001 --clear-groups "$SLICECTL" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" "$@"; }
expect 2 ctl -c "$WORK/slicectl.conf" init -n
said "delegate alice.slice to 1001:1001"
expect 0 ctl -q -c "$WORK/slicectl.conf" init
expect 0 ctl -c "$WORK/slicectl.conf" init -n

for d in alice.slice alice.slice/sub.slice; do
	is "$(stat -c %u "$BASE/$d")" 1001 "owner of $d"
	for f in "$BASE/$d"/*; do
		[ -f "$f" ] || continue
		name=${f##*/}
		wanted=0
		grep -qx "$name" /sys/kernel/cgroup/delegate && wanted=1001
		is "$(stat -c %u "$f")" $wanted "owner of $d/$name"
	done
done
is "$(stat -c %u "$BASE/workload.slice")" 0 "owner of workload.slice"

expect 0 as_alice scope create alice.slice/job --memory-max 64M --pids-max 20
is "$(cat "$BASE/alice.slice/job.scope/memory.max")" 67108864 "memory.max set by a user"
expect 4 as_alice scope create workload.slice/x
expect 4 as_alice init
expect 0 as_alice scope list
# The slice's own limit stays with root.
setpriv --reuid 1001 --regid 1001 --clear-groups sh -c 'echo max >"$1"' _ "$BASE/alice.slice/memory.max" 2>/dev/null
is $? 2 "a user cannot raise the limit of the delegated slice"
# Root is not listed there.
expect 4 ctl -c "$WORK/slicectl.conf" scope create alice.slice/y
# Processes inside the delegation: placed by root once, moved by the user from then.
setpriv --reuid 1001 --regid 1001 --clear-groups sleep $LONG & p=$!
expect 0 as_alice scope create alice.slice/other
echo $p >"$BASE/alice.slice/job.scope/cgroup.procs"
expect 0 as_alice scope move alice.slice/other $p
is "$(cat "$BASE/alice.slice/other.scope/cgroup.procs")" "$p" "a move by the user"
expect 0 as_alice scope freeze alice.slice/other
expect 0 as_alice scope thaw alice.slice/other
expect 0 as_alice scope destroy alice.slice/other
expect 0 as_alice scope destroy alice.slice/job
check "the user removes the scope" [ ! -d "$BASE/alice.slice/job.scope" ]

# From inside a cgroup namespace the kernel refuses moves across its border, and
# the sentence says so.
expect 0 ctl -q -c "$WORK/slicectl.conf" scope create workload.slice/outside
mkdir "$BASE/ns"
sleep $LONG & q=$!
sh -c 'echo $$ >"$1/ns/cgroup.procs"; exec unshare -C "$2" --cgroup-root "$1" -c "$3" scope move workload.slice/outside "$4"' \
	_ "$BASE" "$SLICECTL" "$WORK/slicectl.conf" $q >"$WORK/out" 2>"$WORK/err"
is $? 3 "status of a move across a cgroup namespace"
said "crosses a cgroup namespace"
