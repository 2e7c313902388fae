#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later

load ../lib/common

# shell files of all kinds, by name or by their first line
scripts() {
	find tests .ci -type f ! -name '*.bats' ! -name '*.[chS]' -exec \
		grep -lE -m 1 '^#!.*(sh|bash)$|shellcheck shell=' {} +
}

@test "style: C is formatted" {
	run make -s --no-print-directory format-check
	assert_exit 0
}

@test "style: shell passes shellcheck" {
	local -a files
	mapfile -t files < <(scripts)
	((${#files[@]} > 5))
	run shellcheck "${files[@]}"
	assert_exit 0
}

@test "style: tests pass shellcheck" {
	# stderr_lines comes from bats (SC2154)
	run shellcheck -S warning -e SC2154 tests/*/*.bats
	assert_exit 0
}

@test "style: man pages pass mandoc's lint" {
	run mandoc -T lint -W warning man/*
	assert_exit 0
	assert_no_stdout
}

@test "style: the shipped descriptions are clean" {
	run_dp desc lint devices/*.yaml
	assert_ok
}

@test "style: tests use no program that a fresh machine lacks" {
	# beside the listed packages there is what is essential, and git, make, gcc
	run grep -nE "(^|[|;&(!\"' \t])(xxd|hexdump|col|socat|netcat|ps|pgrep|pkill|killall|ip|lspci|setpci|perl) +[^ ]" \
		tests/run tests/demo tests/*/*.bats tests/*/*.bash tests/vm/{boot,init,agent,kernel}
	assert_exit 1
}
