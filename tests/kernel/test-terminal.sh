#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# top on terminals of any size: no row is wrapped, the busiest is on the screen, the terminal is restored.
. "${srcdir:-.}/tests/kernel/lib.sh"
command -v script >/dev/null || skip "script is not installed"
LC_ALL=C.UTF-8
export LC_ALL
ctl -q init >"$WORK/out" 2>&1
ESC=$(printf '\033')
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
	ctl -q scope create "workload.slice/a-job-with-a-name-as-schedulers-make-them-$n-of-30" || fail "scope $n"
done
ctl -q scope create workload.slice/zz-hot
sh -c 'while :; do :; done' & busy=$!
expect 0 ctl scope move workload.slice/zz-hot $busy
# The terminal is script's; its input must not end before top does.
top() { # ROWS COLUMNS INPUT
	rows=$1 columns=$2
	{ printf %s "$3"; sleep 2; } | script -qec "stty rows $rows cols $columns; '$SLICECTL' --cgroup-root '$BASE' top -n 1; stty -a" /dev/null >"$WORK/raw" 2>&1
	sed "s/.*$ESC\[2J//; s/$ESC\[[?0-9;]*[A-Za-z]//g; s/\r//g" "$WORK/raw" | sed '/^speed /,$d' >"$WORK/frame"
}
for size in "12 60" "24 80" "40 104" "60 200"; do
	# shellcheck disable=SC2086
	top $size ""
	width=$(wc -L <"$WORK/frame") height=$(wc -l <"$WORK/frame")
	check "rows of $size fit: $width" [ "$width" -le "$columns" ]
	check "the table of $size fits: $height" [ "$height" -le "$rows" ]
	check "the busiest is on a screen of $size" grep -q 'zz-hot.scope' "$WORK/frame"
	check "its processor time is shown on $size" grep -q '%CPU' "$WORK/frame"
	check "echo is on after $size" grep -q ' echo ' "$WORK/raw"
done
check "a wide terminal shows every column" grep -q 'OWNER.*P-IO' "$WORK/frame"
check "and whole names" grep -q 'a-job-with-a-name-as-schedulers-make-them-1-of-30.scope' "$WORK/frame"
top 24 80 ""
check "a narrow one leaves out the swap" not grep -q SWAP "$WORK/frame"
check "and shortens names in the middle" grep -q '…[^ ]*-of-30.scope' "$WORK/frame"
