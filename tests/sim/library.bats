#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The shipped descriptions say what QEMU's devices are after reset, and their sequences do what they say.
# shellcheck disable=SC2154 # status, output, stderr come from bats

load ../lib/common
load ../lib/oracle

setup_file() {
	lab_setup_file fresh ahci,id=ahci qemu-xhci,id=xhci pci-serial,id=serial i6300esb,id=esb pci-testdev,id=testdev
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
	# as texts: 64 bits are more than a number of awk holds
	awk 'NR == FNR { want[$1] = "" $2; next }
		$1 in want { seen[$1] = 1; if ("" $2 != want[$1]) print $1, $2 }
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

# expect_mistakes_seen FILE TARGET - were one bit of each reset value wrong the comparison would name all of them
expect_mistakes_seen() {
	local dir=$BATS_TEST_TMPDIR wrong=$BATS_TEST_TMPDIR/wrong/${1##*/}
	mkdir -p "${wrong%/*}"
	python3 - "$1" "$wrong" <<-'END'
		import re, sys
		flip = lambda m: f"reset: {int(m[1], 0) ^ 1:#x}"
		text = re.sub(r"\breset: (0x[0-9a-f]+|[0-9]+)", flip, open(sys.argv[1]).read())
		open(sys.argv[2], "w").write(text)
	END
	described "$wrong" >"$dir/wrongly"
	shown "$1" "$2" >"$dir/shown"
	differences "$dir/wrongly" "$dir/shown" >"$dir/differ"
	diff <(cut -d' ' -f1 "$dir/wrongly" | sort) <(cut -d' ' -f1 "$dir/differ" | sort -u)
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
	expect_mistakes_seen devices/ahci.yaml sim:fresh/ahci
}

@test "xhci: reset values are QEMU's" {
	expect_resets devices/xhci.yaml sim:fresh/xhci 27 <<-'END'
		HCIVERSION 0x0000 answers 32 bits only
		HCCPARAMS2 absent is 1.0
		VTIOSOFF absent is 1.0
		PORTSC[*] 0x000202a0 a connect change of every port
		IMOD[*] 0x00000000 does not delay
	END
	expect_mistakes_seen devices/xhci.yaml sim:fresh/xhci
}

@test "uart16550: reset values are QEMU's" {
	expect_resets devices/uart16550.yaml sim:fresh/serial 6 <<-'END'
		MCR 0x08 OUT2
		MSR 0xb0 a peer that is ready
	END
	expect_mistakes_seen devices/uart16550.yaml sim:fresh/serial
}

@test "i6300esb: reset values are QEMU's" {
	expect_resets devices/i6300esb.yaml sim:fresh/esb 6 <<-'END'
		PRELOAD1 0x00000000 cannot be read back
		PRELOAD2 0x00000000 cannot be read back
	END
	expect_mistakes_seen devices/i6300esb.yaml sim:fresh/esb
}

@test "pci-testdev: reset values are QEMU's" {
	expect_resets devices/pci-testdev.yaml sim:fresh/testdev 10 </dev/null
	expect_mistakes_seen devices/pci-testdev.yaml sim:fresh/testdev
}

# A lab leaves its HPET out, and no target of a lab reaches what lies beside its functions: QEMU writes the registers
# into a file.
@test "hpet: reset values are QEMU's, in a dump of its registers" {
	# shellcheck disable=SC2016 # for the other shell
	printf '%s\n' '#!/bin/bash' 'exec qemu-system-x86_64 "${@/hpet=off/hpet=on}"' >"$BATS_TEST_TMPDIR/qemu"
	chmod +x "$BATS_TEST_TMPDIR/qemu"
	run_dp sim start work edu --qemu "$BATS_TEST_TMPDIR/qemu"
	assert_exit 0
	hmp work "pmemsave 0xfed00000 1024 \"$BATS_TEST_TMPDIR/hpet\""
	[[ $(stat -c %s "$BATS_TEST_TMPDIR/hpet") == 1024 ]]
	expect_resets devices/hpet.yaml "dump:$BATS_TEST_TMPDIR/hpet" 7 </dev/null
	expect_mistakes_seen devices/hpet.yaml "dump:$BATS_TEST_TMPDIR/hpet"
	run_dp peek "dump:$BATS_TEST_TMPDIR/hpet" -d hpet TIM_CONF.2.INT_ROUTE_CAP GCAP_ID.COUNTER_CLK_PERIOD -r
	assert_ok
	assert_stdout "$(printf '%s\n' 0x00ff0104 0x00989680)"
	run_dp peek "dump:$BATS_TEST_TMPDIR/hpet" -d hpet TIM_CONF.3
	assert_exit 2
}

@test "cmos: reset values are QEMU's, byte by byte through ports 70h and 71h" {
	local path offset value
	# REG_C collects what has happened since it was read last: time goes by in a lab, too
	described devices/cmos.yaml | grep -v REG_C >"$BATS_TEST_TMPDIR/described"
	[[ $(wc -l <"$BATS_TEST_TMPDIR/described") == 3 ]]
	while read -r path offset; do
		value=$(hmp fresh "o /b 0x70 $offset" 'i /b 0x71' | sed -n 's/.*= //p' | tr -d '\r')
		# while the time is being updated REG_A says so
		[[ $path != REG_A ]] || value=$((value & 0x7f))
		printf '%s 0x%02x\n' "$path" "$value"
	done < <("$DEVPOKE_BIN" desc show devices/cmos.yaml --json |
		jq -r '.items[] | select(.space == "rtc" and .reset and .path != "REG_C") | "\(.path) \(.offset)"') >"$BATS_TEST_TMPDIR/shown"
	run differences "$BATS_TEST_TMPDIR/described" "$BATS_TEST_TMPDIR/shown"
	assert_stdout ""
	# and it can tell
	sed 's/0x26/0x27/' "$BATS_TEST_TMPDIR/described" >"$BATS_TEST_TMPDIR/wrong"
	run differences "$BATS_TEST_TMPDIR/wrong" "$BATS_TEST_TMPDIR/shown"
	assert_stdout "REG_A 0x26"
}

# start_with_memory - a lab `work` with an ivshmem-plain: its QEMU has the memory object that it wants
start_with_memory() {
	# shellcheck disable=SC2016 # for the other shell
	printf '%s\n' '#!/bin/bash' 'exec qemu-system-x86_64 -object memory-backend-ram,id=shm,size=1M "$@"' >"$BATS_TEST_TMPDIR/qemu"
	chmod +x "$BATS_TEST_TMPDIR/qemu"
	run_dp sim start work ivshmem-plain,memdev=shm,id=ivshmem --qemu "$BATS_TEST_TMPDIR/qemu"
	assert_exit 0
}

@test "ivshmem: reset values are QEMU's" {
	start_with_memory
	expect_resets devices/ivshmem.yaml sim:work/ivshmem 3 </dev/null
	expect_mistakes_seen devices/ivshmem.yaml sim:work/ivshmem
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

# places TARGET - where those registers of an xHCI are that follow others, PATH@OFFSET
places() {
	run_sh "devpoke dump '$1' --json | jq -r '.registers[] | select(.path | test(\"^(USBCMD|PORTSC.*|IMAN.*|DB[.].*)\$\")) |
		\"\\(.path)@\\(.offset)\"' | xargs"
	assert_ok
}

@test "xhci: registers lie where CAPLENGTH, RTSOFF and DBOFF say, as many as there are" {
	run_dp sim start work nec-usb-xhci,id=xhci,p2=2,p3=3
	assert_exit 0
	places sim:work/xhci
	assert_stdout_like '^USBCMD@0x40 PORTSC.0@0x440 (PORTSC.[0-9]@0x4[0-9a-f]0 ){3}PORTSC.4@0x480 IMAN.0@0x1020'
	assert_stdout_like 'IMAN.15@0x1200 DB.0@0x2000 .* DB.64@0x2100$'
	run_dp poke sim:work/xhci IMOD.15.IMODI=0x123 DCBAAP.DCBAAP=0x234000 --verify
	assert_ok
	run_dp peek sim:work/xhci main+0x1204/u32 main+0x70/u64 -r
	assert_stdout "$(printf '%s\n' 0x00000123 0x0000000000234000)"
	run_dp poke sim:work/xhci DB.65=0
	assert_exit 2
	# one that is laid out otherwise
	sed 's/reset: 0x40$/reset: 0x20/; s/reset: 0x08001040/reset: 0x02000301/; s/reset: 0x2000\b/reset: 0x803/
		s/reset: 0x1000\b/reset: 0x61f/; s/reset: 0x00087001/reset: 0x00000001/' devices/xhci.yaml >"$BATS_TEST_TMPDIR/xhci.yaml"
	places "model:$BATS_TEST_TMPDIR/xhci.yaml"
	assert_stdout "USBCMD@0x20 PORTSC.0@0x420 PORTSC.1@0x430 IMAN.0@0x620 IMAN.1@0x640 IMAN.2@0x660 DB.0@0x800 DB.1@0x804"
}

@test "xhci: a change of a port is acknowledged alone; command ring and reset" {
	run_dp sim start work qemu-xhci,id=xhci
	assert_exit 0
	run_dp check sim:work/xhci PORTSC.3.CSC==1 PORTSC.3.PP==1
	assert_ok
	run_dp poke sim:work/xhci PORTSC.3.CSC=1 --dry-run
	assert_stdout $'R PORTSC.3\nW PORTSC.3 = (old & ~0x80ff0012) | 0x20000'
	run_dp poke sim:work/xhci PORTSC.3.CSC=1
	assert_ok
	run_dp check sim:work/xhci PORTSC.3.CSC==0 PORTSC.3.PP==1 PORTSC.2.CSC==1
	assert_ok
	# pointer and cycle state read as 0: neither is written without the other
	run_dp poke sim:work/xhci CRCR.RCS=1
	assert_exit 5
	run_dp poke sim:work/xhci CRCR.CRP=0x100000,RCS=1
	assert_ok
	run_dp poke sim:work/xhci CONFIG.MaxSlotsEn=8
	assert_ok
	run_dp seq run sim:work/xhci reset
	assert_exit 0
	run_dp check sim:work/xhci CONFIG==0 USBSTS.HCH==1
	assert_ok
}

@test "uart16550: the divisor is set with the line control put back, and what is sent comes back" {
	run_dp sim start work pci-serial,id=serial
	assert_exit 0
	run_dp peek sim:work/serial DIVISOR -r
	assert_ok
	assert_stdout 0x000c
	run_dp poke sim:work/serial LCR=0,WLS=bits8 DIVISOR=0x0123
	assert_ok
	run_dp check sim:work/serial DLL==0x23 DLM==0x01 LCR==0x03 IER==0
	assert_ok
	run_dp dump sim:work/serial
	assert_ok
	assert_stdout_has "RBR               (not read: a FIFO" "LSR..MSR          (not read: clears on read" \
		"DLL..DLM          (not read: reading writes its index"
	run_dp seq run sim:work/serial loopback byte=0xa5
	assert_exit 0
	run_dp seq run sim:work/serial loopback byte=0x5a
	assert_exit 0
	run_dp check sim:work/serial MCR.LOOP==0 LCR==0x03
	assert_ok
}

@test "uart16550: as blocks of a board, any number of bytes apart" {
	printf '%s\n' 'schema: 1' 'device: {name: board}' 'spaces: {main: {size: 0x4000}}' \
		'blocks: {a: {use: uart16550, at: main+0x1000, step: 4}, b: {use: uart16550, at: main+0x2000, array: {count: 2, stride: 8}}}' \
		>"$BATS_TEST_TMPDIR/board.yaml"
	T=model:$BATS_TEST_TMPDIR/board.yaml@$BATS_TEST_TMPDIR/state
	run_dp desc lint "$BATS_TEST_TMPDIR/board.yaml"
	assert_ok
	run_dp poke "$T" a.DIVISOR=0x102 b.1.DIVISOR=0x304 a.SCR=7 -q
	assert_ok
	run accesses_of "$BATS_TEST_TMPDIR/state.log"
	assert_stdout "state.log: R100c/8=0 W100c/8=80 W1004/8=1 W100c/8=0 R100c/8=0 W100c/8=80 W1000/8=2 W100c/8=0 R200b/8=0 \
W200b/8=80 W2009/8=3 W200b/8=0 R200b/8=0 W200b/8=80 W2008/8=4 W200b/8=0 W101c/8=7"
	run_dp peek "$T" a.DIVISOR b.0.DIVISOR b.1.DIVISOR a.IER -r
	assert_stdout "$(printf '%s\n' 0x0102 0x0000 0x0304 0x00)"
}

@test "a device whose only BAR is one of ports: that is its default region, not the memory of the lab" {
	run_dp sim start work pci-serial-2x,id=two
	assert_exit 0
	run_dp peek sim:work/two 5/u8 -r
	assert_stdout 0x60
}

@test "i6300esb: preload values that were written after the unlock codes are those that it counts" {
	run_dp sim start work i6300esb,id=esb
	assert_exit 0
	hmp work 'watchdog_action none'
	# from the values after reset it would take half an hour
	run_dp seq run sim:work/esb preload stage1=1 stage2=1 --trace
	assert_exit 0
	[[ $(jq -r '"\(.offset)/\(.width)=\(.value)"' <<<"$stderr" | xargs) == \
		"0xc/16=0x0080 0xc/16=0x0086 0x0/32=0x00000001 0xc/16=0x0080 0xc/16=0x0086 0x4/32=0x00000001" ]]
	run_dp poke sim:work/esb WDT_LOCK.WDT_ENABLE=1
	assert_ok
	run_dp poll sim:work/esb RELOAD.WDT_TIMEOUT==1 --timeout 30s
	assert_ok
	run_dp poke sim:work/esb RELOAD=0,WDT_TIMEOUT=1
	assert_ok
	run_dp check sim:work/esb RELOAD.WDT_TIMEOUT==1
	assert_ok
	run_dp seq run sim:work/esb unlock
	assert_exit 0
	run_dp poke sim:work/esb RELOAD=0,WDT_TIMEOUT=1
	assert_ok
	run_dp check sim:work/esb RELOAD.WDT_TIMEOUT==0
	assert_ok
	run_dp seq run sim:work/esb reload
	assert_exit 0
}

@test "pci-testdev: the writes of a test are counted, in memory and on ports" {
	local kind at offset data
	run_dp sim start work pci-testdev,id=testdev
	assert_exit 0
	for kind in mmio portio; do
		at=bar0
		[[ $kind == mmio ]] || at=bar1
		run_dp poke sim:work/testdev $kind.test=datamatch_eventfd
		assert_ok
		run_dp check sim:work/testdev $kind.width_type==byte $kind.count==0
		assert_ok
		run_dp peek sim:work/testdev $kind.offset $kind.data -r
		offset=${lines[0]} data=${lines[1]}
		# the eventfd takes those that match: QEMU counts none of them itself
		run_dp poke sim:work/testdev $kind.test=no_eventfd
		run_dp peek sim:work/testdev $kind.offset $kind.data -r
		[[ ${lines[0]} != "$offset" && ${lines[1]} == "$data" ]]
		run_dp poke sim:work/testdev "$at+${lines[0]}/u8=$data" "$at+${lines[0]}/u8=$data" "$at+$offset/u8=$data"
		assert_ok
		run_dp check sim:work/testdev $kind.count==2
		assert_ok
	done
	run_dp peek sim:work/testdev portio.name.0 -f text
	assert_stdout portio-n
}

@test "ivshmem: a status that a read clears is read by name only; the shared memory is memory" {
	start_with_memory
	run_dp poke sim:work/ivshmem IntrMask=1 IntrStatus=1 Doorbell=0x10000
	assert_ok
	run_dp dump sim:work/ivshmem
	assert_ok
	assert_stdout_has "IntrStatus        (not read: clears on read" "IntrMask          0x00000001  PEER+"
	run_dp peek sim:work/ivshmem IntrStatus -r -q
	assert_stdout 0x00000001
	run_dp peek sim:work/ivshmem IntrStatus -r -q
	assert_stdout 0x00000000
	run_dp fill sim:work/ivshmem shm+0..+0x1000 0xa5a5a5a5
	assert_exit 0
	run_dp peek sim:work/ivshmem bar2+0xffc/u32 shm+0x1000/u32 -r
	assert_stdout "$(printf '%s\n' 0xa5a5a5a5 0x00000000)"
}
