#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Sequences of a description: what is accessed, when they end, and what is said of it.
# shellcheck disable=SC2154,SC2016 # status... come from bats; $T is the table's word for the target

load ../lib/common
load ../lib/oracle

M=model:tests/golden/exact.yaml

# touched_nothing STATE - the model was not accessed
touched_nothing() {
	[[ ! -s $1.log ]] || _assert_failed "accessed: $(<"$1.log")"
}

@test "seq run: each kind of step is its accesses and no other" {
	expect_accesses <<-'END'
		seq run $T start               -> R14/32=a0000110 W14/32=a0000021 W38/16=a R14/32=a0000121 R38/16=a
		seq run $T start mode=slow lim=0x11 -> R14/32=a0000110 W14/32=a0000011 W38/16=22 R14/32=a0000111 R38/16=22
		seq run $T start 'lim=(2*3)'   -> R14/32=a0000110 W14/32=a0000021 W38/16=c R14/32=a0000121 R38/16=c
		seq run $T START --until set   -> R14/32=a0000110 W14/32=a0000021
		seq run $T start --until 2     -> R14/32=a0000110 W14/32=a0000021 W38/16=a
		seq run $T wait by=1           -> R14/32=a0000110 W14/32=a0000011 R14/32=a0000111 W38/16=1
		seq run $T limit               -> R0/64=100000003 R14/32=a0000110
		seq run $T limit --timeout 1s  -> R14/32=a0000110
		seq run $T others              -> W14/32=10000
		seq run $T others o=reset      -> W14/32=a0010010
		seq run $T others o=0xff       -> W14/32=100ff
		seq run $T shadow              -> W74/32=50 W74/32=51 W74/32=30
		seq run $T proved              -> W38/16=55 R38/16=55 W38/16=66 R8/32=77 R38/16=66
		seq run $T sometimes           -> R14/32=a0000110 R14/32=a0000110 W38/16=2
		seq run $T settle              -> Wc/32=1 R74/32=51
		seq run $T taken               -> R18/32=5 R18/32=0
		seq run $T far                 -> R14/32=a0000110 W14/32=a0000011 Wside+10/8=5 W2c/32=4030007 R2c/32=14030007 R104/32=c0
	END
}

@test "seq run: a step that fails is the last one" {
	expect_accesses <<-'END'
		!1 seq run $T wait by=0        -> R14/32=a0000110 W14/32=a0000011 R14/32=a0000111
		!1 seq run $T guard            -> R14/32=a0000110 W14/32=a0000011 R14/32=a0000111
		!1 seq run $T apart            -> R38/16=1234 R3a/8=9a
		!1 seq run $T false            -> W38/16=1 R38/16=1
	END
}

@test "seq run: what would be refused or is wrong is found before the first step, whichever it is" {
	expect_accesses <<-'END'
		!5 seq run $T ro               ->
		!5 seq run $T effect           ->
		!5 seq run $T number           ->
		!2 seq run $T irq              ->
		!2 seq run $T wait             ->
		!2 seq run $T wait by=0 t=5    ->
		!2 seq run $T wait by=2        ->
		!2 seq run $T wait by=no       ->
		!2 seq run $T wait by=0 by=1   ->
		!2 seq run $T wait by=         ->
		!2 seq run $T wait 0           ->
		!2 seq run $T wait =0          ->
		!2 seq run $T wait by=0 too=1  ->
		!2 seq run $T wait by=$x       ->
		!2 seq run $T start lim=slow   ->
		!2 seq run $T start lim=0x8000 ->
		!2 seq run $T start mode=fats  ->
		!2 seq run $T others o=same    ->
		!2 seq run $T nosuch           ->
		!2 seq run $T start --until x  ->
		!2 seq run $T limit --timeout 5 ->
		!2 seq run $T limit --timeout CTRL.LIM ->
		seq run $T number mode=slow    -> R14/32=a0000110 W14/32=a0000011 R14/32=a0000111 W14/32=a0000011
		seq run $T number --force=enum -> R14/32=a0000110 W14/32=a0000011 R14/32=a0000111 W14/32=a0000031
		seq run $T ro --until 1        -> R14/32=a0000110 W14/32=a0000011
	END
}

# messages: EXIT | on stderr | what hint | words behind "seq run M"
@test "seq run: an error names the step, the argument, the value, and what would be right" {
	local code want hint words n=0
	while IFS='|' read -r code want hint words; do
		run_sh "devpoke seq run $M $words"
		assert_exit $code
		assert_stderr_has "$want" "$hint"
		n=$((n + 1))
	done <<-'END'
		1|step 2 'clear': CTRL.EN==0 not met at one look, last value 0x1 (CTRL=0xa0000111)||wait by=0
		1|step 2 'clear': CTRL.EN==0 not met within 2 ms, last value 0x1 (CTRL=0xa0000111)||wait by=0 t=2ms
		1|step 2 'clear': CTRL.EN==0 given up, as CTRL.EN==1 holds; last value 0x1 (CTRL=0xa0000111)||guard
		1|step 1: HALF==1 given up, as BYTE==0x9a holds; last value 0x1234||apart
		1|step 2 'idle': HALF==2 is false, last value 0x0001||false
		5|step 2 'bad': 'FIXED' is read-only|--force=ro|ro
		5|step 2: a partial write must read 'COUNT'|--force=effect|effect
		5|step 2: no word of 'CTRL.MODE' is 0x3|its words are stop, slow, fast|number
		2|step 2 'event': it waits for an interrupt, which this version cannot||irq
		2|'wait' needs the argument 'by'|by=VALUE: what to wait for|wait
		2|'wait' has no argument 'too'|its arguments are t, by|wait by=0 too=1
		2|'limit' has no argument 'x'|it has none|limit x=1
		2|the argument 'by' is given twice||wait by=0 by=1
		2|the argument 'by' is given no value||wait by=
		2|'0' is no argument: NAME=VALUE|seq show|wait 0
		2|step 2 'clear': '$t': '5' is not a time with a unit|write 100us, 10ms|wait by=0 t=5
		2|step 2 'clear': '2' does not fit into 'CTRL.EN'||wait by=2
		2|step 2: '$lim' is no number to compute with||start lim=slow
		2|step 1 'set': 'CTRL.MODE' has no word 'fats'|'fast'|start mode=fats
		2|step 1: 'same' is not a number|zero, reset, shadow|others o=same
		2|'exact' has no sequence 'strat'|did you mean 'start'?|strat
		2|'start' has no step 'x'|its steps are set, 2, seen, pause, half|start --until x
	END
	((n == 22))
}

@test "seq run: --dry-run shows the plan of every step and touches nothing" {
	local state=$BATS_TEST_TMPDIR/state
	run_dp seq run "$M@$state" wait by=0 --dry-run
	assert_ok
	assert_stdout "$(printf '%s\n' "wait t=0 by=0" "1 set: write CTRL.EN=1" "  R CTRL" \
		'  W CTRL = (old & ~0x301) | 0x1' '2 clear: poll CTRL.EN==$by, at most $t, every 1us' \
		"  R CTRL" "3 last: write HALF=1" "  W HALF = 0x1")"
	touched_nothing "$state"
	run_dp seq run "$M@$state" limit --dry-run
	assert_stdout "$(printf '%s\n' limit "1: poll CTRL.EN==0, at most CAP.TO" "  R CAP  (timeout)" "  R CTRL")"
	run_dp seq run "$M@$state" sometimes --dry-run --until not_now
	assert_stdout "$(printf '%s\n' sometimes "1 not_now: write HALF=1, when CTRL.EN==1" "  R CTRL  (when)" \
		"  W HALF = 0x1")"
	# what an earlier step will have written is known
	run_dp seq run "$M@$state" shadow --dry-run
	assert_stdout_has "W KICK = 0x50" $'others shadow\n  W KICK = 0x51' $'others shadow\n  W KICK = 0x30'
	run_dp seq run "$M@$state" apart --dry-run --json
	assert_ok
	assert_json_is '.steps[0] | [.step, .op, .text] + [.plan[].text] | join(",")' "1,poll,HALF==1,R HALF,R BYTE"
	run_dp seq run "$M@$state" ro --dry-run
	assert_exit 5
	assert_no_stdout
	touched_nothing "$state"
	run_dp seq run desc:tests/golden/exact.yaml start --dry-run
	assert_ok
}

@test "seq run: --steps shows each step, its register, value and fields" {
	run_dp seq run "$M" start --steps
	assert_ok
	assert_stdout_like '^ 1 set write  CTRL = 0xa0000021  .*MODE=fast EN\+  \([0-9.]+ [mun]?s\)'
	assert_stdout_like $'\n 2 write  HALF = 0x000a  LO=0xa  \\('
	assert_stdout_like $'\n 4 pause delay  +\\('
	assert_stdout_like $'\nstart: 5 steps in [0-9.]+ [mun]?s$'
	run_dp seq run "$M" false --steps
	assert_exit 1
	assert_stdout_like ' 2 idle check  HALF = 0x0001  LO=0x1  \([^)]*\)  FAILED$'
	run_dp seq run "$M" sometimes --steps
	assert_stdout_like ' 1 not_now passed over  CTRL = '
	# without it, what was logged
	run_dp seq run "$M" start lim=3
	assert_ok
	assert_stdout_like $'^HALF = 0x0006  LO=0x6\nstart: 5 steps in [^\n]*$'
	run_dp seq run "$M" start -q
	assert_ok
	assert_no_stdout
	run_dp seq run "$M" start --until seen
	assert_stdout_like "^start: stopped after step 3 of 5, 'seen', in "
}

@test "seq run: JSON has every step, the one that failed with its last value" {
	run_dp seq run "$M" start --json
	assert_ok
	assert_json '.schema == 1 and .verb == "seq run" and .sequence == "start" and (has("error") | not)'
	assert_json_is '[.steps[] | [.step, .register, .value, .ok]]' \
		'[["set","CTRL","0xa0000021",true],["2","HALF","0x000a",true],["seen","CTRL","0xa0000121",true],["pause",null,null,true],["half","HALF","0x000a",true]]'
	assert_json '.steps[0].fields[] | select(.name == "MODE") | .bits == "6..4" and .text == "fast"'
	assert_json 'all(.steps[]; (.elapsed_us | type == "number") and (.fields | type == "array"))'
	run_dp seq run "$M" wait by=0 --json
	assert_exit 1
	assert_json '.error.code == "timeout" and .error.class == null'
	assert_json '.error.message | startswith("step 2 '\''clear'\'': CTRL.EN==0 not met")'
	assert_json_is '.steps[-1] | [.step, .register, .value, .ok]' '["clear","CTRL","0xa0000111",false]'
	# a negative answer is none
	run_dp seq run "$M" false --json
	assert_exit 1
	assert_json '(has("error") | not) and .steps[-1].ok == false and .steps[-1].value == "0x0001"'
	assert_stderr_has "step 2 'idle'"
	run_dp seq run "$M" guard --json
	assert_exit 1
	assert_json '(has("error") | not) and .steps[-1].ok == false'
	run_dp seq run "$M" ro --json
	assert_exit 5
	assert_json '.error.code == "refused" and .error.class == "ro" and (has("steps") | not)'
	run_dp seq run "$M" sometimes --json
	assert_json_is '[.steps[] | [.ok, .skipped]]' '[[true,"when"],[true,null]]'
}

@test "seq run: a signal ends it at a step that is named; the document is whole" {
	run_sh "timeout --foreground --preserve-status -s INT 0.3 \"\$DEVPOKE_BIN\" seq run $M wait by=0 t=60s --json"
	assert_exit 130
	assert_stderr_has "step 2 'clear': interrupted; step 1 is done and stays so"
	assert_json '.verb == "seq run" and .steps[-1].step == "clear" and .steps[-1].ok == false'
	run_sh "timeout --foreground --preserve-status -s TERM 0.3 \"\$DEVPOKE_BIN\" seq run $M wait by=0 t=60s"
	assert_exit 143
	assert_stderr_has "step 2 'clear': interrupted"
}

@test "seq list and show: offline, with arguments, defaults and what each step is for" {
	run_dp seq list tests/golden/exact.yaml
	assert_ok
	assert_stdout_has $'start [mode=fast] [lim=5]\n    5 steps: One step of each kind' $'wait [t=0] by=VALUE\n    3 steps'
	run_dp seq list "$M" --json
	assert_ok
	assert_json_is '.sequences[0] | [.name, (.args | map(.name + "=" + .default) | join(" ")), (.steps | length)]' \
		'["start","mode=fast lim=5",5]'
	assert_json '.sequences[1].args[1] | .name == "by" and .default == null'
	run_dp seq show tests/golden/exact.yaml start
	assert_ok
	assert_stdout_has "start: One step of each kind" "made for tests" "mode  fast          how fast" \
		'1 set    write CTRL.EN=1,MODE=$mode' '2        write HALF=($lim * 2)' "twice the limit"
	run_dp seq show tests/golden/exact.yaml guard --json
	assert_json_is '.sequences[0].steps[1] | [.step, .op, .text, .unless]' '["clear","poll","CTRL.EN==0","CTRL.EN==1"]'
	run_dp seq show tests/golden/exact.yaml nosuch
	assert_exit 2
	run_dp seq list tests/golden/ip.yaml
	assert_exit 0
	assert_no_stdout
	assert_stderr_has "'tests/golden/ip.yaml' has no sequences"
	run_dp seq run tests/golden/ip.yaml x
	assert_exit 2
}

@test "seq: those of a block go by its name, with its names" {
	local W=model:tests/golden/widget.yaml@$BATS_TEST_TMPDIR/state
	run_dp seq list tests/golden/widget.yaml
	assert_stdout_has $'uart0.loop\n    2 steps: What is sent comes back'
	run_dp seq run "$W" uart0.loop
	assert_ok
	run accesses_of "$BATS_TEST_TMPDIR/state.log"
	assert_stdout "state.log: R2010/8=0 W2010/8=10 R2010/8=10"
	# the example of the format
	run_dp seq run model:tests/golden/widget.yaml enable --json
	assert_ok
	assert_json_is '[.steps[] | [.step, .value]]' '[["start","0x00000011"],["2","0x00000121"],["3","0x00000021"]]'
	# of two descriptions each is a block
	run_dp seq list model:tests/golden/widget.yaml -d tests/golden/exact.yaml -d tests/golden/uart16550.yaml
	assert_ok
	assert_stdout_has "exact.guard" "uart16550.loop"
}

@test "seq in a batch: variables, --check, the line of an error, the device stays open" {
	run_dp batch -t "$M" -e 'let n = 0x21' -e 'seq run start lim=$n -q' -e 'HALF -r' -e 'seq run start lim=($n+1) -q' -e 'HALF -r'
	assert_ok
	assert_stdout $'0x0042\n0x0044'
	run_dp batch --check -t "$M@$BATS_TEST_TMPDIR/state" -e 'seq run start' -e 'seq run start mode=fats' -e 'seq run ro'
	assert_exit 2
	assert_stderr_has "2: step 1 'set': 'CTRL.MODE' has no word 'fats'"
	touched_nothing "$BATS_TEST_TMPDIR/state"
	run_dp batch -t "$M" --keep-going -e 'seq run false' -e 'seq run wait by=0 --json' -e 'seq show guard'
	assert_exit 1
	assert_stderr_has "1: step 2 'idle'" "2: step 2 'clear'"
	run_sh "devpoke batch -t $M -e 'seq run wait by=0 --json' 2>/dev/null | tail -1"
	assert_json '.line == 1 and .exit == 1 and .error.code == "timeout"'
}

@test "seq run: a full disk and a reader that left are told" {
	run_sh "devpoke seq run $M start > /dev/full"
	assert_exit 4
	assert_stderr_has "cannot write to standard output"
	run_sh "devpoke seq run $M start --steps > /dev/full"
	assert_exit 4
	run_sh "(sleep 0.3; devpoke seq run $M start --steps; echo \"= \$?\" >&2) | true"
	assert_stderr_has "= 4"
	run_sh "devpoke seq list $M > /dev/full"
	assert_exit 4
}

@test "seq of shipped descriptions: each can be planned, and is said where it comes from" {
	local desc name n=0
	for desc in edu nvme e1000 e1000e; do
		for name in $("$DEVPOKE_BIN" seq list $desc --json | jq -r '.sequences[].name'); do
			run_dp seq run "model:devices/$desc.yaml" "$name" asq=0 acq=0 --dry-run
			[[ $desc.$name == nvme.enable ]] || run_dp seq run "model:devices/$desc.yaml" "$name" --dry-run
			assert_ok
			run_dp seq show $desc "$name" --json
			assert_json '.sequences[0] | .doc != null and .ref != null'
			n=$((n + 1))
		done
	done
	((n == 7))
}
