#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The shipped descriptions, seen by readers and tools that are not ours.

load ../lib/common
load ../lib/oracle

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

# config_of OFFSET=WORD... - a file of 4096 bytes of configuration space with these 32-bit words
config_of() {
	python3 - "$BATS_TEST_TMPDIR/cfg" "$@" <<-'END'
		import sys
		space = bytearray(4096)
		for word in sys.argv[2:]:
		    at, value = (int(n, 0) for n in word.split("="))
		    space[at:at + 4] = value.to_bytes(4, "little")
		open(sys.argv[1], "wb").write(space)
	END
	T=dump:$BATS_TEST_TMPDIR/cfg@cfg
}

@test "capabilities whose size they say themselves: as many registers as there are, and no more" {
	# resizable BAR with two pairs; ACS with 33 peers; DPC of a root port with seven words of log
	config_of 0=0x11e81234 4=0x100000 0x34=0 0x100=0x14010015 0x104=0x1f0 0x108=0x0841 0x10c=0x30 0x110=0x0102 \
		0x140=0x1801000d 0x144=0x0020217f 0x148=1 0x14c=2 \
		0x180=0x2001001d 0x184=0x00090720 0x18c=0x10200 0x1b4=7 0x1b8=8 \
		0x200=0x22010018 0x204=0x0c7f0c7f 0x220=0x0001001e 0x224=0x00280a1f 0x228=0x40010a05 0x22c=0x29
	run_dp dump "$T" cfg --json
	assert_ok
	assert_json_is '[.registers[] | .path | select(test("REBAR_C|EGRESS_CTL|PREFIX_LOG|IMPSPEC"))] | join(" ")' \
		"cfg.REBAR_CAP.0 cfg.REBAR_CTRL.0 cfg.REBAR_CAP.1 cfg.REBAR_CTRL.1 cfg.ACS.EGRESS_CTL_V.0 \
cfg.ACS.EGRESS_CTL_V.1 cfg.DPC.RP_PIO_IMPSPEC_LOG cfg.DPC.RP_PIO_TLPPREFIX_LOG.0 cfg.DPC.RP_PIO_TLPPREFIX_LOG.1"
	run_dp peek "$T" cfg.REBAR_CTRL.1.BAR_SIZE cfg.REBAR_CTRL.0.BAR_IDX cfg.DPC.RP_PIO_STATUS.IO_CA \
		cfg.DPC.RP_PIO_STATUS.MEM_UR cfg.LTR.MAX_SNOOP_LAT.VALUE cfg.L1SS.CTL2.T_PWR_ON_VALUE -r
	assert_ok
	assert_stdout "$(printf '%s\n' 0x01 0x1 0x1 0x1 0x07f 0x05)"
	run_dp peek "$T" cfg.LTR.MAX_SNOOP_LAT.SCALE cfg.L1SS.CTL1.LTR_L12_TH_SCALE cfg.L1SS.CTL2.T_PWR_ON_SCALE cfg.DPC.CTL.TRIGGER_EN -f text
	assert_stdout_has ns32768 ns1024 us10 fatal
	run_dp peek "$T" cfg.REBAR_CTRL.2
	assert_exit 2
}

@test "capabilities that are not there: their arrays have no element, and that stops nobody" {
	config_of 0=0x11e81234
	run_dp dump "$T" cfg --json
	assert_ok
	assert_json '[.registers[].path | select(test("REBAR|SRIOV|ACS"))] == []'
	run_dp peek "$T" cfg.REBAR_CTRL.0
	assert_exit 2
	assert_stderr_has "has no 'cfg.rebar_head': no such capability"
}

@test "blocks of a capability that is not there, as many as it would say: none" {
	config_of 0=0x11e81234
	printf '%s\n' 'schema: 1' 'device: {name: some}' 'spaces: {all: {pci_config: true}, cap: {pci_ecap: 0x15, size: 64}}' \
		'types: {t: {registers: {X: {offset: 0}}}}' 'registers: {ID: {space: all, offset: 0, sw: ro}, NUM: {space: cap, offset: 8, sw: ro, const: true}}' \
		'blocks: {B: {use: t, at: cap+12, array: {count: NUM, stride: 4}}}' >"$BATS_TEST_TMPDIR/some.yaml"
	run_dp dump "$T" -d "$BATS_TEST_TMPDIR/some.yaml" --json
	assert_ok
	assert_json_is '[.registers[].path] | join(" ")' ID
	config_of 0=0x11e81234 0x100=0x00010015 0x108=2
	run_dp dump "$T" -d "$BATS_TEST_TMPDIR/some.yaml" --json
	assert_ok
	assert_json_is '[.registers[].path] | join(" ")' "ID NUM B.0.X B.1.X"
}

@test "cmos: no poke changes the time, by name, by index or with what is forced" {
	local m=model:$DP_ROOT/devices/cmos.yaml@$BATS_TEST_TMPDIR/rtc words
	run_dp peek "$m" REG_A.RS REG_D.VRT RAM.3 -r
	assert_ok
	assert_stdout "$(printf '%s\n' 0x6 0x1 0x00)"
	run jq -r '"\(.op)\(.offset)=\(.value)"' "$BATS_TEST_TMPDIR/rtc.log"
	assert_stdout "$(printf '%s\n' W0x0=0x0a R0x1=0x26 W0x0=0x0d R0x1=0x80 W0x0=0x11 R0x1=0x00)"
	for words in SECONDS=1 SECONDS_ALARM=1 HOURS=0 YEAR=1 REG_A=0 REG_B.SET=1 RAM.3=1 rtc+0/u8=1 rtc+0x40/u8=1 DATA=1; do
		run_dp poke "$m" "$words"
		[[ $status == [25] ]] || _assert_failed "expected a refusal"
	done
	for words in SECONDS=1 REG_B.SET=1 RAM.3=1 rtc+0/u8=1; do
		run_dp poke "$m" "$words" --force=ro,range,effect
		assert_exit 2
		assert_stderr_has "its space has no 'start' for writes"
	done
	[[ $(jq -r .op "$BATS_TEST_TMPDIR/rtc.log" | xargs) == "W R W R W R" ]]
	# a bulk reader would write the index, and clear the causes of an interrupt
	run_dp dump "$m"
	assert_ok
	[[ $(jq -r .op "$BATS_TEST_TMPDIR/rtc.log" | xargs) == "W R W R W R" ]]
}

# ids NAME - the peripheral and PrimeCell id of an ARM PrimeCell, as its bus driver would put them together
ids() {
	run_sh "devpoke dump 'model:devices/$1.yaml' --json | jq -r '[.registers[] | select(.path | test(\"ID[0-3]\$\")) |
		[(if .path | test(\"PCell\") then \"cell\" else \"periph\" end), (.path[-1:] | tonumber), .int]] |
		group_by(.[0])[] | map(.[2] * pow(256; .[1])) | add'"
	assert_ok
}

@test "pl031, pl061: the ids by which the kernel's drivers find them" {
	# drivers/rtc/rtc-pl031.c and drivers/gpio/gpio-pl061.c of Linux: 0x00041031 and 0x00041061 in the lower 20 bits
	ids pl031
	assert_stdout "$(printf '%d\n' 0xb105f00d 0x00041031)"
	ids pl061
	assert_stdout "$(printf '%d\n' 0xb105f00d 0x00041061)"
}

@test "pl031: a match raises an interrupt that is masked, seen and cleared; a restore does not set the clock" {
	local m=model:$DP_ROOT/devices/pl031.yaml@$BATS_TEST_TMPDIR/rtc
	run_dp poke "$m" RTCMR=100 RTCIMSC.RTCINTR=1 RTCCR.START=1 RTCICR.RTCINTR=1 -q
	assert_ok
	run accesses_of "$BATS_TEST_TMPDIR/rtc.log"
	assert_stdout "rtc.log: W4/32=64 R10/32=0 W10/32=1 Rc/32=0 Wc/32=1 W1c/32=1"
	run_dp poke "$m" RTCRIS=1
	assert_exit 5
	run_dp snap "$m" -o "$BATS_TEST_TMPDIR/rtc.snap" -q
	run_dp poke "$m" RTCLR=0x5f000000 RTCMR=200 -q
	run_dp restore "$m" "$BATS_TEST_TMPDIR/rtc.snap"
	assert_ok
	assert_stdout_has "RTCMR: 0x000000c8 -> 0x00000064" "RTCLR"
	run_dp check "$m" RTCLR==0x5f000000
	assert_ok
}

@test "pl061: a pin is set through its mask with one write and no read" {
	local m=model:$DP_ROOT/devices/pl061.yaml@$BATS_TEST_TMPDIR/gpio
	run_dp poke "$m" GPIODATA.8=8 GPIODATA.255=0x81 GPIOIC=0xff -q
	assert_ok
	run accesses_of "$BATS_TEST_TMPDIR/gpio.log"
	assert_stdout "gpio.log: W20/32=8 W3fc/32=81 W41c/32=ff"
	run_dp poke "$m" GPIODATA.256=1
	assert_exit 2
	assert_stderr_has "beyond the end of the array, GPIODATA.255"
	run_dp dump "$m" GPIODIR..GPIOAFSEL
	assert_ok
	[[ ${#lines[@]} == 9 ]]
}
