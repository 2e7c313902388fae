#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Zeros of a device that does not decode its BARs are no values.

load ../lib/common
load ../lib/oracle

setup_file() {
	lab_setup_file lab edu e1000
}

setup() {
	lab_setup
}

teardown() {
	"$DEVPOKE_BIN" poke sim:lab/edu0 cfg.COMMAND=7 -q
	"$DEVPOKE_BIN" poke sim:lab/dp-port1 cfg.COMMAND=7 -q
	"$DEVPOKE_BIN" poke sim:lab/e10000 cfg.COMMAND=7 -q
}

teardown_file() {
	"$DEVPOKE_BIN" sim stop lab
}

# off NAME BIT - the last command failed because NAME's decode bit is off; its hint works
off() {
	assert_exit 4
	[[ ${stderr_lines[0]} == "devpoke: "*" decode of 'sim:lab/$1' is off: its BARs do not answer" ]] ||
		_assert_failed "decode of $1 is off"
	[[ ${stderr_lines[1]} == "hint: devpoke poke sim:lab/$1 cfg.COMMAND.$2=1" ]] ||
		_assert_failed "a hint"
	run_sh "${stderr_lines[1]#hint: } -q"
	assert_exit 0
}

@test "answers: memory decode off is said by peek, check, poll and dump, and the hint helps" {
	local verb
	for verb in 'peek sim:lab/edu0 ID' 'check sim:lab/edu0 ID==0' \
		'poll sim:lab/edu0 ID.MAGIC==0 --timeout 0' 'dump sim:lab/edu0' \
		'dump sim:lab/edu0 bar0+0..+8 -w 32' 'dump sim:lab/edu0 bar0+0..+8 --raw >/dev/null'; do
		run_dp poke sim:lab/edu0 cfg.COMMAND.MEM=0 -q
		assert_ok
		run_sh "devpoke $verb"
		off edu0 MEM
		run_dp peek sim:lab/edu0 ID -r
		assert_stdout 0x010000ed
	done
}

@test "answers: the port above a device is named when it does not let anything through" {
	run_dp poke sim:lab/dp-port1 cfg.COMMAND.MEM=0 -q
	assert_ok
	run_dp peek sim:lab/edu0 ID
	off dp-port1 MEM
	run_dp peek sim:lab/edu0 ID -r
	assert_stdout 0x010000ed
}

@test "answers: I/O decode is told apart from memory decode" {
	run_dp poke sim:lab/e10000 cfg.COMMAND.IO=0 -q
	assert_ok
	run_dp peek sim:lab/e10000 STATUS -r
	assert_stdout 0x80080783
	run_dp peek sim:lab/e10000 bar1+0
	off e10000 IO
	run_dp peek sim:lab/e10000 bar1+0 -r
	assert_stdout 0x00000000
}

@test "answers: configuration space answers whatever is off" {
	run_dp poke sim:lab/edu0 cfg.COMMAND=0 -q
	assert_ok
	run_dp peek sim:lab/edu0 cfg.COMMAND cfg.BIST -r
	assert_ok
	assert_stdout $'0x0000\n0x00'
}
