#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The sequences that come with devpoke, on QEMU's devices.
# shellcheck disable=SC2154,SC2016 # status... come from bats; quoted text is for the inner shell

load ../lib/common
load ../lib/oracle

setup_file() {
	lab_setup_file seq nvme e1000 e1000e edu
	qemu_trace seq nvme edu-mmio
}

setup() {
	lab_setup
}

teardown() {
	:
}

teardown_file() {
	dp_teardown
}

ENABLE="seq run sim:seq/nvme0 enable asq=0x100000 acq=0x101000"

@test "edu: factorial computes, as the device does, and takes its argument" {
	run_dp seq run sim:seq/edu0 factorial n=5
	assert_ok
	assert_stdout_like $'^FACTORIAL = 0x00000078\nfactorial: 4 steps in '
	run_dp seq run sim:seq/edu0 factorial --json
	assert_json_is '.steps[-1] | [.step, .register, .int, .ok]' '["result","FACTORIAL",3628800,true]'
	run_dp seq run sim:seq/edu0 factorial n=0x100000000
	assert_exit 2
	assert_stderr_has "step 2 'start': '0x100000000' does not fit into 'FACTORIAL'"
	run_dp seq run sim:seq/edu0 factorial n=5 --until start
	assert_ok
	run_dp poll sim:seq/edu0 STATUS.COMPUTING==0
	run_dp peek sim:seq/edu0 FACTORIAL -r
	assert_stdout 0x00000078
}

@test "edu: what QEMU sees is what --dry-run has shown" {
	run_dp seq run sim:seq/edu0 factorial n=3 --dry-run
	assert_ok
	assert_stdout "$(printf '%s\n' "factorial n=3 t=1s" '1 idle: poll STATUS.COMPUTING==0, at most $t' "  R STATUS" \
		'2 start: write FACTORIAL=$n' "  W FACTORIAL = 0x3")"$'\n'"$(printf '%s\n' \
		'3 done: poll STATUS.COMPUTING==0, at most $t' "  R STATUS" "4 result: log FACTORIAL" "  R FACTORIAL")"
	expect_qemu seq edu0 edu-mmio <<-'END'
		seq run $T factorial n=3 --dry-run          ->
		seq run $T factorial n=3 --until idle       -> R20/32=0
		seq run $T factorial n=3 --until start      -> R20/32=0 W8/32=3
	END
}

@test "nvme: enable and disable bring the controller up and down, and up again" {
	local i
	for i in 1 2; do
		run_dp $ENABLE sqsize=16 --steps
		assert_ok
		assert_stdout_has "ready poll  CSTS = 0x00000001" "ACQS=32 entries ASQS=16 entries"
		run_dp peek sim:seq/nvme0 CC AQA ASQ ACQ CSTS.RDY -r
		assert_stdout "$(printf '%s\n' 0x00460001 0x001f000f 0x0000000000100000 0x0000000000101000 0x1)"
		run_dp seq run sim:seq/nvme0 disable --json
		assert_ok
		assert_json_is '[.steps[].step] | join(" ")' "settle stop stopped"
		assert_json_is '[.steps[] | .skipped] | unique | tostring' '[null]'
		run_dp check sim:seq/nvme0 CC.EN==0 CSTS.RDY==0
		assert_exit 0
	done
	# of a controller that is off nothing has to settle
	run_dp seq run sim:seq/nvme0 disable --json
	assert_json_is '.steps[0].skipped' when
}

@test "nvme: the wrong order runs out, at the step and with the value that tell" {
	run_dp $ENABLE
	assert_ok
	run_dp $ENABLE --timeout 5ms --json
	assert_exit 1
	assert_json '.error.code == "timeout" and (.steps | length == 1) and .steps[0].ok == false'
	assert_stderr_has "step 1 'stopped': CSTS.RDY==0 not met within 5 ms, last value 0x1 (CSTS=0x00000001)"
	run_dp seq run sim:seq/nvme0 disable
	assert_ok
	# QEMU refuses a queue that is no page's: CFS instead of RDY
	run_dp $ENABLE mps=M128
	assert_exit 1
	assert_stderr_has "step 7 'ready': CSTS.RDY==1 given up, as CSTS.CFS==1 holds; last value 0x0 (CSTS=0x00000002)"
	run_dp seq run sim:seq/nvme0 disable --steps
	assert_exit 1
	assert_stderr_has "step 1 'settle': CSTS.RDY==1 given up, as CSTS.CFS==1 holds"
	run_dp poke sim:seq/nvme0 CC.EN=0
	assert_ok
	run_dp $ENABLE
	assert_ok
	run_dp seq run sim:seq/nvme0 disable
	assert_ok
}

@test "nvme: --until leaves the controller configured and stopped" {
	run_dp $ENABLE --until configure
	assert_ok
	run_dp peek sim:seq/nvme0 CC CSTS -r
	assert_stdout $'0x00460000\n0x00000000'
	run_dp $ENABLE --until nowhere
	assert_exit 2
	run_dp seq run sim:seq/nvme0 enable asq=0x100800 acq=0x101000
	assert_exit 2
	assert_stderr_has "step 3 'asq': '0x100800' is no address"
}

@test "e1000, e1000e: reset puts registers back, takes what is pending, waits as long as the manual says" {
	local nic
	for nic in e10000 e1000e0; do
		run_dp poke sim:seq/$nic RCTL=0x8002 IMS=0x84 ICS=0x4
		assert_ok
		run_dp seq run sim:seq/$nic reset --trace="$BATS_TEST_TMPDIR/trace" --json
		assert_exit 0
		assert_stderr_has "reading 'ICR' clears it"
		assert_json 'all(.steps[]; .ok)'
		run_dp peek sim:seq/$nic RCTL.EN IMS ICR -r
		assert_stdout_has "0x0"$'\n'"0x00000000"
		# after each write of CTRL nothing touches the device for a time
		run jq -rs --argjson ms "$([[ $nic == e1000e0 ]] && echo 25 || echo 5)" '
			[range(1; length) as $i | select(.[$i - 1].op == "W" and .[$i - 1].path == "CTRL")
			 | .[$i].t_us - .[$i - 1].t_us] | length >= 1 and all(. >= $ms * 1000)' "$BATS_TEST_TMPDIR/trace"
		assert_stdout true
	done
}

@test "e1000, e1000e: in loopback a frame that is sent comes back" {
	local nic
	for nic in e10000 e1000e0; do
		run_dp seq run sim:seq/$nic reset
		assert_exit 0
		run_dp seq run sim:seq/$nic loopback --json
		assert_ok
		assert_json_is '.steps[] | select(.step == "up") | .ok' true
		loop_one_frame sim:seq/$nic
	done
}

# loop_one_frame T - descriptors in the lab's RAM: 60 bytes to everybody go out and come back.
# QEMU's e1000 drops what comes in the first second after RCTL, so that it is sent again.
loop_one_frame() {
	local i words=()
	for i in 0 1 2 3 4 5 6 7; do
		words+=("mem+$((0x200000 + 16 * i))/u64=0x210000" "mem+$((0x200008 + 16 * i))/u64=0x0b00003c"
			"mem+$((0x220000 + 16 * i))/u64=$((0x230000 + 2048 * i))" "mem+$((0x220008 + 16 * i))/u64=0")
	done
	run_dp batch -t "$1" -q -e 'cfg.COMMAND.BME=1' -e "poke ${words[*]}" \
		-e 'poke mem+0x210000/u64=0x5452ffffffffffff mem+0x210008/u64=0xb588563412000000' \
		-e 'poke mem+0x230000/u64=0 RDBAL=0x220000 RDBAH=0 RDLEN=128 RDH=0 RDT=7' \
		-e 'poke TDBAL=0x200000 TDBAH=0 TDLEN=128 TDH=0 TDT=0 RCTL=0x8002 TCTL.EN=1'
	assert_exit 0
	for i in 1 2 3 4 5 6 7; do
		run_dp batch -t "$1" -q -e "TDT=$i" -e 'poll mem+0x220008/u64!=0 --timeout 1s'
		((status)) || break
	done
	assert_exit 0
	run_dp peek "$1" mem+0x230000/u64 mem+0x230008/u64 -r
	assert_stdout $'0x5452ffffffffffff\n0xb588563412000000'
}

# ------------------------------------------------------------ gone in the middle

# vanish, appear - the port of lab hot's only device stops to pass accesses on, and does so again
vanish() {
	hmp hot 'o /w 0xcf8 0x80000818' 'o /w 0xcfc 0' 'o /w 0xcf8 0x80000804' 'o /w 0xcfc 0' >/dev/null
}

appear() {
	hmp hot 'o /w 0xcf8 0x80000818' 'o /w 0xcfc 0x10100' 'o /w 0xcf8 0x80000804' 'o /w 0xcfc 7' >/dev/null
}

# seq_until COMMAND... - sequence $seq in the background; when its first step is shown COMMAND
# runs; then its status, output and stderr are set as by run_dp
seq_until() {
	local dir=$BATS_TEST_TMPDIR job
	cat >"$dir/slow.yaml" <<-'END'
		schema: 1
		device: {name: slow}
		spaces: {main: {bar: 0, size: 0x100000}}
		registers: {ID: {offset: 0, sw: ro}, LIVE: {offset: 4}}
		sequences:
		  wait: {steps: [{name: first, write: LIVE=1}, {name: never, poll: ID==0, timeout: 1h}, {write: LIVE=2}]}
		  pause: {steps: [{name: first, write: LIVE=1}, {delay: 3s}, {name: after, check: ID==0}, {write: LIVE=2}]}
	END
	"$DEVPOKE_BIN" sim start hot edu >/dev/null
	: >"$dir/out"
	timeout --foreground 60 "$DEVPOKE_BIN" seq run sim:hot/edu0 -d "$dir/slow.yaml" "$seq" --steps \
		>"$dir/out" 2>"$dir/err" &
	job=$!
	until [[ -s $dir/out ]]; do sleep 0.01; done
	"$@"
	status=0
	wait $job || status=$?
	# shellcheck disable=SC2034 # for assert_*
	output=$(<"$dir/out") stderr=$(<"$dir/err") _ran="seq run $seq"
}

@test "a device that vanishes in a poll or a pause: exit 4, the step is named, nothing is done after" {
	local seq
	for seq in wait pause; do
		seq_until vanish
		assert_exit 4
		assert_stderr_like "^devpoke: step [23] '(never|after)': "
		assert_stdout_like $'^ 1 first write  LIVE = 0x00000001  [^\n]*\n.* [23] (never poll|after check)  [^\n]*FAILED$'
		appear
		run_dp peek sim:hot/edu0 LIVENESS -r
		assert_stdout 0xfffffffe
		run_dp sim stop hot
		assert_ok
	done
}

@test "a lab that is killed in the middle: exit 4, the step is named" {
	local seq
	for seq in wait pause; do
		seq_until eval 'kill -9 "$(qemu_pid hot)"'
		assert_exit 4
		assert_stderr_like "^devpoke: step [23] '(never|after)': "
		run_dp sim stop hot
		assert_ok
	done
}
