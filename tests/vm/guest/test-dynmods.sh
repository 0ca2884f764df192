#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# favor-dynmods: init remounts cgroup2 with it where the configuration says so, keeps the
# other options, and says so before.  Only in a guest: it is a one-way switch.
. "${srcdir:-.}/tests/kernel/lib.sh"
[ "${TEST_OWN_ROOT:-}" = 1 ] || skip "remounts cgroup2"
options() { awk '$3 == "cgroup2" { print $4; exit }' /proc/mounts; }
before=$(options)
case $before in *favordynmods*) skip "is mounted with it already" ;; esac
cat >"$WORK/slicectl.conf" <<END2
[supervisor]
favor-dynmods = yes
END2
expect 0 ctl -q init
is "$(options)" "$before" "options where favor-dynmods is not configured"
expect 2 ctl -c "$WORK/slicectl.conf" init --dry-run
said 'remount cgroup2 with favordynmods'
is "$(options)" "$before" "options after a dry run"
expect 0 ctl -c "$WORK/slicectl.conf" init
said 'remount cgroup2 with favordynmods'
is "$(options | tr , "\n" | sort | tr "\n" " ")" "$(echo "$before,favordynmods" | tr , "\n" | sort | tr "\n" " ")" "options afterwards"
expect 0 ctl -c "$WORK/slicectl.conf" init
check "init remounts once" not grep -q remount "$WORK/out"
ctl probe >"$WORK/out"
said 'mounted with it: single moves are fast'
