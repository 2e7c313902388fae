#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/run on a small tree of its own whose tests pass, fail, crash, hang.

load ../lib/common

# a tree with the real runner, and a Makefile with nothing to build
setup() {
	dp_setup
	tree=$BATS_TEST_TMPDIR/tree
	units=$tree/build/tests/unit
	mkdir -p "$tree"/tests/{cli,vm} "$units" "$tree/build/san/tests/unit"
	cp tests/run "$tree/tests/run"
	cat >"$tree/Makefile" <<-'MAKE'
		.PHONY: all unit-bins unit-san-bins build/san/devpoke
		all unit-bins unit-san-bins build/san/devpoke: ;
		list-unit: ; @ls build/tests/unit
	MAKE
}

# unit NAME - a unit test program; its shell text is on stdin
unit() {
	{ echo '#!/bin/sh' && cat; } >"$units/$1"
	chmod +x "$units/$1"
}

# a bats of its own must not see this one
run_tests() {
	run --separate-stderr env -i PATH=/usr/local/bin:/usr/bin:/bin HOME="$HOME" DEVPOKE_TEST_DEADLINE=2 \
		"$tree/tests/run" "$@"
	_ran="tests/run $*"
}

@test "runner: each test of a program counts, and the counts stand alone in the last line" {
	unit one <<<'echo 1..3; echo ok 1 - a; echo ok 2 - b; echo "not ok 3 # SKIP c"'
	unit two <<<'echo 1..1; echo ok 1 - a'
	run_tests unit
	assert_exit 0
	[[ ${lines[-1]} == "3 passed, 0 failed, 1 skipped" ]]
}

@test "runner: a failing test is shown, a passing one is not" {
	unit one <<<'echo 1..2; echo ok 1 - fine; echo not ok 2 - sad; echo "# 1 != 2"; exit 1'
	run_tests unit
	assert_exit 1
	assert_stdout_has "not ok 2 - sad" "# 1 != 2"
	refute_stdout_has fine
	[[ ${lines[-1]} == "1 passed, 1 failed, 0 skipped" ]]
}

@test "runner: tests that a crash left out count as failed" {
	unit one <<<'echo 1..3; echo ok 1 - a; kill -SEGV $$'
	run_tests unit
	assert_exit 1
	[[ ${lines[-1]} == "1 passed, 2 failed, 0 skipped" ]]
}

@test "runner: a program that hangs is killed and its tests count as failed" {
	unit one <<<'echo 1..3; echo ok 1 - a; sleep 1000'
	run_tests unit
	assert_exit 1
	assert_stdout_has "did not end in 2 s, killed"
	[[ ${lines[-1]} == "1 passed, 2 failed, 0 skipped" ]]
}

@test "runner: passing tests do not excuse a bad exit status or a sanitizer's report" {
	unit one <<<'echo 1..1; echo ok 1 - a; exit 86'
	unit two <<<'echo 1..1; echo ok 1 - a; echo leak >build/tests/log/san.1'
	run_tests unit
	assert_exit 1
	assert_stdout_has "status 86" "a sanitizer reported" "leak"
	[[ ${lines[-1]} == "2 passed, 2 failed, 0 skipped" ]]
}

@test "runner: a program without tests is a failure, and so is a run without any" {
	run_tests vm
	assert_exit 1
	assert_stdout_has "no test ran"
	[[ ${lines[-1]} == "0 passed, 0 failed, 0 skipped" ]]
	unit one <<<'exit 0'
	run_tests unit
	assert_exit 1
	[[ ${lines[-1]} == "0 passed, 1 failed, 0 skipped" ]]
}

@test "runner: what does not build is a failure" {
	unit one <<<'echo 1..1; echo ok 1 - a'
	printf 'all: ; @echo broken source; false\n' >>"$tree/Makefile"
	sed -i 's/^all unit-bins/unit-bins/' "$tree/Makefile"
	run_tests unit cli
	assert_exit 1
	assert_stdout_has "make all: FAILED" "broken source"
	[[ ${lines[-1]} == "1 passed, 1 failed, 0 skipped" ]]
}

@test "runner: bats files run plain and sanitized, and the program is told" {
	sed 's/^TEST/@test/' >"$tree/tests/cli/a.bats" <<-'BATS'
		TEST "plain" { [[ -z ${DEVPOKE_BIN-} ]] || skip "sanitized: ${DEVPOKE_BIN##*build/}"; }
		TEST "stdin is empty" { run cat; [[ -z $output ]]; }
	BATS
	run_tests cli
	assert_exit 0
	assert_stdout_has "skipped: sanitized: san/devpoke"
	[[ ${lines[-1]} == "3 passed, 0 failed, 1 skipped" ]]
}

@test "runner: a name runs only the files of that name" {
	unit one <<<'echo 1..1; echo ok 1 - a'
	unit two <<<'echo 1..1; echo not ok 1 - a; exit 1'
	run_tests unit one
	assert_exit 0
	[[ ${lines[-1]} == "1 passed, 0 failed, 0 skipped" ]]
}

@test "runner: a process that a test left running is a failure, and is ended" {
	unit one <<<'echo 1..1; echo ok 1 - a; setsid sleep 987654 >/dev/null 2>&1 &'
	run_tests unit
	assert_exit 1
	assert_stdout_has "processes left running" "left running: sleep 987654"
	[[ ${lines[-1]} == "1 passed, 1 failed, 0 skipped" ]]
	run ! grep -lzxF 987654 /proc/[0-9]*/cmdline
}
