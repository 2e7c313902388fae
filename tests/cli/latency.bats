#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# peek --time (CLI.md section 4): each access and, over several, least, mean and most per operand.
# shellcheck disable=SC2154 # status, output, stderr come from bats

load ../lib/common

M=model:tests/golden/exact.yaml

@test "time: each line has its access, of several there is a line per operand" {
	run_dp peek $M BYTE HALF --count 3 --time
	assert_exit 0
	[[ $(grep -cE '^BYTE = 0x9a  \([0-9.]+ (ns|us|ms|s)\)$' <<<"$output") == 3 ]] || _assert_failed "expected 3 timed lines"
	assert_stdout_like $'\nBYTE: 3 reads, min [0-9.]+ [a-z]+, avg [0-9.]+ [a-z]+, max [0-9.]+ [a-z]+\nHALF: 3 reads, '
	run_dp peek $M BYTE --time
	refute_stdout_has "reads"
}

@test "time: JSON has count, least, mean and most of each operand, in order" {
	run_dp peek $M CTRL.EN BYTE CTRL.EN --count 5 --time --json
	assert_ok
	assert_json '[.latency[].path] == ["CTRL.EN", "BYTE", "CTRL.EN"] and ([.latency[].count] == [5, 5, 5])'
	assert_json '[.latency[] | .min_ns > 0 and .min_ns <= .avg_ns and .avg_ns <= .max_ns] | all'
	# what stands there comes from the accesses that are listed
	assert_json '[.registers[] | select(.path == "BYTE") | .ns] as $ns | .latency[1] | .min_ns == ($ns | min) and .max_ns == ($ns | max) and .avg_ns == (($ns | add) / 5 | floor)'
	assert_json '.clock_ns >= 0'
	run_dp peek $M BYTE --json
	assert_json 'has("latency") or has("clock_ns") | not'
}

@test "time: with -r standard output has values only, the sum goes to standard error" {
	run_dp peek $M BYTE -r --count 2 --time
	assert_exit 0
	[[ $(grep -cE '^0x9a  \(' <<<"$output") == 2 && ${#lines[@]} == 2 ]] || _assert_failed "expected two values"
	assert_stderr_like 'note: BYTE: 2 reads, min '
	run_dp peek $M BYTE -r --count 2 --time -q
	assert_no_stderr
}

@test "time: what is not read has no time" {
	run_dp peek $M 'CA*' --count 2 --time --json
	assert_json '[.latency[].path] == ["CAP"]'
}

@test "time: a batch times the lines that ask for it" {
	run_dp batch -t $M -e 'peek BYTE --time' -e BYTE
	assert_exit 0
	[[ ${lines[0]} == *ns\) || ${lines[0]} == *s\) ]] || _assert_failed "expected a time"
	[[ ${lines[-1]} == "BYTE = 0x9a" ]] || _assert_failed "expected no time"
}
