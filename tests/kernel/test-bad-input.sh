#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Whatever is wrong: one sentence, the documented status, the tree as before.
. "${srcdir:-.}/tests/kernel/lib.sh"

expect 0 ctl -q init
before=$(ls -diR "$BASE")
bad() { # STATUS PART COMMAND...
	status=$1 part=$2
	shift 2
	expect "$status" ctl "$@"
	said "$part"
	is "$(wc -l <"$WORK/err")" 1 "lines said by '$*'"
}

bad 64 "a command is required"
bad 64 "unknown command 'frobnicate'" frobnicate
bad 64 "unknown option --frob" --frob init
bad 64 "unknown option -x" init -x
bad 64 "needs a value" scope create workload.slice/x --memory-max
bad 64 "does not take a value" init --dry-run=yes
bad 64 "scope create --help" scope create
bad 64 "unexpected argument" scope create workload.slice/x workload.slice/y
bad 64 "unexpected argument" init now
bad 4 "belongs to no configured slice" scope create none.slice/x
bad 4 "belongs to no configured slice" scope create workload.slice-extra.slice/x
bad 64 "does not name a slice" scope create x
bad 64 "is a slice, not a scope" scope freeze workload.slice
bad 64 "is not a slice" scope create workload.slice/x/y
bad 64 "begins with '.'" scope create workload.slice/..
bad 64 "begins with '.'" scope create workload.slice/../../x
bad 64 "begins with '-'" scope create -- workload.slice/-rf
bad 64 "\\x1b" scope create "workload.slice/$(printf 'a\033[2Jb')"
bad 64 "\\x0a" scope create "workload.slice/a
b"
bad 64 "like an interface file" scope create workload.slice/cgroup.procs
bad 64 "like an interface file" scope create workload.slice/memory
bad 64 "at most 200" scope create "workload.slice/$(printf '%0250d' 1)"
bad 64 "is not below" scope create /etc/x
bad 64 "is a slice, not a scope" scope destroy pact.slice/infra.slice
bad 64 "out of range" scope create workload.slice/x --cpu-weight 10001
bad 64 "out of range" scope create workload.slice/x --cpu-weight 0
bad 64 "expected" scope create workload.slice/x --memory-max 128MiB
bad 64 "expected" scope create workload.slice/x --pids-max -1
bad 64 "not a time span" scope destroy workload.slice/x --timeout soon
bad 64 "not FILE=VALUE" scope create workload.slice/x --set memory.max
bad 64 "not an interface file that sets a limit" scope create workload.slice/x --set cgroup.kill=1
bad 64 "cpu.idle" scope create workload.slice/x --set cpu.idle=1
bad 64 "is not a process id" scope create workload.slice/x --pid 010
bad 64 "is not a process id" scope create workload.slice/x --pid 0x10
bad 3 "there is no owner 'nobody'" --as nobody scope create workload.slice/x
bad 4 "is owned by 'workload'" --as pact scope create workload.slice/x
bad 3 "no such cgroup" scope destroy workload.slice/x
bad 3 "no such cgroup" scope show workload.slice/x

# Configuration.
echo "[rule a]" >"$WORK/bad.conf"
expect 65 ctl -c "$WORK/bad.conf" init
said "bad.conf:1"
expect 65 ctl -c "$WORK/bad.conf" check-config
expect 65 ctl -c "$WORK/none.conf" init
said "the file does not exist"
: >"$WORK/open.conf"
chmod 666 "$WORK/open.conf"
expect 65 ctl -c "$WORK/open.conf" init
said "writable by group or others"
expect 65 ctl -c "$WORK" init
said "not a regular file"
mkdir -m 755 "$WORK/locked"
cp "$WORK/bad.conf" "$WORK/locked/x.conf"
chmod 600 "$WORK/locked/x.conf"
chmod 755 "$WORK"
expect 65 setpriv --reuid 65534 --regid 65534 --clear-groups "$SLICECTL" --cgroup-root "$BASE" -c "$WORK/locked/x.conf" init
said "Permission denied"
expect 65 "$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/bad.conf"
expect 64 "$SLICECTLD" --frob
expect 64 "$SLICECTLD" argument

# Places and privilege.
expect 69 "$SLICECTL" --cgroup-root /tmp init
said "not on a cgroup2 file system"
expect 3 "$SLICECTL" --cgroup-root /nowhere init
expect 4 setpriv --reuid 65534 --regid 65534 --clear-groups "$SLICECTL" --cgroup-root "$BASE" init
expect 4 setpriv --reuid 65534 --regid 65534 --clear-groups "$SLICECTL" --cgroup-root "$BASE" scope create workload.slice/x
said "uid 65534 is not among"
expect 0 setpriv --reuid 65534 --regid 65534 --clear-groups "$SLICECTL" --cgroup-root "$BASE" scope list
expect 69 unshare -m sh -c 'umount -a -t cgroup2 && exec "$1" init' _ "$SLICECTL"
said "no cgroup2 file system is mounted"
! "$SLICECTL" --help >/dev/full 2>/dev/null
result "a full standard output is noticed"

is "$(ls -diR "$BASE")" "$before" "the tree after all of it"

# One broken drop-in keeps nobody from looking at what is there, or from ending it.
mkdir -p "$WORK/root/etc/slicectl/slicectl.conf.d" "$WORK/root/run"
printf '[owner team]\nusers = root\n[slice team.slice]\nowner = team\n' >"$WORK/root/etc/slicectl/slicectl.conf"
lenient() { "$SLICECTL" --root "$WORK/root" --cgroup-root "$BASE" "$@"; }
expect 0 lenient -q init
expect 0 lenient -q scope create team.slice/a
expect 0 lenient -q scope create team.slice/b
echo rubbish >"$WORK/root/etc/slicectl/slicectl.conf.d/50-broken.conf"
for command in tree "scope list" "scope show team.slice/a" "scope freeze team.slice/a" "scope thaw team.slice/a" \
	"scope kill team.slice/a" "wait team.slice/a empty" "top -b -n 1" "run team.slice/r -- true" "scope destroy team.slice/b"; do
	# shellcheck disable=SC2086
	expect 0 lenient $command
	said '50-broken.conf:1:1'
done
expect 65 lenient init
expect 65 lenient scope create team.slice/c
expect 65 lenient scope set team.slice/a pids.max=5
expect 65 lenient check-config
rm "$WORK/root/etc/slicectl/slicectl.conf.d/50-broken.conf"
expect 0 lenient scope destroy team.slice/a
