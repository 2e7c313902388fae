#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Configuration space as words and bytes.
# shellcheck disable=SC2154 # status, output, stderr come from bats

load ../lib/common

@test "configuration space has no holes: words and bytes of all of it, each capability found once" {
	run_dp sim start config edu
	assert_exit 0
	run_dp dump sim:edu cfg -w 32
	assert_ok
	[[ ${lines[0]} == "0000: 11e81234 "* ]]
	refute_stdout_has -- "--"
	run_dp dump sim:edu cfg --raw -o "$BATS_TEST_TMPDIR/cfg"
	assert_ok
	[[ $(stat -c %s "$BATS_TEST_TMPDIR/cfg") == 256 ]]
	[[ $(od -An -tx1 -N4 "$BATS_TEST_TMPDIR/cfg") == " 34 12 e8 11" ]]
	run_dp dump sim:edu cfg --trace
	assert_exit 0
	[[ $(grep -c 'capability list' <<<"$stderr") == 3 ]]
	run_dp sim stop config
}

@test "info: the power state from the capability, where the kernel does not say it" {
	run_dp sim start state nvme,serial=x edu
	assert_exit 0
	run_dp info sim:nvme power
	assert_stdout "power   D0"
	run_dp info sim:edu power
	assert_stdout "power   no power management"
	run_dp peek edu ID
	assert_exit 3
	assert_stderr_has "there is no target 'edu'" "hint: did you mean 'sim:state/edu0'?"
}

@test "a BAR that does not decode is said to be so, by every verb that believes what it read" {
	run_dp sim start off edu
	assert_exit 0
	run_dp poke sim:edu cfg.COMMAND.MEM=0
	assert_ok
	for words in "peek sim:edu ID" "dump sim:edu" "check sim:edu LIVENESS==0" \
		"poll sim:edu ID==0 --timeout 10ms" "poke sim:edu LIVENESS=5 --readback" \
		"poke sim:edu LIVENESS=5 --verify"; do
		# shellcheck disable=SC2086 # words
		run_dp $words
		assert_exit 4
		assert_stderr "devpoke: memory decode of 'sim:off/edu0' is off: its BARs do not answer
hint: devpoke poke sim:off/edu0 cfg.COMMAND.MEM=1"
	done
	run_dp poke sim:off/edu0 cfg.COMMAND.MEM=1
	assert_ok
	run_dp peek sim:edu ID -r
	assert_stdout 0x010000ed
}

@test "a lab whose QEMU was killed under a command: gone, exit 4, and what to do" {
	run_dp sim start dies edu --json
	pid=$("$DEVPOKE_BIN" sim list --json | jq '.labs[0].pid')
	run_sh "{ echo 'peek ID -r'; sleep 0.2; kill -9 $pid; sleep 0.1; echo 'poke LIVENESS=5 --verify'; } |
		devpoke batch -t sim:edu"
	assert_exit 4
	assert_stdout 0x010000ed
	assert_stderr $'devpoke: stdin:2: lab \'dies\' ended\nhint: devpoke sim list'
}
