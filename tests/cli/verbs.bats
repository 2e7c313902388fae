#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the verbs say, and how: one sentence of CLI.md each.
# shellcheck disable=SC2154 # status, output, stderr come from bats

load ../lib/common

setup() {
	dp_setup
	F=$BATS_TEST_TMPDIR/part.yaml
	M=model:$F
	cat >"$F" <<'END'
schema: 1
device: {name: part, title: Part, ref: "none"}
spaces: {main: {kind: registers, size: 0x100}}
registers:
  CAP: {offset: 0x00, sw: ro, const: true, reset: 0x2, fields: {NUM: 7..0, TO: {bits: 15..8, unit: ms, scale: 500}, BIG: 16}}
  CTRL: {offset: 0x04, reset: 0x10, fields: {EN: 0, MODE: {bits: 6..4, enum: {0: stop, 1: slow, 2: fast}}}}
  LEVEL: {offset: 0x08, fields: {COUNT: {bits: 7..0, unit: entries}, WAIT: {bits: 15..8, unit: ms}}}
  C1: {offset: 0x0c, sw: ro, on_read: clear}
  C2: {offset: 0x10, sw: ro, on_read: clear}
  C3: {offset: 0x14, sw: ro, on_read: clear}
  EXT: {offset: 0x18, when: CAP.BIG == 1}
  EXT2: {offset: 0x1c, when: CAP.BIG == 1}
  DB: {offset: 0x20, sw: wo, kind: doorbell, array: {count: CAP.NUM, stride: 4 << CAP.NUM}}
  LAST: {offset: 0x80}
END
}

# ------------------------------------------------------- what is left alone

@test "registers in a row that are left alone for one reason are one line, -v names each" {
	run_dp dump "$M"
	assert_ok
	assert_stdout_has "C1..C3            (not read: clears on read; --force=effect)  3 registers"
	refute_stdout_has "C2 "
	run_dp dump "$M" -v
	assert_stdout_has "C2                (not read: clears on read; --force=effect)"
}

@test "a dump is in the order of offsets, also of those that only the device can tell" {
	run_dp dump "$M"
	assert_ok
	[[ ${lines[*]} == *"DB.0..DB.1"*"LAST"* ]]
	refute_stdout_has "main+?"
	[[ $(cut -c1-11 <<<"$output" | grep '^main' | sort) == $(cut -c1-11 <<<"$output" | grep '^main') ]]
}

@test "a glob over registers that are not on this device reads the others and counts those" {
	run_dp peek "$M" '**'
	assert_ok
	assert_stdout_has "LAST = " "2 described registers are not on this device; -v names them"
	run_dp peek "$M" 'EXT*' --json
	assert_ok
	[[ $(jq -c '[.registers[].skipped]' <<<"$output") == '["absent","absent"]' ]]
	run_dp peek "$M" EXT
	assert_exit 2
	assert_stderr_has "'EXT' is not on this device: 'CAP.BIG == 1' is false"
}

@test "a line of a dump says 5 entries, 7ms, and nothing of zeros" {
	run_dp dump "$M" LEVEL
	assert_ok
	[[ $output == "main+0x0008   LEVEL             0x00000000" ]]
	run_dp poke "$M@$BATS_TEST_TMPDIR/state" LEVEL.COUNT=5,WAIT=7
	run_dp dump "$M@$BATS_TEST_TMPDIR/state" LEVEL
	assert_stdout_has "WAIT=7ms COUNT=5 entries"
}

# ----------------------------------------------------------------- refusals

@test "a refused number is named, and the words that the field has" {
	run_dp poke "$M" CTRL.MODE=5
	assert_exit 5
	assert_stderr_has "no word of 'CTRL.MODE' is 0x5" "hint: its words are stop, slow, fast; --force=enum"
	run_dp poke "$M" CTRL:12=1
	assert_exit 5
	assert_stderr_has "'CTRL:12' names bits without a field: 0x1000 of 'CTRL'"
}

@test "an offset that turns out to be a register is refused what its name would be" {
	cat >"$F" <<-'END'
		schema: 1
		device: {name: late, title: Late, ref: "none"}
		spaces: {main: {kind: registers, size: 0x100}}
		registers:
		  CAP: {offset: 0x00, sw: ro, const: true, reset: 0x1, fields: {NUM: 7..0}}
		  R: {offset: 0x10 + (4 << CAP.NUM), sw: ro}
		  E: {offset: 0x20 + (4 << CAP.NUM), enum: {0: a, 1: b}}
		  F: {offset: 0x30 + (4 << CAP.NUM), fields: {X: 3..0}}
	END
	run_dp poke "$M" 0x18=1
	assert_exit 5
	assert_stderr_has "'R' is read-only"
	run_dp poke "$M" 0x28=5
	assert_exit 5
	assert_stderr_has "is 0x5" "its words are a, b"
	run_dp poke "$M" 0x38:8=1
	assert_exit 5
	run_dp poke "$M" 0x28=5 --dry-run
	assert_exit 0
	assert_stderr "devpoke: note: whether 'main+0x28' is a described register is known once the device is open"
}

@test "an unknown field gets the list of those there are" {
	run_dp peek "$M" CTRL.XYZZY
	assert_exit 2
	assert_stderr_has "hint: its fields are MODE, EN"
	run_dp peek "$M" CTRL.MODX
	assert_stderr_has "hint: did you mean 'MODE'?"
	run_dp peek "$M" CTRL:32
	assert_stderr_has "'CTRL' has no bit 32; it has 32 bits" "hint: its highest is 'CTRL:31'"
}

# --------------------------------------------------------------- conditions

@test "blanks may stand around the operator of a quoted condition, as in the help" {
	run_dp check "$M" 'CTRL.MODE == slow' 'CAP.NUM >= 2'
	assert_ok
	run_dp check "$M" CTRL.MODE = slow
	assert_exit 2
	assert_stderr_has "'CTRL.MODE=slow' is not a condition" "hint: equal is '=='"
}

@test "check and poll show words, and what was wanted" {
	run_dp check "$M" CTRL.MODE==slow CTRL.EN==1
	assert_exit 1
	assert_stdout $'CTRL.MODE = 0x1  slow  yes\nCTRL.EN = 0x0  no, wanted == 0x1'
	run_dp poll "$M" CTRL.EN==1 --unless CTRL.MODE==slow
	assert_exit 1
	assert_stdout "CTRL.MODE = 0x1  slow  ended by --unless"
	run_dp poll "$M" -q CTRL.EN==1 --unless CTRL.MODE==slow
	assert_exit 1
	assert_stdout ""
}

@test "decode of standard input names the line that is no number" {
	run_sh "printf '1\\n\\n0x\\n' | devpoke decode $M CTRL - -r"
	assert_exit 2
	assert_stdout 0x00000001
	assert_stderr_has "line 3: '0x' is not a number"
}

@test "find: the nearest name first, words of enums too, and it says when there is nothing" {
	run_dp find nvme CC
	assert_ok
	[[ ${lines[0]} == "CC "* ]]
	run_dp find nvme abrupt
	assert_ok
	[[ ${lines[0]} == "CC.SHN "* ]]
	run_dp find nvme zzzz
	assert_exit 1
	assert_stderr "devpoke: note: nothing in nvme is named or described by 'zzzz'"
	run_dp find nvme bus master
	assert_exit 2
	assert_stderr_has "hint: a text with blanks is quoted: 'bus master'"
}

@test "explain: an array once, a whole space, what scales, when it exists" {
	run_dp explain "$M" DB
	assert_ok
	assert_stdout $'DB.0  main+0x20  32 bits  wo, doorbell'
	run_dp explain "$M" CTRL CAP.TO EXT
	assert_ok
	assert_stdout_has "6..4    MODE  0 stop, 1 slow, 2 fast" "in ms: raw * 500" "only when CAP.BIG == 1"
	run_dp explain "$M" main
	assert_ok
	assert_stdout_has "LAST  main+0x80  32 bits  rw"
	run_dp explain nvme SQTDBL CC
	assert_ok
	assert_stdout_has "15..14  SHN     shutdown"
}

@test "explain: an offset inside a register, one that the device decides, one that nobody knows" {
	run_dp explain "$M" 0x6
	assert_ok
	assert_stdout $'main+0x6  no register begins here\n  byte 2 of CTRL, its bits 23..16'
	run_dp explain nvme 0x1004
	assert_ok
	assert_stdout_has "perhaps CQHDBL: only the device can tell"
	run_dp explain "$M" 0x90
	assert_stdout_has "nothing is described there"
	run_dp explain "$M" 0x100
	assert_exit 2
}

@test "decode --bits draws the cells of each field with its name" {
	run_dp decode "$M" CTRL 0x21 --bits
	assert_ok
	assert_stdout_has "  | 0  0  0  0  0  0  0  0  0| 0  1  0| 0  0  0| 1|
  |                          |MODE    |        |EN|"
}

# -------------------------------------------------------------- descriptions

@test "the first -d takes the place of a model's own description" {
	run_dp peek "$M" -d edu ID -r
	assert_ok
	[[ $output == 0x00000002 ]]
	run_dp peek "$M" -d edu CTRL
	assert_exit 2
	run_dp peek "$M" -d "$F" -d x=edu part.CTRL.MODE x.ID -f text
	assert_ok
	[[ $output == slow$'\n'* ]]
}

@test "desc list: what cannot be loaded is named with its first problem, the others stand beside it" {
	local dir=$XDG_CONFIG_HOME/devpoke/devices
	mkdir -p "$dir"
	printf 'schema: 1\ndevice: {name: broken}\nregisters: {A: {offset: 0, widht: 8}}\n' >"$dir/broken.yaml"
	run_dp desc list
	assert_ok
	assert_stdout_has "broken            cannot be loaded: $dir/broken.yaml:3:28: unknown key 'widht'" \
		"edu               QEMU educational device"
	run_dp desc list --json
	assert_ok
	[[ $(jq -r '.descriptions[] | select(.problem) | .name' <<<"$output") == broken ]]
}
