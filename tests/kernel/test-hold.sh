#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A user does not get his process out of the scope that a rule holds it in by asking at the moment
# when it is placed; numbers of processes from another pid namespace are not taken for ours; and run
# leaves nothing where the tree cannot be seen.
. "${srcdir:-.}/tests/kernel/lib.sh"
command -v setpriv >/dev/null || skip "setpriv is not installed"
cp "$(command -v sleep)" "$WORK/ho-placed"
cp "$SLICECTL" "$WORK/slicectl" # where a user can execute it
chmod 755 "$WORK" "$WORK/slicectl" "$WORK/ho-placed"
# Without keep-warm a placement waits some milliseconds for the kernel, so the request can be faster.
cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
keep-warm = no
[owner pact]
users = root
[owner workload]
users = 65534 root
[slice pact.slice]
owner = pact
[slice workload.slice]
owner = workload
[rule held]
comm = ho-placed
action = place
scope = pact.slice/ho-%p
END
expect 0 ctl -c "$WORK/slicectl.conf" -q init
start_daemon
as_user() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
asks() { as_user "$WORK/slicectl" --cgroup-root "$BASE" "$@"; }
expect 0 asks -q scope create workload.slice/mine
is_in() { grep -q "$1" "/proc/$2/cgroup"; }
refused=0 escaped=0
for try in 1 2 3 4 5 6 7 8; do
	mkfifo "$WORK/go-$try"
	chmod 666 "$WORK/go-$try"
	setpriv --reuid 65534 --regid 65534 --clear-groups sh -c 'read -r x <"$1"; exec "$2" '$LONG try "$WORK/go-$try" "$WORK/ho-placed" & p=$!
	until_true 5 grep -q '^Uid:[[:space:]]*65534' "/proc/$p/status"
	nap 30 # the kernel's lock is cold again
	echo go >"$WORK/go-$try"
	asks -q scope move workload.slice/mine $p 2>/dev/null || refused=$((refused + 1))
	until_true 5 is_in "/pact.slice/ho-$p" $p || escaped=$((escaped + 1))
	kill $p
	wait $p 2>/dev/null
done
is "$escaped" 0 "processes that left the scope that holds them ($refused of 8 requests were refused)"

# A pid namespace: its numbers are refused, also for root; and so is explain.
sleep $LONG & bystander=$!
expect 4 unshare -pf "$SLICECTL" --cgroup-root "$BASE" scope create workload.slice/other --pid $bystander
said 'another pid namespace'
check "who has that number here is not moved" sh -c "! grep -q workload /proc/$bystander/cgroup"
check "no scope is left" [ ! -d "$BASE/workload.slice/other.scope" ]
expect 4 unshare -pf "$SLICECTL" --cgroup-root "$BASE" explain $bystander
said 'another pid namespace'
kill $bystander
# What names no process works there.
expect 0 unshare -pf "$SLICECTL" --cgroup-root "$BASE" -q scope create workload.slice/other
expect 0 unshare -pf "$SLICECTL" --cgroup-root "$BASE" -q status

# Where the tree is hidden run fails, and leaves no scope.
expect 125 unshare -m sh -c 'mount -t tmpfs tmpfs "$1" && exec setpriv --reuid 65534 --regid 65534 --clear-groups "$2" --cgroup-root "$3" run workload.slice/hidden -- true' run "$MOUNT" "$WORK/slicectl" "$BASE"
check "run leaves no scope where it cannot see the tree" [ ! -d "$BASE/workload.slice/hidden.scope" ]
check "and its name can be used" asks run workload.slice/hidden -- true

# A link of a user does not lead a recording elsewhere.
stop_daemon
mkdir "$WORK/user" "$WORK/root"
chown 65534 "$WORK/user"
as_user ln -s "$WORK/root" "$WORK/user/link"
expect 1 timeout 10 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" --record "$WORK/user/link/recording"
said 'a user other than root leads it'
check "nothing is written there" [ ! -e "$WORK/root/recording" ]
