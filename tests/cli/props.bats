#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Random descriptions and command lines against an independent reference (props.py, which see).
# `python3 tests/cli/props.py build/devpoke FOLDER SEED 1000 50` looks further.
# shellcheck disable=SC2154 # status, output come from bats

load ../lib/common

@test "properties: what is named changes as its attribute says, all else stays, one access each" {
	run timeout 280 python3 tests/cli/props.py "$DEVPOKE_BIN" "$BATS_TEST_TMPDIR" check 40 25
	printf '%s\n' "$output"
	[[ $status == 0 && $output == *"40 descriptions x 25 commands, 0 failed" ]]
}
