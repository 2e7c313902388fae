#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The shipped descriptions, seen by readers and tools that are not ours.

load ../lib/common

setup() {
	dp_setup
}

@test "a YAML 1.1 reader takes every scalar of the shipped descriptions as a YAML 1.2 reader does" {
	run -0 tests/devices/scalars.py devices/*.yaml
	[ "$output" = "" ]
}

@test "the comparison of YAML readers sees base 60, octal, separators and words for true" {
	printf '%s\n' 'a: 7:4' 'b: 010' 'c: 1_0' 'd: on' 'e: "on"' 'f: 7..4' 'g: 0x10' >"$BATS_TEST_TMPDIR/trap.yaml"
	run -1 tests/devices/scalars.py "$BATS_TEST_TMPDIR/trap.yaml"
	[ "${#lines[@]}" -eq 4 ]
	[[ ${lines[0]} == *":1:4: 7:4" && ${lines[3]} == *":4:4: on" ]]
}

@test "a line of a shipped description fits a terminal of 140 columns" {
	run -1 grep -nE '^.{141}' devices/*.yaml
}

@test "devpoke-devices(5) names every key that a description may have" {
	local page key keys
	page=$(mandoc -Tascii man/devpoke-devices.5 | sed 's/.\x08//g')
	keys=$(sed -n 's/^\tX(\([a-z0-9_]*\), *[A-Z].*/\1/p' lib/desc/keys.h)
	[ "$(wc -l <<<"$keys")" -gt 50 ]
	for key in $keys; do
		grep -qw -e "$key" <<<"$page" || _assert_failed "no key '$key' in the page"
	done
}
