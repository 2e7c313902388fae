#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The shipped descriptions say what QEMU's devices are after reset, and their sequences do what they say.
# shellcheck disable=SC2154 # status, output, stderr come from bats

load ../lib/common
load ../lib/oracle

setup_file() {
	lab_setup_file fresh ahci,id=ahci
}

setup() {
	lab_setup
}

# no test may change the devices of the lab `fresh`: what has to be driven is in the lab `work`
teardown() {
	"$DEVPOKE_BIN" sim stop work >/dev/null 2>&1 || true
}

teardown_file() {
	dp_teardown
}

# ------------------------------------------------------------- reset values

# described FILE - PATH VALUE of each register that can be read and has a `reset`
described() {
	"$DEVPOKE_BIN" desc show "$1" --json | jq -r '.items[] | select(.reset and .sw != "wo") | "\(.path) \(.reset)"'
}

# shown FILE TARGET - PATH VALUE of each register of a device, all elements of an array under one name
shown() {
	"$DEVPOKE_BIN" dump "$2" -d "$1" --force=effect --json |
		jq -r '.registers[] | select(.value) | "\(.path | gsub("\\.[0-9]+"; "[*]")) \(.value)"' | sort -u
}

# differences DESCRIBED SHOWN - PATH VALUE of what is other than described; PATH absent of what was not there
differences() {
	awk 'NR == FNR { want[$1] = $2; next }
		$1 in want { seen[$1] = 1; if ($2 != want[$1]) print $1, $2 }
		END { for (path in want) if (!seen[path]) print path, "absent" }' "$1" "$2" | sort
}

# explained FILE PATH - does what the file says about a register, or the comment above it, speak of QEMU?
explained() {
	awk -v name="${2##*.}" '
		{ indent = match($0, /[^ ]/) - 1 }
		inside && indent <= depth && !/^ *#/ { inside = 0 }
		$1 == name ":" { inside = 1; depth = indent; $0 = above $0 }
		inside && /QEMU/ { found = 1 }
		/^ *#/ { above = above $0; next }
		{ above = "" }
		END { exit !found }' "$1"
}

# expect_resets FILE TARGET N - stdin: PATH VALUE REASON of each register that QEMU shows otherwise than the file
# says; all others, N at least, are as the file says
expect_resets() {
	local dir=$BATS_TEST_TMPDIR path value reason bad=0
	described "$1" >"$dir/described"
	shown "$1" "$2" >"$dir/shown"
	(($(wc -l <"$dir/described") >= $3)) || { echo "few registers:"; cat "$dir/described"; return 1; }
	: >"$dir/known"
	while read -r path value reason; do
		[[ -n $reason ]] || { echo "$path: no reason"; bad=1; }
		explained "$1" "${path%%[*}" || { echo "$1 does not say why QEMU's $path is $value"; bad=1; }
		echo "$path $value" >>"$dir/known"
	done
	differences "$dir/described" "$dir/shown" | diff <(sort "$dir/known") - || bad=1
	((!bad))
}

# expect_mistake_seen FILE TARGET - with its last reset value changed by one bit the comparison tells one difference
# more than before
expect_mistake_seen() {
	local dir=$BATS_TEST_TMPDIR wrong=$BATS_TEST_TMPDIR/wrong/${1##*/} n
	mkdir -p "${wrong%/*}"
	python3 - "$1" "$wrong" <<-'END'
		import re, sys
		text = open(sys.argv[1]).read()
		last = list(re.finditer(r"\breset: (0x[0-9a-f]+|[0-9]+)", text))[-1]
		value = int(last[1], 0) ^ 1
		open(sys.argv[2], "w").write(text[:last.start(1)] + hex(value) + text[last.end(1):])
	END
	described "$1" >"$dir/described"
	described "$wrong" >"$dir/wrongly"
	shown "$1" "$2" >"$dir/shown"
	n=$(differences "$dir/described" "$dir/shown" | wc -l)
	run differences "$dir/wrongly" "$dir/shown"
	((${#lines[@]} == n + 1)) || { printf 'expected %d differences:\n%s\n' $((n + 1)) "$output"; return 1; }
}

@test "reset values: what is compared, and that a mistake is seen" {
	printf '%s\n' 'A 0x1' 'R[*].B 0x2' 'GONE 0x0' >"$BATS_TEST_TMPDIR/want"
	printf '%s\n' 'A 0x1' 'R[*].B 0x2' 'R[*].B 0x3' 'OTHER 0x9' >"$BATS_TEST_TMPDIR/have"
	run differences "$BATS_TEST_TMPDIR/want" "$BATS_TEST_TMPDIR/have"
	assert_stdout "$(printf '%s\n' 'GONE absent' 'R[*].B 0x3')"
	printf '%s\n' '  # of QEMU' '  A: {offset: 0}' '  B:' '    doc: QEMU has none' '  C: {offset: 1}' >"$BATS_TEST_TMPDIR/f"
	explained "$BATS_TEST_TMPDIR/f" A
	explained "$BATS_TEST_TMPDIR/f" R.B
	run ! explained "$BATS_TEST_TMPDIR/f" C
	run ! explained "$BATS_TEST_TMPDIR/f" D
}

@test "ahci: reset values are QEMU's" {
	expect_resets devices/ahci.yaml sim:fresh/ahci 23 <<-'END'
		CCC_CTL absent no coalescing
		CCC_PORTS absent no coalescing
	END
	expect_mistake_seen devices/ahci.yaml sim:fresh/ahci
}

# ---------------------------------------------------------------- behaviour

@test "ahci: the description is found by class, ports are as many as are implemented, and reset is a sequence" {
	run_dp sim start work ahci,id=ahci
	assert_exit 0
	run_dp dump sim:work/ahci --json
	assert_ok
	assert_json '[.registers[] | select(.path | test("^P[.][0-9]+[.]CLB$"))] | length == 6'
	run_dp poke sim:work/ahci P.2.CLB=0x12345400 P.5.IE=0xfdc000ff GHC.IE=1
	assert_ok
	run_dp check sim:work/ahci P.2.CLB.CLB==0x12345400 P.5.IE==0xfdc000ff P.4.IE==0
	assert_ok
	run_dp seq run sim:work/ahci reset
	assert_exit 0
	run_dp check sim:work/ahci P.5.IE==0 GHC.IE==0 GHC.AE==1
	assert_ok
}
