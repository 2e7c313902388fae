#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --others shadow in a lab: what an earlier command wrote, remembered by the lab.
# shellcheck disable=SC2154 # status, output, stderr come from bats

load ../lib/common

@test "a lab remembers what was written last, per register and between commands" {
	run_dp sim start memory nvme edu
	assert_exit 0
	run_dp poke sim:nvme CC.IOSQES=6 --others shadow
	assert_exit 2
	assert_stderr_has "what was written last to 'CC' is not known here"
	run_dp poke sim:nvme CC=0x400000 AQA=0x1f001f
	assert_ok
	run_dp poke sim:nvme CC.IOSQES=6 --others shadow --trace
	assert_exit 0
	assert_stdout "CC: -> 0x00460000"
	refute_stderr_has '"op":"R"'

	# another device's registers are its own
	run_dp poke sim:edu 0x14:0=1 --others shadow
	assert_exit 2
	run_dp batch -t sim:edu -e LIVENESS=5 -e 'poke sim:nvme -t sim:nvme CC.IOSQES=6' -q
	run_dp poke sim:nvme AQA.ASQS=3 --others shadow
	assert_stdout "AQA: -> 0x001f0003"

	# a part written on its own makes the whole unknown
	run_dp poke sim:nvme 0x24/u16=7
	assert_exit 0
	run_dp poke sim:nvme AQA.ASQS=3 --others shadow
	assert_exit 2

	# what comes into the slot later wrote nothing yet
	run_dp sim unplug memory nvme0
	assert_exit 0
	run_dp sim plug memory nvme
	assert_exit 0
	run_dp poke sim:nvme CC.IOSQES=6 --others shadow
	assert_exit 2

	run_dp sim stop memory
	assert_exit 0
	[[ ! -e $DEVPOKE_RUNTIME/labs/memory ]]
}
