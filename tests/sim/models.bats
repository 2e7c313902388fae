#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# QEMU's device models do what their manuals say when they are driven register by register.

load ../lib/common
load ../lib/oracle

setup_file() {
	lab_setup_file zoo edu nvme,serial=a nvme,serial=b e1000e e1000 virtio-net-pci pci-testdev \
		pcie-root-port,id=own nvme,serial=c,bus=own,id=behind
}

setup() {
	lab_setup
}

teardown() {
	"$DEVPOKE_BIN" sim stop hot >/dev/null 2>&1 || true
}

teardown_file() {
	dp_teardown
}

# peek_is PATH VALUE - of $T, right-aligned hex
peek_is() {
	run_dp peek "$T" "$1" -r
	assert_exit 0
	assert_stdout "$2"
}

dp_ok() {
	run_dp "$@"
	assert_ok
}

# --------------------------------------------------------------------- edu

@test "edu: the inverse of what is written shows that it is alive" {
	T=sim:zoo/edu
	peek_is ID 0x010000ed
	dp_ok poke $T LIVENESS=0x12345678
	peek_is LIVENESS 0xedcba987
}

@test "edu: a factorial is written, waited for and read" {
	T=sim:zoo/edu
	dp_ok poke $T FACTORIAL=5
	dp_ok poll $T STATUS.COMPUTING==0
	run_dp peek $T FACTORIAL -f dec
	assert_stdout 120
}

@test "edu: a raised interrupt cause stays until it is acknowledged, by its write alone" {
	T=sim:zoo/edu
	dp_ok poke $T IRQ_RAISE.FACT=1 IRQ_RAISE=0x100
	dp_ok check $T IRQ_STATUS.FACT==1 IRQ_STATUS.DMA==1
	dp_ok poke $T IRQ_ACK.FACT=1
	dp_ok check $T IRQ_STATUS.FACT==0 IRQ_STATUS.DMA==1
	dp_ok poke $T IRQ_ACK=0x100
	peek_is IRQ_STATUS 0x00000000
}

@test "edu: DMA moves bytes between the lab's memory and the device" {
	T=sim:zoo/edu
	dp_ok poke $T cfg.COMMAND.BME=1 mem+0x100000=0xcafef00d mem+0x100100=0
	dp_ok poke $T DMA_SRC=0x100000 DMA_DST=0x40000 DMA_CNT=4 DMA_CMD=START
	dp_ok poll $T DMA_CMD.START==0
	dp_ok poke $T DMA_SRC=0x40000 DMA_DST=0x100100 DMA_CNT=4 DMA_CMD=START+DIR
	dp_ok poll $T DMA_CMD.START==0
	peek_is mem+0x100100 0xcafef00d
}

# -------------------------------------------------------------------- nvme

@test "nvme: four pokes and a poll enable it" {
	T=sim:zoo/nvme0
	dp_ok poke $T AQA=0x1f001f
	dp_ok poke $T ASQ=0x100000
	dp_ok poke $T ACQ=0x101000
	dp_ok poke $T CC=0x460001
	dp_ok poll $T CSTS.RDY==1 --unless CSTS.CFS==1 --timeout CAP.TO
	assert_stdout_like '^CSTS.RDY = 0x1 '
	run_dp peek $T CC.IOSQES CC.IOCQES CC.EN -r
	assert_stdout "$(printf '%s\n' 0x6 0x4 0x1)"
	dp_ok poke $T CC.EN=0
	dp_ok poll $T CSTS.RDY==0
	peek_is CC 0x00000000
}

@test "nvme: enabled before its queues are set it fails, and --unless ends the wait at once" {
	T=sim:zoo/nvme1
	dp_ok poke $T CC=0x460001
	# were it not for --unless this would be killed by run_dp's deadline
	run_dp poll $T CSTS.RDY==1 --unless CSTS.CFS==1 --timeout 1h --json
	assert_exit 1
	assert_no_stderr
	assert_json '.met == false and .unless == true and .reads == 1 and (has("error") | not)'
	run_dp poll $T CSTS.RDY==1 --timeout 0 --json
	assert_exit 1
	assert_json '.met == false and .unless == false and .error.code == "timeout"'
}

@test "nvme: controller registers are what the specification says, wherever the function is" {
	T=sim:zoo/behind
	run_dp info $T --json
	assert_ok
	assert_json '.spaces[] | select(.name == "bar0") | .size == 16384'
	peek_is VS 0x00010400
	dp_ok poke $T AQA=0x1f001f ASQ=0x200000 ACQ=0x201000 CC=0x460001
	dp_ok poll $T CSTS.RDY==1 --unless CSTS.CFS==1
	dp_ok poke $T CC=0
}

# ------------------------------------------------------------ e1000e, e1000

@test "e1000e: dump leaves ICR alone, an explicit peek clears it and says so" {
	T=sim:zoo/e1000e
	dp_ok poke $T IMC=0xffffffff ICS.LSC=1
	dp_ok dump $T
	assert_stdout_like 'ICR +\(not read: clears on read; --force=effect\)'
	dp_ok dump $T CTRL..IMC
	dp_ok peek $T 'IC*'
	run_dp peek $T ICR -r
	assert_exit 0
	assert_stdout 0x80000004
	assert_stderr "devpoke: note: reading 'ICR' clears it"
	run_dp peek $T ICR -r -q
	assert_stdout 0x00000000
	assert_no_stderr
}

@test "e1000e: --force=effect lets a glob read what it clears" {
	T=sim:zoo/e1000e
	dp_ok poke $T ICS.LSC=1
	run_dp peek $T 'IC*' --force=effect --json
	assert_json '.registers[] | select(.path == "ICR") | .value == "0x80000004"'
	run_dp check $T ICR==0
	assert_exit 0
}

@test "e1000e: IMS and IMC set and clear single bits of one mask" {
	T=sim:zoo/e1000e
	dp_ok poke $T IMC=0xffffffff IMS.LSC=1 IMS.RXT0=1
	peek_is IMS 0x00000084
	dp_ok poke $T IMC.LSC=1
	peek_is IMS 0x00000080
	dp_ok poke $T IMC.RXT0=1
	peek_is IMS 0x00000000
}

@test "e1000e: the PHY is reached through MDIC, reading and writing" {
	T=sim:zoo/e1000e
	run_dp peek $T PHYID1 PHYID2 -r
	assert_ok
	assert_stdout "$(printf '%s\n' 0x0141 0x0cb1)"
	peek_is ANAR 0x0de1
	dp_ok poke $T ANAR=0x01e1
	peek_is ANAR 0x01e1
	dp_ok poke $T ANAR=0x0de1 --verify
	run_dp poke $T PHYID1=0
	assert_exit 5
}

@test "e1000: an 82540EM has the same registers and another PHY" {
	T=sim:zoo/e1000
	run_dp peek $T PHYID1 PHYID2 -r
	assert_ok
	assert_stdout "$(printf '%s\n' 0x0141 0x0c20)"
	run_dp peek $T MAC -f text
	assert_stdout_like '^52:54:00:12:34:5[0-9a-f]$'
	dp_ok poke $T IMC=0xffffffff ICS.LSC=1
	dp_ok dump $T
	run_dp peek $T ICR -r
	assert_stdout_like '4$'
	run_dp peek $T ICR -r
	assert_stdout 0x00000000
}

# ------------------------------------------------------------------- virtio

@test "virtio: the common configuration is found behind its capability" {
	T=sim:zoo/virtio-net-pci
	dp_ok poke $T device_status=0
	peek_is device_status 0x00
	dp_ok poke $T device_status=ACKNOWLEDGE
	dp_ok poke $T device_status.DRIVER=1
	peek_is device_status 0x03
	peek_is num_queues 0x0003
	# bit 32 of the features: version 1
	dp_ok poke $T device_feature_select=1
	dp_ok check $T device_feature:0==1
	dp_ok poke $T device_feature_select=0
	# bit 5: the device has a MAC address
	dp_ok check $T device_feature:5==1
	dp_ok poke $T queue_select=0
	dp_ok check $T queue_size==256 queue_enable==disabled
	dp_ok poke $T queue_desc=0x123456000 --verify
	dp_ok poke $T queue_select=100
	peek_is queue_size 0x0000
	dp_ok poke $T device_status=0
}

@test "virtio: ISR is read by name only, with a note" {
	T=sim:zoo/virtio-net-pci
	run_dp peek $T isr_status -r
	assert_exit 0
	assert_stdout 0x00
	assert_stderr "devpoke: note: reading 'isr_status' clears it"
	run_dp dump $T
	assert_stdout_like 'isr_status +\(not read: clears on read'
	assert_no_stderr
}

# ---------------------------------------------------------------- raw bytes

@test "pci-testdev: raw accesses, counted by the device" {
	local T=sim:zoo/pci-testdev offset data
	dp_ok poke $T bar0+0/u8=0
	peek_is bar0+0xc/u32 0x00000000
	# the name of its first test
	peek_is bar0+0x10/u32 0x6f696d6d
	run_dp peek $T bar0+4/u32 bar0+8/u8 -r
	offset=${lines[0]} data=${lines[1]}
	dp_ok poke $T "bar0+$offset/u8=$data" "bar0+$offset/u8=$data"
	peek_is bar0+0xc/u32 0x00000002
	run_dp peek $T CTRL
	assert_exit 2
}

# --------------------------------------------------------------------- labs

@test "labs: two at the same time are two machines" {
	dp_ok sim start other edu
	dp_ok poke sim:other/edu LIVENESS=1
	dp_ok poke sim:zoo/edu LIVENESS=2
	T=sim:other/edu0
	peek_is LIVENESS 0xfffffffe
	T=sim:zoo/edu0
	peek_is LIVENESS 0xfffffffd
	run_dp peek sim:edu ID
	assert_exit 3
	assert_stderr_has "names no lab" "2 are running"
	dp_ok sim stop other
	dp_ok check sim:edu LIVENESS==0xfffffffd
}

# ---------------------------------------------------------------------- gone

# vanish LAB, appear LAB - the port of its only device stops to pass accesses on, and does so
# again: ones in configuration space and zeros in BARs, as behind an empty slot
vanish() {
	hmp "$1" 'o /w 0xcf8 0x80000818' 'o /w 0xcfc 0' 'o /w 0xcf8 0x80000804' 'o /w 0xcfc 0' >/dev/null
}

appear() {
	hmp "$1" 'o /w 0xcf8 0x80000818' 'o /w 0xcfc 0x10100' 'o /w 0xcf8 0x80000804' 'o /w 0xcfc 7' >/dev/null
}

# assert_gone - the last command: exit 4 and one clear sentence
assert_gone() {
	assert_exit 4
	assert_stderr_like "^devpoke: ('sim:hot/edu0' is gone|device gone): .*
hint: "
}

@test "gone: after an unplug every register verb ends with exit 4" {
	dp_ok sim start hot edu
	# one process that knows the device from before, verb by verb
	local verb
	for verb in 'peek ID' 'poll ID==0' 'poll ID==0xffffffff' 'check ID==0' \
		'check ID==0xffffffff' 'poke LIVENESS=1 --verify' 'poke STATUS.IRQFACT=1' \
		'dump ID..STATUS'; do
		run_dp batch -e 'sim plug hot edu,id=twin' -e 'use sim:hot/twin' -e 'ID -r' \
			-e 'sim unplug hot twin' -e "$verb"
		assert_exit 4
		assert_stdout_has 0x010000ed
		assert_stderr_has "'sim:hot/twin' is gone"
	done
	run_dp peek sim:hot/twin ID
	assert_exit 3
}

@test "gone: zeros and ones of a device that vanished satisfy nobody" {
	dp_ok sim start hot edu
	dp_ok peek sim:hot/edu0 ID
	vanish hot
	local verb
	for verb in 'peek ID' 'poll ID==0' 'poll ID!=0x010000ed' 'poll ID==0xffffffff' \
		'poll cfg.VENDOR_ID==0xffff' 'check ID==0' 'check cfg.VENDOR_ID==0xffff' \
		'poke LIVENESS=1 --verify' 'poke STATUS.IRQFACT=1' 'dump' 'dump 0..+0x20'; do
		# shellcheck disable=SC2086 # words
		run_dp ${verb/ / sim:hot/edu0 }
		[[ $verb != dump ]] || run_dp dump sim:hot/edu0
		assert_gone
	done
	run_dp poll sim:hot/edu0 ID==0 --json
	assert_exit 4
	assert_json '(.met | not) and .error.code == "gone"'
	appear hot
	T=sim:hot/edu0
	peek_is ID 0x010000ed
}

# poll_until COMMAND... - a poll that can never be met, in the background; when it has looked
# once COMMAND runs; then its status, output and stderr are set as by run_dp
poll_until() {
	local dir=$BATS_TEST_TMPDIR job
	: >"$dir/trace"
	timeout --foreground 60 "$DEVPOKE_BIN" poll sim:hot/edu0 "$cond" --timeout 1h \
		--trace="$dir/trace" >"$dir/out" 2>"$dir/err" &
	job=$!
	until [[ -s $dir/trace ]]; do sleep 0.01; done
	"$@"
	status=0
	wait $job || status=$?
	# shellcheck disable=SC2034 # for assert_*
	output=$(<"$dir/out") stderr=$(<"$dir/err") _ran="poll $cond"
}

@test "gone: zeros and ones in the middle of a poll end it with exit 4" {
	local cond
	for cond in ID==0 ID==0xffffffff cfg.VENDOR_ID==0xffff; do
		dp_ok sim start hot edu
		poll_until vanish hot
		assert_gone
		dp_ok sim stop hot
	done
}

@test "gone: a lab that is killed in the middle of a poll ends it with exit 4" {
	local cond=ID==0 pid
	dp_ok sim start hot edu
	pid=$(qemu_pid hot)
	poll_until kill -9 "$pid"
	assert_exit 4
	assert_stderr_like "^devpoke: lab 'hot' ended"
	run_dp peek sim:hot/edu0 ID
	assert_exit 4
	assert_stderr "devpoke: lab 'hot' is stale: its QEMU (pid $pid) is gone
hint: devpoke sim stop hot"
	dp_ok sim stop hot
	run_dp peek sim:hot/edu0 ID
	assert_exit 3
}

@test "gone: ones and zeros of a device that is there are believed" {
	T=sim:zoo/edu
	dp_ok poke $T LIVENESS=0
	dp_ok check $T LIVENESS==0xffffffff
	dp_ok poll $T LIVENESS==0xffffffff
	dp_ok poke $T LIVENESS=0xffffffff
	dp_ok poll $T LIVENESS==0
	# but not where nothing decodes its BAR: it is there, and its registers do not answer
	dp_ok poke $T cfg.COMMAND.MEM=0
	run_dp check $T ID==0
	assert_exit 4
	assert_stderr_has "memory decode of 'sim:zoo/edu0' is off"
	dp_ok poke $T cfg.COMMAND.MEM=1
	peek_is ID 0x010000ed
}

@test "a variant by the revision of a PCI function, told by attribute files alone" {
	local revision
	run_dp sim start rev edu
	assert_exit 0
	for revision in 0x10 3; do
		printf 'schema: 1\ndevice: {name: rev}\nspaces: {main: {bar: 0}}\nregisters: {ID: {offset: 0}}\nvariants: [{when: pci.revision == %s, registers: {LIVE: {offset: 4}}}]\n' \
			$revision >"$BATS_TEST_TMPDIR/rev$revision.yaml"
	done
	run_dp peek sim:rev/edu0 -d "$BATS_TEST_TMPDIR/rev0x10.yaml" LIVE -r
	assert_ok
	assert_stdout 0x00000000
	run_dp peek sim:rev/edu0 -d "$BATS_TEST_TMPDIR/rev3.yaml" LIVE
	assert_exit 2
}
