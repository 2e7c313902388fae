#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# STATE of a model: kept between runs, shared by several, and what is wrong with a bad one.
# shellcheck disable=SC2154,SC2016 # status... come from bats; quoted text is for the inner shell

load ../lib/common
load ../lib/table

setup() {
	dp_setup
	export STATE=$BATS_TEST_TMPDIR/state
	export T=model:$DP_ROOT/devices/e1000.yaml@$STATE
}

# in_parallel N CMD - the line of bash N times at once, $i from 1; fails when one does
in_parallel() {
	local i job bad=0 jobs=()
	for ((i = 1; i <= $1; i++)); do
		i=$i timeout 60 bash -c "$2" >"$BATS_TEST_TMPDIR/out.$i" 2>&1 &
		jobs+=($!)
	done
	for job in "${jobs[@]}"; do
		wait "$job" || bad=1
	done
	((bad == 0)) || { cat "$BATS_TEST_TMPDIR"/out.*; return 1; }
}

@test "state: writes of many processes at once are all kept" {
	in_parallel 20 '"$DEVPOKE_BIN" poke "$T" MTA.$i=$i'
	run_dp peek "$T" 'MTA[1..20]' -r
	assert_ok
	assert_stdout "$(printf '0x%08x\n' {1..20})"
}

@test "state: reading, changing and writing back are one" {
	in_parallel 20 '"$DEVPOKE_BIN" poke "$T" MTA.3+=1'
	run_dp peek "$T" MTA.3 -r
	assert_stdout 0x00000014
}

@test "state: what another process wrote is seen by one that keeps it open" {
	coproc dp { "$DEVPOKE_BIN" batch -t "$T" --status -q; }
	local line answer=() pid=$dp_PID # bash forgets it when the process ends
	for line in 'poke MTA.1=1' 'poke MTA.2=2' 'peek -r MTA.1'; do
		printf '%s\n' "$line" >&"${dp[1]}"
		while IFS= read -r -t 20 -u "${dp[0]}" && [[ $REPLY != '= '* ]]; do
			answer+=("$REPLY")
		done
		run_dp poke "$T" MTA.1=0x77
		assert_exit 0
	done
	eval "exec ${dp[1]}>&-"
	wait "$pid"
	[[ ${answer[*]} == *0x00000077 ]] || _assert_failed "0x77, not: ${answer[*]}"
	run_dp peek "$T" MTA.2 -r
	assert_stdout 0x00000002
}

@test "state: a process that is killed leaves a state that is whole, and no lock" {
	local i
	for i in 1 2 3 4 5 6 7 8; do
		timeout -s KILL 0.0$i bash -c 'i=0; while :; do echo "poke MTA.1=$((i++))"; done |
			exec "$DEVPOKE_BIN" batch -q -t "$T"' || true
		run_dp poke "$T" MTA.2=$i --readback
		assert_exit 0
	done
}

@test "state: one that is none is refused before anything happens" {
	while IFS= read -r text; do
		printf '%s' "$text" >"$STATE"
		row
		dp peek "$T" CTRL
		[[ $status == 2 && ${#stderr_lines[@]} == 2 && ! -e $STATE.log ]] ||
			row_failed "exit 2, an error and a hint, no log; with $text"
		[[ $(<"$STATE") == "$text" ]] || row_failed "kept: $text"
	done <<-'END'
		garbage
		{"schema":1
		[]
		{"schema":1,"model":"e1000"}
		{"schema":2,"model":"e1000","registers":{}}
		{"schema":1,"model":"e1000","registers":[1]}
		{"schema":1,"model":"edu","registers":{}}
		{"schema":1,"model":"e1000","registers":{"CTRL":7}}
		{"schema":1,"model":"e1000","registers":{"CTRL":{"value":7}}}
		{"schema":1,"model":"e1000","registers":{"CTRL":{"value":"seven"}}}
		{"schema":1,"model":"e1000","registers":{"CTRL":{"value":"0x100000000"}}}
		{"schema":1,"model":"e1000","registers":{"CTRL":{"value":"0x10000000000000000"}}}
	END
	rows_passed 12
}

@test "state: what cannot be read or written is named with its reason" {
	mkdir "$STATE"
	run_dp peek "$T" CTRL
	assert_exit 2
	rmdir "$STATE"
	run_dp peek "model:devices/e1000.yaml@$BATS_TEST_TMPDIR/none/state" CTRL
	assert_exit 3
	assert_stderr_has "No such file or directory"
	truncate -s 100M "$STATE"
	run_dp peek "$T" CTRL
	assert_exit 2
	assert_stderr_has "File too large"
}

@test "state: a folder that may not be written is exit 3, a full one 4" {
	[[ $EUID == 0 ]] || skip "needs root to mount and to become nobody"
	unshare -m true 2>/dev/null || skip "no mount namespaces here"
	local dir=$BATS_TEST_TMPDIR/small
	mkdir "$dir"
	run_sh 'unshare -m bash -c '\''mount -t tmpfs -o size=8k none "$0" || exit 77
		head -c 4096 /dev/zero >"$0/fill"
		"$DEVPOKE_BIN" poke "model:devices/e1000.yaml@$0/state" CTRL=1; echo "exit $?"
		ls "$0"'\'" '$dir'"
	[[ $status != 77 ]] || skip "no mount namespaces here"
	assert_stdout "exit 4
fill
state.log"
	assert_stderr "devpoke: cannot write '$dir/state': No space left on device"
	run_sh 'unshare -m bash -c '\''mount -t tmpfs -o ro none "$0" || exit 77
		"$DEVPOKE_BIN" poke "model:devices/e1000.yaml@$0/state" CTRL=1'\'" '$dir'"
	assert_exit 3
	assert_stderr_has "Read-only file system"
}
