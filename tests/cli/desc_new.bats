#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# desc new: what it writes is a description without a problem, and nothing is written over.
# shellcheck disable=SC2154 # status, output, stderr come from bats

load ../lib/common

@test "desc new: a description that lints clean and is usable at once" {
	cd "$BATS_TEST_TMPDIR"
	run_dp desc new my-card -o my-card.yaml
	assert_ok
	assert_no_stdout
	run_dp desc lint my-card.yaml
	assert_ok
	run_dp poke model:./my-card.yaml CTRL.MODE=fast,EN=1
	assert_ok
	assert_stdout "CTRL: 0x00000010 -> 0x00000021"
	run_dp desc new my-card
	assert_ok
	[[ $output == "$(<my-card.yaml)" ]]
}

@test "desc new: a file that is there stays, and one of another name is refused" {
	cd "$BATS_TEST_TMPDIR"
	echo mine >card.yaml
	run_dp desc new card -o card.yaml
	assert_exit 2
	assert_stderr "devpoke: 'card.yaml' is there, and is not written over"
	[[ $(<card.yaml) == mine ]]
	run_dp desc new card -o ./sub/other.yaml
	assert_exit 2
	assert_stderr_has "hint: -o ./sub/card.yaml"
	run_dp desc new card -o nowhere/card.yaml
	assert_exit 3
	local name
	for name in '' 'a b' 'ä' a/b a.yaml "$(printf 'x%.0s' {1..64})"; do
		run_dp desc new "$name"
		assert_exit 2
	done
	run_dp desc new card /nonexistent.yaml
	[[ $status != 0 ]]
	run_sh 'devpoke desc new card >/dev/full'
	assert_exit 4
}
