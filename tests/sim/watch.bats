#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# watch on QEMU's device models: others work with the lab meanwhile, devices and labs go away.
# shellcheck disable=SC2154 # status, output, stderr come from bats

load ../lib/common

setup() {
	dp_setup
	run_dp sim start lab edu nvme
	assert_ok
	out=$BATS_TEST_TMPDIR/out err=$BATS_TEST_TMPDIR/err
}

# watching ARGS... - in the background, until its first value is there
watching() {
	"$DEVPOKE_BIN" watch "$@" --interval 5ms >"$out" 2>"$err" 3>&- &
	pid=$!
	until_file "$out" .
}

# until_file FILE REGEX - at most 20 s
until_file() {
	local i
	for ((i = 0; i < 400; i++)); do
		grep -qE "$2" "$1" && return 0
		sleep 0.05
	done
	echo "no '$2' in:" && cat "$1" "$err" && return 1
}

# ended - sets status
ended() {
	status=0
	wait "$pid" || status=$?
}

@test "watch: another command changes a register of the lab that is watched" {
	watching sim:lab/edu0 LIVENESS STATUS
	run_dp poke sim:lab/edu0 LIVENESS=0x0f0f0f0f
	assert_ok
	until_file "$out" 'LIVENESS 0x00000000 -> 0xf0f0f0f0$'
	run_dp poke sim:lab/edu0 STATUS=0x80
	until_file "$out" 'STATUS 0x00000000 -> 0x00000080  \([A-Z_]+ 0 -> 1\)$'
	kill -TERM "$pid"
	ended
	[[ $status == 143 ]]
	grep -qE 'note: 2 changes, [0-9]+ reads in [0-9]+ ticks .*; worst gap .*, of (LIVENESS|STATUS)$' "$err"
}

@test "watch: two registers of an NVMe controller through enable, words of what changed" {
	watching sim:lab/nvme0 CSTS CC.EN --count 2 --json
	run_dp poke sim:lab/nvme0 AQA=0x1f001f ASQ=0x100000 ACQ=0x101000 CC=0x460001
	assert_ok
	ended
	[[ $status == 0 ]]
	jq -es '[.[] | select(.old)] | map([.path, .value]) | sort == [["CC.EN", "0x1"], ["CSTS", "0x00000001"]]' "$out"
	jq -es '.[] | select(.path == "CSTS" and .old) | .fields == [{name: "RDY", old: "0x0", value: "0x1", int: 1, text: null}]' "$out"
}

@test "watch: a device that is unplugged is exit 4, JSON has what was done and the error" {
	watching sim:lab/edu0 ID LIVENESS --json
	run_dp sim unplug lab edu0
	assert_ok
	ended
	[[ $status == 4 ]]
	grep -q "devpoke: 'sim:lab/edu0' is gone: its slot is empty" "$err"
	jq -es '.[-1] | .error.code == "gone" and .reads > 0 and .ticks > 0 and .changes == 0' "$out"
}

@test "watch: a lab that is stopped is exit 4, also when one of its name starts at once" {
	watching sim:lab/edu0 ID
	run_dp sim stop lab
	assert_ok
	run_dp sim start lab edu
	ended
	[[ $status == 4 ]]
	# ended, or in the middle of it: cannot be reached
	grep -qE "devpoke: .*(lab 'lab'|sim:lab/edu0)" "$err" || { cat "$err"; return 1; }
}

@test "watch: memory decode that is turned off is no change of the register to ones" {
	watching sim:lab/edu0 ID
	run_dp poke sim:lab/edu0 cfg.COMMAND.MEM=0
	assert_ok
	ended
	[[ $status == 4 ]]
	grep -q "memory decode of 'sim:lab/edu0' is off" "$err"
	grep -q "hint: devpoke poke sim:lab/edu0 cfg.COMMAND.MEM=1" "$err"
	[[ $(<"$out") != *" -> "* ]]
}

@test "watch: a lab that somebody keeps for himself is exit 3" {
	watching sim:lab/edu0 ID
	exec 5>>"$DEVPOKE_RUNTIME/labs/lab/lock"
	flock 5
	ended
	exec 5>&-
	[[ $status == 3 ]]
	grep -q "lab 'lab' is in use" "$err"
}

@test "watch: in a batch with another device of the lab open, the lab is free between ticks, too" {
	"$DEVPOKE_BIN" batch -t sim:lab/edu0 -e 'peek -t sim:lab/nvme0 VS' -e 'watch LIVENESS --interval 5ms --count 1' \
		-e 'peek -t sim:lab/nvme0 VS' -e LIVENESS >"$out" 2>"$err" 3>&- &
	pid=$!
	until_file "$out" 'LIVENESS = '
	run_dp poke sim:lab/edu0 LIVENESS=0
	assert_ok
	ended
	[[ $status == 0 ]]
	[[ $(tail -n 1 "$out") == "LIVENESS = 0xffffffff" ]]
	[[ $(grep -c "^VS = " "$out") == 2 ]]
}
