#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Each system call of scope create fails once: the tree is as before.
TEST_OWN_ROOT=1
. "${srcdir:-.}/tests/kernel/lib.sh"
command -v strace >/dev/null || skip "strace is not installed"

expect 0 ctl -q init
before=$(tree_of)
tried=0
for call in mkdirat:ENOSPC openat:EROFS write:EINVAL read:EIO openat2:EACCES; do
	name=${call%:*} error=${call#*:} n=1
	while [ $n -le 60 ]; do
		strace -o "$WORK/trace" -e trace="$name" -e inject="$name:error=$error:when=$n" \
			"$SLICECTL" -q --cgroup-root "$BASE" scope create workload.slice/x \
			--memory-max 64M --cpu-weight 50 --pids-max 9 >/dev/null 2>"$WORK/err"
		status=$?
		grep -q INJECTED "$WORK/trace" || break
		tried=$((tried + 1))
		if [ $status = 0 ]; then
			# The failure did not matter; then all of it must be there.
			is "$(cat "$BASE/workload.slice/x.scope/pids.max")" 9 "$name $n: pids.max"
			expect 0 ctl scope destroy workload.slice/x
		fi
		is "$(tree_of)" "$before" "the tree after $name number $n failed with $error"
		n=$((n + 1))
	done
	# Where nothing was injected any more the scope was made.
	[ ! -d "$BASE/workload.slice/x.scope" ] || expect 0 ctl scope destroy workload.slice/x
done
check "at least ten system calls were made to fail" [ $tried -ge 10 ]
echo "# $tried failures injected"

# The same with openat2 never there: other paths, same results.
strace -o "$WORK/trace" -e trace=openat2 -e inject=openat2:error=ENOSYS \
	"$SLICECTL" --cgroup-root "$BASE" scope create workload.slice/x --pids-max 9 >/dev/null
result "create works without openat2"
strace -o "$WORK/trace" -e trace=openat2 -e inject=openat2:error=ENOSYS \
	"$SLICECTL" --cgroup-root "$BASE" scope destroy workload.slice/x
result "destroy works without openat2"
is "$(tree_of)" "$before" "the tree without openat2"
# And clone3: a waiting child is moved.
strace -f -o "$WORK/trace" -e trace=clone3 -e inject=clone3:error=ENOSYS \
	"$SLICECTL" --cgroup-root "$BASE" run workload.slice/x -- sed -n s/^0:://p /proc/self/cgroup >"$WORK/out"
result "run works without clone3"
is "$(cat "$WORK/out")" "${BASE#"$MOUNT"}/workload.slice/x.scope" "the cgroup without clone3"
# And cgroup.kill: frozen, signalled, thawed.
expect 0 ctl -q scope create workload.slice/x
"$TRICKS" forks 100 $LONG & family=$!
expect 0 ctl scope move workload.slice/x $family
strace -o "$WORK/trace" -P "$BASE/workload.slice/x.scope/cgroup.kill" -e trace=openat \
	-e inject=openat:error=ENOENT "$SLICECTL" --cgroup-root "$BASE" scope destroy workload.slice/x
result "destroy works without cgroup.kill"
is "$(tree_of)" "$before" "the tree after a kill without cgroup.kill"
