#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The rules of cgrulesengd, imported, place what cgrulesengd placed: programs and scripts by
# path, by a long name and by the beginning of a name, and nothing else.
. "${srcdir:-.}/tests/kernel/lib.sh"

mkdir -p "$WORK/im-java-17/bin"
for name in 'im web content' im-program-of-a-long-name im-path im-java im-java-17/bin/im-keytool im-left; do
	cp "$(command -v sleep)" "$WORK/$name"
done
cp "$(command -v tail)" "$WORK/im-reader"
for name in im-nightly-report-job.sh im-job.sh im-not-path.sh; do
	printf '#!/bin/sh\nsleep %s\n:\n' $LONG >"$WORK/$name"
	chmod +x "$WORK/$name"
done
printf '#!/usr/bin/env im-runtime\n' >"$WORK/im-by-env"
chmod +x "$WORK/im-by-env"
cp "$(command -v tail)" "$WORK/im-runtime"
cat >"$WORK/cgconfig.conf" <<END
group jobs { cgroup { cgroup.max.descendants = 7; } }
END
cat >"$WORK/cgrules.conf" <<END
*:im-left * ${BASE#"$MOUNT"}/elsewhere ignore
*:im-left * left
"*:im web content" cpu web
*:im-nightly-report-job.sh cpu reports
*:im-program-of-a-long-name cpu programs
*:$WORK/im-job.sh cpu jobs
*:$WORK/im-path cpu paths
*:$WORK/im-by-env cpu agents
*:im-ja* cpu java
END
expect 2 "$SLICECTL" import "$WORK/cgconfig.conf" "$WORK/cgrules.conf"
said 'im-ja* matches programs but not scripts'
{
	cat "$WORK/out"
	printf '[supervisor]\naudit-log = %s\nexit-records = no\n' "$WORK/audit.jsonl"
	marker_rule
} >"$WORK/slicectl.conf"
expect 0 ctl -c "$WORK/slicectl.conf" check-config
expect 0 ctl -c "$WORK/slicectl.conf" init
start_daemon

where() { sed -n 's/^0:://p' "/proc/$1/cgroup"; }
begin() { # WHERE COMMAND...: what it starts must be there in the end
	wanted=$1
	shift
	"$@" &
	started="$started $!=$wanted"
}
started=
begin workload.slice/web.scope "$WORK/im web content" $LONG
begin workload.slice/reports.scope "$WORK/im-nightly-report-job.sh"
begin workload.slice/programs.scope "$WORK/im-program-of-a-long-name" $LONG
begin workload.slice/jobs.scope "$WORK/im-job.sh"
begin workload.slice/agents.scope env PATH="$WORK:$PATH" "$WORK/im-by-env" -f
begin workload.slice/paths.scope "$WORK/im-path" $LONG
begin workload.slice/java.scope "$WORK/im-java" $LONG
begin none "$WORK/im-java-17/bin/im-keytool" $LONG
begin none "$WORK/im-reader" -f "$WORK/im-job.sh"
begin none "$WORK/im-not-path.sh"
begin workload.slice/left.scope "$WORK/im-left" $LONG
mkdir "$BASE/elsewhere"
# shellcheck disable=SC2016
begin elsewhere sh -c 'echo $$ >"$1/cgroup.procs" && exec "$2" "$3"' sh "$BASE/elsewhere" "$WORK/im-left" $LONG
after_this
for one in $started; do
	pid=${one%%=*} wanted=${one#*=}
	what="$(tr '\0' ' ' <"/proc/$pid/cmdline" | sed "s,$WORK/,,g")is in $wanted"
	if [ "$wanted" = none ]; then
		check "$what" not grep -q "/slicectl-test-$$/" "/proc/$pid/cgroup"
	else
		check "$what" until_true 5 grep -qE "^0::.*/slicectl-test-$$/$wanted\$" "/proc/$pid/cgroup"
	fi
done
is "$(cat "$BASE/workload.slice/jobs.scope/cgroup.max.descendants")" 7 "the limit of the group is that of the scope"

# The first rule that matches decides at each exec and change of the user, also within what is
# placed: a login daemon, the shell of a user, and a program of that user.
if command -v setpriv >/dev/null; then
	stop_daemon
	cp "$(readlink -f "$(command -v sh)")" "$WORK/im-sshd"
	cp "$(readlink -f "$(command -v sh)")" "$WORK/im-shell"
	cp "$(command -v sleep)" "$WORK/im-matlab"
	chmod 755 "$WORK" "$WORK"/im-*
	cat >"$WORK/cgrules.conf" <<END2
61811:im-matlab cpu students/matlab
61811 cpu students/
*:im-sshd cpu logins/
END2
	"$SLICECTL" import "$WORK/cgrules.conf" >"$WORK/slicectl.conf" 2>"$WORK/err"
	expect 0 ctl -c "$WORK/slicectl.conf" init
	start_daemon
	mkdir -m 777 "$WORK/pids"
	# shellcheck disable=SC2016
	"$WORK/im-sshd" -c '
		setpriv --reuid 61811 --regid 61811 --clear-groups "$1/im-shell" -c "
			\"$1/im-matlab\" 3000 & echo \$! >$1/pids/matlab
			sleep 3000 & echo \$! >$1/pids/tool
			wait" &
		echo $! >"$1/pids/shell"
		wait' sh "$WORK" & sshd=$!
	until_true 10 test -s "$WORK/pids/tool"
	is_at() { grep -q "^0::.*/slicectl-test-$$/workload.slice/$2\$" "/proc/$1/cgroup"; }
	check "the login daemon is where its rule says" until_true 10 is_at $sshd logins.scope
	check "the user's shell is not in the family of the daemon" until_true 10 is_at "$(cat "$WORK/pids/shell")" students.slice/students.scope
	check "a tool of the user is where the user is" until_true 10 is_at "$(cat "$WORK/pids/tool")" students.slice/students.scope
	check "the user's program is where its rule says" until_true 10 is_at "$(cat "$WORK/pids/matlab")" students.slice/matlab.scope
	kill "$(cat "$WORK/pids/matlab")" "$(cat "$WORK/pids/tool")" "$(cat "$WORK/pids/shell")" $sshd 2>/dev/null
fi
