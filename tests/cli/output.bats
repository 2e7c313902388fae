#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Output: JSON documents, forms for scripts, broken and full standard outputs.
# shellcheck disable=SC2154 # status, output, stderr come from bats

load ../lib/common

M=model:devices/nvme.yaml

@test "json: every document starts with schema, verb, target" {
	local words
	for words in "version" "list" "help" "desc list" "find nvme doorbell" "explain nvme CC" \
		"decode nvme CC 1" "peek $M CC" "poke $M CC=1" "toggle $M CC.EN" \
		"poll $M CSTS.RDY==0" "check $M CSTS.RDY==0" "dump $M" "info $M" "sim list" \
		"desc show nvme" "desc lint devices/nvme.yaml"; do
		# shellcheck disable=SC2086
		run_dp $words --json
		assert_ok
		assert_json_is 'keys_unsorted[0:3] | join(" ")' "schema verb target"
		assert_json '.schema == 1'
		[[ $(wc -l <<<"$output") == 1 ]]
	done
}

@test "json: an error is part of the document, whatever failed" {
	local words
	for words in "pek" "peek" "peek $M" "peek $M CX" "peek nosuch CC" "peek $M CC --force" \
		"poke $M CC=zz" "poll $M CSTS.RDY" "decode nvme CC 0x1ffffffff" "desc show nosuch" \
		"desc lint /nosuch" "batch /nosuch" "sim stop nosuch" "help nosuch" "sim" \
		"peek $M CC --jso"; do
		# shellcheck disable=SC2086
		run_dp $words --json
		[[ $status != 0 ]]
		assert_json '.schema == 1 and (.error.code | length > 0) and (.error.message | length > 0)
			and (.error | has("class") and has("hint"))'
		assert_stderr_has "devpoke: "
	done
}

@test "json: bytes that are no UTF-8 in a message do not break the document" {
	run_dp peek "$M" $'C\xff\xc3' --json
	assert_exit 2
	assert_json '.error.code'
	iconv -f UTF-8 -t UTF-8 <<<"$output" >/dev/null
}

@test "json: a register has path, space, offset, width, value, int and its fields" {
	run_dp poke "$M" CC=0x460001 --json
	assert_json '.writes[0] | .path == "CC" and .old == null and .written == "0x00460001"
		and .readback == null and (.protected | type == "array")'
	run_dp decode nvme CC 0x460001 --json
	assert_json '.registers[0] | .path == "CC" and .space == "main" and .offset == "0x14"
		and .width == 32 and .value == "0x00460001" and .int == 4587521'
	assert_json '.registers[0].fields[] | select(.name == "IOSQES")
		| .bits == "19..16" and .value == "0x6" and .int == 6'
	assert_json '.registers[0].fields[] | select(.name == "SHN") | .text == "none"'
}

@test "json: values of 2^53 and more have no int" {
	run_dp decode nvme CAP 0x004018200f0107ff --json
	assert_json '.registers[0] | .value == "0x004018200f0107ff" and (has("int") | not)'
	run_dp decode nvme CAP 0x001fffffffffffff --json
	assert_json '.registers[0].int == 9007199254740991'
}

@test "json: a scaled field has scaled and unit" {
	run_dp decode nvme CAP.TO 0x0f000000 --json
	assert_json '.registers[0] | .register == "CAP" and .scaled == 7500 and .unit == "ms"'
}

@test "json: poll and check say what was wanted and what was seen" {
	run_dp poll "$M" CSTS.RDY==1 --timeout 0 --json
	assert_exit 1
	assert_json '.met == false and .unless == false and .reads == 1
		and (.conditions[0] | .path == "CSTS.RDY" and .op == "==" and .want == "0x1"
			and .value == "0x0" and .met == false) and .error.code == "timeout"'
	run_dp check "$M" CSTS.RDY==1 --json
	assert_exit 1
	assert_json '.met == false and (has("error") | not)'
}

@test "json: what a dump leaves alone is null and says why" {
	run_dp dump "$M" --json
	assert_ok
	assert_json '[.registers[] | select(.path == "SQTDBL.0")][0]
		| .value == null and .skipped == "doorbell"'
	run_dp dump "$M" -w 32 --json
	assert_json '.words[] | select(.offset == "0x18") | .value == null and .skipped == "hole"'
}

@test "peek: the forms for scripts are the bare value" {
	run_dp peek "$M" CC CC.IOSQES CAP -r
	assert_ok
	assert_stdout $'0x00000000\n0x0\n0x0000000000000000'
	run_dp peek "$M" CC -f dec
	assert_stdout 0
	run_dp peek "$M" CC.IOSQES -f bin
	assert_stdout 0b0000
	run_dp peek "$M" CC.SHN -f text
	assert_stdout none
}

@test "peek: -f sh can be evaluated" {
	run_sh "eval \"\$(devpoke peek $M CSTS CC.EN -f sh)\"; echo \$CSTS \$CSTS_RDY \$CC_EN"
	assert_ok
	assert_stdout "0x00000000 0x0 0x0"
}

@test "poke: old and written are shown, -v says what was protected" {
	run_dp poke "$M" CC=0x460001 CC.EN=0
	assert_ok
	assert_stdout $'CC: -> 0x00460001\nCC: 0x00460001 -> 0x00460000'
	run_dp poke "$M" CC.EN=1 -q
	assert_ok
	assert_no_stdout
}

@test "poke: --dry-run prints the plan and touches nothing" {
	run_dp poke "$M" CC.EN=1 --dry-run --trace
	assert_ok
	assert_stdout $'R CC\nW CC = (old & ~0x1) | 0x1'
}

@test "poll: a timeout names the register, its last value and the time" {
	run_dp poll "$M" CSTS.RDY==1 --timeout 2ms
	assert_exit 1
	assert_stderr "devpoke: CSTS.RDY still 0 after 2 ms (last CSTS=0x00000000)"
}

@test "poll: --unless ends at once with exit 1, in one word or three" {
	run_dp poll "$M" CSTS.RDY==1 --unless CSTS.CFS==0 --timeout 10s
	assert_exit 1
	assert_stdout_has "CSTS.CFS = 0x0" "--unless"
	run_dp poll "$M" CSTS.RDY eq 1 --unless CSTS.CFS eq 0 --timeout 10s
	assert_exit 1
	run_dp poll "$M" CSTS.RDY==1 --unless CSTS.CFS
	assert_exit 2
	assert_stderr_has "shell may have eaten it"
}

@test "poll: --timeout takes a field with a unit of time, no other" {
	run_dp poll "$M" CSTS.RDY==1 --timeout CAP.TO
	assert_exit 1
	run_dp poll "$M" CSTS.RDY==1 --timeout CAP.MQES
	assert_exit 2
	assert_stderr_has "no unit of time"
	run_dp poll "$M" CSTS.RDY==1 --timeout 5
	assert_exit 2
}

@test "stdout: a full disk is exit 4" {
	run_sh 'devpoke version >/dev/full'
	assert_exit 4
	assert_stderr_has "cannot write to standard output: No space left on device"
	run_sh "devpoke poke $M CC=1 >/dev/full"
	assert_exit 4
}

@test "stdout: closed is exit 4, and its descriptor does not become that of a file" {
	run_sh 'devpoke version >&-'
	assert_exit 4
	run_sh "devpoke peek $M CC >&- 2>/dev/null"
	assert_exit 4
}

@test "stdout: a reader that leaves ends a reading verb quietly with 0" {
	run_sh 'set -o pipefail; { devpoke explain nvme CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC CC; echo "= $?" >&2; } | true'
	assert_stderr "= 0"
}

@test "stdout: a writing verb says when its answer got lost" {
	run_sh "{ sleep 0.1; devpoke poke $M CC=1; echo \"= \$?\" >&2; } | true"
	assert_stderr_has "= 4" "Broken pipe"
}

@test "stdin: closed descriptors do not matter" {
	run_sh "devpoke peek $M CC -r <&-"
	assert_ok
	assert_stdout 0x00000000
}

@test "decode: values come from standard input with -" {
	run_sh "printf '0x1\n\n0x2\n' | devpoke decode nvme CC.EN - -r"
	assert_ok
	assert_stdout $'0x1\n0x0'
}

@test "decode: --bits draws each row of sixteen with walls between fields" {
	run_dp decode nvme CC 0x460001 --bits
	assert_ok
	assert_stdout_has " 31 30 29" " 15 14 13" "| 0  1  0  0| 0  1  1  0|"
}

@test "signals: a wait ends with 128 + n, and says nothing" {
	run_sh "timeout --foreground --preserve-status -s INT 0.3 \"\$DEVPOKE_BIN\" poll $M CSTS.RDY==1 --timeout 60s"
	assert_exit 130
	assert_no_stderr
	run_sh "timeout --foreground --preserve-status -s TERM 0.3 \"\$DEVPOKE_BIN\" poll $M CSTS.RDY==1 --timeout 60s"
	assert_exit 143
	run_sh "echo 'sleep 60s' | timeout --foreground --preserve-status -s TERM 0.3 \"\$DEVPOKE_BIN\" batch"
	assert_exit 143
}

@test "signals: a batch that waits for input ends too" {
	run_sh "sleep 5 | timeout --foreground --preserve-status -s TERM 0.3 \"\$DEVPOKE_BIN\" batch & wait \$!"
	assert_exit 143
}

@test "a trace that cannot be written is told when the command is done, exit 4" {
	run_dp peek model:devices/edu.yaml ID -r --trace=/dev/full
	assert_exit 4
	assert_stdout 0x010000ed
	assert_stderr "devpoke: cannot write the trace '/dev/full': No space left on device"
	run_dp peek model:devices/edu.yaml NOPE --trace=/dev/full
	assert_exit 2
}
