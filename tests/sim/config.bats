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
