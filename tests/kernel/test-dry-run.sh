#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A dry run matches, reports, and writes nothing to the tree: as strace sees it.
. "${srcdir:-.}/tests/kernel/lib.sh"
command -v strace >/dev/null || skip "strace is not installed"

cat >"$WORK/slicectl.conf" <<END
[supervisor]
audit-log = $WORK/audit.jsonl
[rule worker]
comm = sctest-dry
action = place
scope = workload.slice/worker-%p
[rule miner]
comm = sctest-dry-kill
action = kill
END
cp "$(command -v sleep)" "$WORK/sctest-dry"
cp "$(command -v sleep)" "$WORK/sctest-dry-kill"
expect 0 ctl -q init
before=$(ls -diR "$BASE")
: >"$WORK/daemon.log"
strace -f -o "$WORK/trace" -e trace=openat,mkdirat,mkdir,rmdir,unlinkat,unlink,kill,pidfd_send_signal,fsetxattr \
	"$SLICECTLD" --cgroup-root "$BASE" -c "$WORK/slicectl.conf" --dry-run 2>"$WORK/daemon.log" &
tracer=$!
until_true 10 grep -q 'dry run' "$WORK/daemon.log" || { cat "$WORK/daemon.log"; skip "the supervisor cannot run under strace here"; }
"$WORK/sctest-dry" $LONG & one=$!
"$WORK/sctest-dry-kill" $LONG & two=$!
both() { [ "$(grep -c '"result":"dry-run"' "$WORK/audit.jsonl")" = 2 ]; }
check "a dry run reports both matches" until_true 5 both
said_would() { grep -q 'would place process' "$WORK/daemon.log" && grep -q 'would kill process' "$WORK/daemon.log"; }
check "a dry run logs what would be done" until_true 10 said_would
alive $one && alive $two
result "a dry run harms no process"
kill -TERM "$(pgrep -P $tracer)"
wait $tracer
kill $one $two
is "$(ls -diR "$BASE")" "$before" "the tree after a dry run"
grep -E 'O_WRONLY|O_RDWR|mkdir|rmdir|unlink|kill\(|pidfd_send_signal|fsetxattr' "$WORK/trace" |
	grep -vE 'audit.jsonl|/run/slicectl|oom_score_adj|ENOENT|EEXIST|SIGTERM|/dev/null|mkdir\("'"$WORK"'"' >"$WORK/writes"
check "a dry run writes nothing" [ ! -s "$WORK/writes" ]
