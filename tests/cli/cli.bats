#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The contract of the command line itself: verbs, help, options, errors, exit codes.
# shellcheck disable=SC2154 # status, output, stderr come from bats

load ../lib/common

M=model:devices/nvme.yaml

# names of all verbs, sub-verbs as "sim start"
all_verbs() {
	"$DEVPOKE_BIN" help --json | jq -r '.verbs[].name'
}

@test "help: bare devpoke says what it is in twelve lines" {
	run_dp
	assert_ok
	[[ ${#lines[@]} -le 12 ]]
	[[ $(wc -l <<<"$output") == 12 ]]
	assert_stdout_has "devpoke sim start" "devpoke help"
}

@test "help: every verb answers -h with usage and an example, and says nothing on stderr" {
	local verb words
	while read -r verb; do
		read -ra words <<<"$verb"
		run_dp "${words[@]}" -h
		assert_ok
		assert_stdout_has "usage: devpoke $verb" "examples:" "--json"
	done < <(all_verbs)
	[[ $(all_verbs | wc -l) -ge 20 ]]
}

@test "help: -h of every verb is a JSON document with --json" {
	local verb words
	while read -r verb; do
		read -ra words <<<"$verb"
		run_dp "${words[@]}" -h --json
		assert_ok
		assert_json '.schema == 1 and (.help | contains("usage:"))'
	done < <(all_verbs)
}

@test "help: each topic that CLI.md names has a text" {
	local topic
	for topic in paths targets values json exit force; do
		run_dp help "$topic"
		assert_ok
		[[ ${#lines[@]} -ge 5 ]]
	done
}

@test "help: force lists every class with whether it can be overridden" {
	run_dp help force
	assert_ok
	local class
	for class in bound held mounted net group bmc siblings ram range effect ro reserved enum \
		lock data identity reset power; do
		assert_stdout_like "(^|
)  $class +yes"
	done
}

@test "help: hints name only verbs that exist" {
	local word verbs
	verbs=" $("$DEVPOKE_BIN" help --json | jq -r '.verbs[].name | split(" ")[0]' | sort -u | tr '\n' ' ')"
	while read -r word; do
		[[ $verbs == *" $word "* ]] || _assert_failed "no verb '$word', but a text names it"
	done < <({
		grep -rhoE "[\`']devpoke [a-z]+" cmd lib --include='*.c'
		grep -rhoE 'dp_err_hint\([^"]*"devpoke [a-z]+' cmd lib --include='*.c'
	} | sed 's/.*devpoke //' | sort -u)
}

@test "help: an unknown topic is exit 2 with the nearest one" {
	run_dp help forec
	assert_exit 2
	assert_stderr_has "no help on 'forec'" "'force'"
}

@test "main: the table of verbs is sorted" {
	run_sh 'devpoke help --json | jq -r ".verbs[].name | split(\" \")[0]" | LC_ALL=C sort -c'
	assert_ok
}

@test "main: an unknown verb is exit 2 with the nearest, and no prefix is taken for a verb" {
	run_dp pek
	assert_exit 2
	assert_stderr_has "devpoke: unknown verb 'pek'" "hint: did you mean 'peek'"
	run_dp ver
	assert_exit 2
}

@test "main: version is the header's" {
	run_dp version
	assert_ok
	assert_stdout "devpoke $(sed -n 's/^#define DP_VERSION "\(.*\)"/\1/p' lib/devpoke.h)"
}

@test "options: they stand anywhere, before the verb and between operands" {
	run_dp -r peek "$M" CC
	assert_ok
	assert_stdout 0x00000000
	run_dp peek -r "$M" CC
	assert_stdout 0x00000000
	run_dp peek "$M" CC -r
	assert_stdout 0x00000000
	run_dp peek CC -t "$M" -r
	assert_stdout 0x00000000
	run_dp peek CC --target="$M" -fdec
	assert_stdout 0
}

@test "options: an unknown one is exit 2 with the nearest" {
	run_dp peek "$M" CC --jsn
	assert_exit 2
	assert_stderr_has "unknown option '--jsn'" "'--json'"
}

@test "options: one that the verb has not is exit 2" {
	run_dp peek "$M" CC --verify
	assert_exit 2
	assert_stderr_has "'peek' has no option '--verify'"
	run_dp list -w 8
	assert_exit 2
}

@test "options: -- ends them, and a word of - and a digit is never one" {
	run_dp peek "$M" -- -r
	assert_exit 2
	refute_stderr_has "unknown option"
	run_dp decode nvme CC -1
	assert_exit 2
	refute_stderr_has "option"
}

@test "options: --force alone, with an unknown class or with a blank is exit 2" {
	run_dp poke "$M" CC=1 --force
	assert_exit 2
	assert_stderr_has "--force=CLASS" "help force"
	run_dp poke "$M" CC=1 --force=all
	assert_exit 2
	assert_stderr_has "'all' is no class" "bound held"
	run_dp poke "$M" --force effect CC=1
	assert_exit 2
}

@test "options: an argument that is missing or given twice is exit 2" {
	run_dp peek "$M" CC -f
	assert_exit 2
	assert_stderr_has "needs hex|dec|bin|text|sh"
	run_dp peek "$M" CC -f hex -f dec
	assert_exit 2
	run_dp peek "$M" CC -f octal
	assert_exit 2
	run_dp peek "$M" CC --json=1
	assert_exit 2
}

@test "operands: too few and too many are exit 2 and name the verb's" {
	run_dp peek
	assert_exit 2
	assert_stderr_has "'peek' needs a target"
	run_dp peek "$M"
	assert_exit 2
	assert_stderr_has "'peek' needs PATH..."
	run_dp version 1
	assert_exit 2
	assert_stderr_has "'1' is too much"
	run_dp sim
	assert_exit 2
	assert_stderr_has "start"
	run_dp sim strat
	assert_exit 2
}

@test "target: a dot is -t, else DEVPOKE_TARGET, else exit 2; the environment changes no grammar" {
	run_dp peek . CC -r
	assert_exit 2
	assert_stderr_has "no target is in force"
	DEVPOKE_TARGET=$M run_dp peek . CC -r
	assert_ok
	assert_stdout 0x00000000
	DEVPOKE_TARGET=$M run_dp peek CC
	assert_exit 2
	DEVPOKE_TARGET=$M run_dp peek -t . CC -r
	assert_ok
}

@test "target: an absent one is exit 3 with a hint" {
	local target
	for target in nosuch 0000:ff:1f.7 sim:nosuch/nvme vfio:0000:ff:1f.7 ffff:ffff; do
		run_dp peek "$target" CC
		assert_exit 3
		assert_stderr_has "devpoke: " "hint: "
	done
}

@test "errors: one line with the program's name, one with a hint, stdout empty" {
	run_dp peek "$M" CX
	assert_exit 2
	assert_no_stdout
	[[ ${#stderr_lines[@]} == 2 ]]
	[[ ${stderr_lines[0]} == "devpoke: "*"'CX'"* && ${stderr_lines[1]} == "hint: "* ]]
}

@test "errors: colour only when asked for, as stderr is no terminal" {
	run_dp peek "$M" CX
	refute_stderr_has $'\033'
	run_dp peek "$M" CX --color=always
	assert_stderr_has $'\033'
	run_dp peek "$M" CX --color=pink
	assert_exit 2
}

@test "operands: all of them are checked before the first access" {
	run_dp poke "$M" CC.EN=1 CC.NOPE=1 --trace
	assert_exit 2
	refute_stderr_has '"op"'
	run_dp peek "$M" CC CSTS VS NOPE --trace
	assert_exit 2
	refute_stderr_has '"op"'
	run_dp poll "$M" CSTS.RDY==0 CSTS.NOPE==1 --trace
	assert_exit 2
	refute_stderr_has '"op"'
}

@test "sim: a model where the lab's name stands is refused with the right words" {
	run_dp sim start nvme
	assert_exit 2
	assert_stderr_has "hint: devpoke sim start lab nvme"
	run_dp sim start nvme,serial=x
	assert_exit 2
	run_dp sim run nvme
	assert_exit 2
	assert_stderr_has "-- and a command"
}
