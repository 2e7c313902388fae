#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Exactly the accesses that were asked for, as QEMU traced its memory regions: a witness that
# is no part of this project.  QEMU splits 64 bits for nvme and widens 8 to 16; edu drops
# accesses below 0x80 that are narrower than 32 bits, so a wrong width is one that is missing.
# shellcheck disable=SC2016 # $T is the table's word for the target

load ../lib/common
load ../lib/oracle

setup_file() {
	lab_setup_file exact nvme,serial=x e1000e edu
	qemu_trace exact nvme e1000e-mmio edu-mmio
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

# -------------------------------------------------------------------- nvme

@test "nvme, peek: one read of each register that was named" {
	expect_qemu exact nvme nvme <<-'END'
		peek $T VS                   -> R8/32=10400
		peek $T CC CSTS              -> R14/32=0 R1c/32=0
		peek $T CC.EN CC.AMS         -> R14/32=0 R14/32=0
		peek $T CAP                  -> R0/32=f0107ff R4/32=401820
		peek $T CAP.TO -r            -> R0/32=f0107ff R4/32=401820
		peek $T ASQ                  -> R28/32=0 R2c/32=0
		peek $T VS --count 3         -> R8/32=10400 R8/32=10400 R8/32=10400
		peek $T 0x8                  -> R8/32=10400
		peek $T 0x8/u16              -> R8/16=400
		peek $T bar0+0x8             -> R8/32=10400
		peek $T VS..CC               -> R8/32=10400 Rc/32=0 R10/32=0 R14/32=0
		!2 peek $T VS NOPE           ->
		!2 peek $T SQTDBL.0          ->
		!2 peek $T 0x9/u16           ->
		info $T                      ->
		explain $T CC                ->
	END
}

@test "nvme, poke: a whole register is its write alone, a field one read and one write" {
	expect_qemu exact nvme nvme <<-'END'
		poke $T AQA=0x1f001f         -> W24/32=1f001f
		poke $T ASQ=0x100000         -> W28/32=100000 W2c/32=0
		poke $T CC=0x60000           -> W14/32=60000
		poke $T CC.IOCQES=4          -> R14/32=60000 W14/32=460000
		poke $T CC.IOCQES=0,IOSQES=0 -> R14/32=460000 W14/32=0
		toggle $T AQA.ASQS:0         -> R24/32=1f001f W24/32=1f001e
		poke $T AQA=0 --readback     -> W24/32=0 R24/32=0
		poke $T AQA=0x10001 --verify -> W24/32=10001 R24/32=10001
		poke $T AQA=0 ASQ=0          -> W24/32=0 W28/32=0 W2c/32=0
		poke $T INTMS:3=1 --force=reserved -> Wc/32=8
		poke $T INTMC=8              -> W10/32=8
		poke $T SQTDBL.0=0           -> W1000/32=0
		poke $T CC.EN=1 --dry-run    ->
		!5 poke $T CSTS.RDY=1        ->
		!2 poke $T CC=0 NOPE=1       ->
	END
}

@test "nvme, poll and check: one read per look" {
	expect_qemu exact nvme nvme <<-'END'
		poll $T CSTS.RDY==0 --unless CSTS.CFS==1 -> R1c/32=0
		!1 poll $T CSTS.RDY==1 --timeout 0 -> R1c/32=0
		check $T CC.EN==0 CC.AMS==RR -> R14/32=0
		check $T CC.EN==0 CSTS.RDY==0 CSTS.CFS==0 -> R14/32=0 R1c/32=0
		!1 check $T CSTS.RDY==1      -> R1c/32=0
	END
}

@test "nvme, dump: every register that is there and may be read, no doorbell" {
	expect_qemu exact nvme nvme <<-'END'
		# CAP and VS say which others there are, and where: they are not read again to be shown
		dump $T -> R0/32=f0107ff R4/32=401820 R8/32=10400 Rc/32=0 R10/32=0 R14/32=0 R1c/32=0 R24/32=0 R28/32=0 R2c/32=0 R30/32=0 R34/32=0
		dump $T CC..CSTS             -> R14/32=0 R1c/32=0
		dump $T 0x8..+8 -w 32        -> R8/32=10400 Rc/32=0
		dump $T 0x14..+0xc -w 32     -> R14/32=0 R1c/32=0
		dump $T 0x8..+4 -w 16        -> R8/16=400 Ra/16=1
		!5 dump $T 0x14..+0xc --raw -o /dev/null ->
	END
}

# --------------------------------------------------------------------- edu

@test "edu, peek and poke: 32 bits below 0x80, where other widths do not arrive" {
	expect_qemu exact edu edu-mmio <<-'END'
		peek $T ID                   -> R0/32=10000ed
		peek $T ID.MAJOR             -> R0/32=10000ed
		poke $T LIVENESS=0x1234      -> W4/32=1234
		peek $T LIVENESS             -> R4/32=ffffedcb
		poke $T STATUS.IRQFACT=1     -> R20/32=0 W20/32=80
		poke $T STATUS.IRQFACT=0     -> R20/32=80 W20/32=0
		poke $T IRQ_RAISE.FACT=1     -> W60/32=1
		poke $T IRQ_ACK.FACT=1       -> W64/32=1
		poke $T FACTORIAL=0          -> W8/32=0
		!5 poke $T FACTORIAL:0=1 --force=reserved ->
		# as asked, and lost
		peek $T 0x0/u16              ->
		peek $T 0x0/u8               ->
		peek $T 0x0/u64              -> R0/64=ffffffffffffffff
	END
}

@test "edu, peek and poke: 64-bit registers are one access" {
	expect_qemu exact edu edu-mmio <<-'END'
		peek $T DMA_CNT              -> R90/64=0
		poke $T DMA_CNT=64           -> W90/64=40
		poke $T DMA_CNT=0 --readback -> W90/64=0 R90/64=0
		peek $T 0x90/u32             -> R90/32=0
	END
}

@test "edu, poll, check and dump" {
	expect_qemu exact edu edu-mmio <<-'END'
		poll $T STATUS.COMPUTING==0  -> R20/32=0
		check $T STATUS.COMPUTING==0 STATUS.IRQFACT==0 -> R20/32=0
		poke $T LIVENESS=1 FACTORIAL=0 -> W4/32=1 W8/32=0
		poll $T STATUS.COMPUTING==0  -> R20/32=0
		dump $T -> R0/32=10000ed R4/32=fffffffe R8/32=1 R20/32=0 R24/32=0 R80/64=0 R88/64=0 R90/64=0 R98/64=0
		dump $T 0x0..+0x24 -w 32     -> R0/32=10000ed R4/32=fffffffe R8/32=1 R20/32=0
	END
}

# ------------------------------------------------------------------- e1000e

@test "e1000e, peek and poke: registers, and IMS and IMC by their write alone" {
	expect_qemu exact e1000e e1000e-mmio <<-'END'
		peek $T VET                  -> R38/32=8100
		peek $T MAC                  -> R5404/32=80005634 R5400/32=12005452
		poke $T IMS.LSC=1            -> Wd0/32=4
		poke $T IMC.LSC=1            -> Wd8/32=4
		poke $T IMC=0xffffffff       -> Wd8/32=ffffffff
		poke $T VET=0x8100           -> W38/32=8100
		poke $T RAH.1.AH=0x1234      -> R540c/32=0 W540c/32=1234
		poke $T RAH.1=0              -> W540c/32=0
		check $T VET==0x8100         -> R38/32=8100
		!5 poke $T STATUS.LU=1       ->
	END
}

@test "e1000e, peek: a PHY register is MDIC written, then read until it is ready" {
	expect_qemu exact e1000e e1000e-mmio <<-'END'
		peek $T PHYID1               -> W20/32=8220000 R20/32=18220141 R20/32=18220141
	END
}

@test "e1000e, dump: each register once in 32 bits, none that reading changes" {
	local fd seen word reads=() offset
	exec {fd}<"$DEVPOKE_RUNTIME/labs/exact/log"
	traced "$fd" e1000e-mmio
	run_dp dump sim:exact/e1000e --json
	assert_ok
	traced "$fd" e1000e-mmio
	for word in $seen; do
		[[ $word == R*/32=* ]] || _assert_failed "QEMU saw $word" || return 1
		offset=${word#R}
		reads+=("0x${offset%%/*}")
		offset=$((16#${offset%%/*}))
		# ICR, ICS, IMC, EERD's and MDIC's starts are writes; the statistics clear; SMBI sets
		((offset != 0xc0 && offset != 0xc8 && offset != 0xd8 && offset != 0x5b50 &&
			(offset < 0x4000 || offset > 0x4124))) || _assert_failed "QEMU saw $word" ||
			return 1
	done
	((${#reads[@]} > 300))
	assert_json_is '[.registers[] | select(.value) | "0x" + (.offset | ltrimstr("0x") |
		sub("^0+(?=.)"; ""))] | join(" ")' "${reads[*]}"
	assert_json_is '.registers[] | select(.path == "ICR") | .skipped' clear
}

# ------------------------------------------------------- configuration space

@test "configuration space: one access of the register's width" {
	local fd seen
	qemu_trace exact pcie-mmcfg-mmio
	exec {fd}<"$DEVPOKE_RUNTIME/labs/exact/log"
	traced "$fd" pcie-mmcfg-mmio
	run_dp peek sim:exact/edu cfg.COMMAND -r
	assert_stdout 0x0003
	traced "$fd" pcie-mmcfg-mmio
	# the device's ids and BARs are looked at in 32 bits when it is opened
	run grep -oE 'R[0-9a-f]+4/16=3|[RW][0-9a-f]+/(8|16|64)=|W[^ ]*' <<<"$seen"
	assert_stdout_like '^R[0-9a-f]+004/16=3$'
}
