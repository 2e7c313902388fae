#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# doctor on simulated devices: each thing that can be in the way there, and its hint, followed.
# shellcheck disable=SC2154 # status, output, stderr come from bats

load ../lib/common
load ../lib/oracle

setup_file() {
	lab_setup_file lab nvme e1000e edu
}

setup() {
	lab_setup
}

teardown() {
	:
}

teardown_file() {
	DEVPOKE_RUNTIME=$BATS_FILE_TMPDIR/run "$DEVPOKE_BIN" sim stop lab
}

# follow CHECK EVIDENCE - it is the only one that failed; after its hint none does
follow() {
	run_dp doctor "$target" --json
	assert_exit 1
	assert_json_is '[.checks[] | select(.state == "fail") | .id] | join(" ")' "$1"
	[[ $(jq -r '.checks[] | select(.state == "fail").evidence' <<<"$output") == *"$2"* ]] ||
		_assert_failed "expected: $2"
	# shellcheck disable=SC2046 # its words
	run_dp $(jq -r '.checks[] | select(.state == "fail").hint' <<<"$output" | cut -d' ' -f2-)
	assert_exit 0
	run_dp doctor "$target"
	assert_ok
}

@test "doctor: devices of a lab are in good order; what only a kernel has is unknown" {
	local name
	for name in nvme0 e1000e0 edu0; do
		run_dp doctor sim:lab/$name --json
		assert_exit 0
		assert_json '[.checks[] | select(.state != "unknown") | .id] == ["presence", "link", "power", "decode", "bars"]'
		assert_json '[.checks[] | select(.state == "unknown") | .evidence] | unique == ["a simulated machine: no kernel stands between it and us"]'
	done
	run_dp doctor sim:lab/nvme0 --json
	assert_json '.checks[] | select(.id == "link") | .evidence | test("^x[0-9]+ at [0-9.]+ GT/s")'
}

@test "doctor: decode of the function off" {
	target=sim:lab/nvme0
	run_dp poke $target cfg.COMMAND.MEM=0
	follow decode "memory decode of 'sim:lab/nvme0' is off"
	run_dp peek $target VS -r
	assert_ok
}

@test "doctor: decode of the port above it off" {
	local port
	target=sim:lab/nvme0
	for port in $("$DEVPOKE_BIN" list --json | jq -r '.targets[].target | select(startswith("sim:lab/dp-port"))'); do
		run_dp poke "$port" cfg.COMMAND.MEM=0
		assert_exit 0
		run_dp doctor $target
		((status == 0)) || break
		"$DEVPOKE_BIN" poke "$port" cfg.COMMAND.MEM=1 >/dev/null
	done
	follow decode "memory decode of '$port' is off"
}

@test "doctor: the function asleep" {
	target=sim:lab/e1000e0
	run_dp poke $target cfg.PM.PMCSR.STATE=D3hot
	assert_exit 0
	follow power "it sleeps in D3hot"
}

@test "doctor: a BAR without address" {
	target=sim:lab/e1000e0
	run_dp poke $target cfg.BAR.0=0
	assert_exit 0
	follow bars "'bar0', 0x20000 bytes, has no address"
	run_dp peek $target STATUS -r
	assert_ok
}

@test "doctor: a device that is not there, a lab that ended: exit 3 or 4, no checks" {
	run_dp doctor sim:lab/edu7 --json
	assert_exit 3
	assert_json '.error.code == "absent"'
	run_dp doctor sim:nolab/edu0
	[[ $status == 3 || $status == 4 ]]
	assert_no_stdout
}

@test "doctor: configuration space is all that is touched, and nothing is written" {
	run_dp doctor sim:lab/nvme0 --trace="$BATS_TEST_TMPDIR/trace"
	assert_exit 0
	run jq -rs '[.[] | "\(.op)\(.space)"] | unique | join(" ")' "$BATS_TEST_TMPDIR/trace"
	assert_stdout "Rcfg"
}
