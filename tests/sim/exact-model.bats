#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Exactly the accesses that were asked for, verb by verb: tables of commands and what the
# register model of tests/golden/exact.yaml must have seen of them.
# shellcheck disable=SC2016 # $T is the table's word for the target

load ../lib/common
load ../lib/oracle

# -------------------------------------------------------------------- peek

@test "peek: one read of the register's own width for each operand, whatever part it names" {
	expect_accesses <<-'END'
		peek $T CTRL                 -> R14/32=a0000110
		peek $T CTRL.MODE            -> R14/32=a0000110
		peek $T CTRL:6..4            -> R14/32=a0000110
		peek $T CTRL.LIM:3           -> R14/32=a0000110
		peek $T CTRL CTRL.EN CTRL:0  -> R14/32=a0000110 R14/32=a0000110 R14/32=a0000110
		peek $T PUSH CTRL            -> R8/32=77 R14/32=a0000110
		peek $T CAP                  -> R0/64=100000003
		peek $T HALF                 -> R38/16=1234
		peek $T HALF.HI              -> R38/16=1234
		peek $T BYTE                 -> R3a/8=9a
		peek $T COMMAND STATUS       -> R68/16=3 R6a/16=8100
		peek $T unit0.DATA unit0.CONF.RATE -> R100/8=5d R104/32=c0
		peek $T ASIDE                -> Rside+10/32=51de
		peek $T BIG.TOP              -> R84/32=44332211
		peek $T VIEW                 -> R74/32=51
		peek $T CTRL --json          -> R14/32=a0000110
		peek $T CTRL -r              -> R14/32=a0000110
		peek $T CTRL -f text         -> R14/32=a0000110
	END
}

@test "peek: --count reads that often, --time does not read more" {
	expect_accesses <<-'END'
		peek $T LIVE --count 3       -> R8c/32=10 R8c/32=10 R8c/32=10
		peek $T LIVE --count 2 --time -> R8c/32=10 R8c/32=10
		peek $T CAUSE --count 2      -> R18/32=5 R18/32=0
		peek $T PUSH BYTE --count 2  -> R8/32=77 R3a/8=9a R8/32=77 R3a/8=9a
	END
}

@test "peek: an offset is the register that is there, a type is the access as asked" {
	expect_accesses <<-'END'
		peek $T 0x14                 -> R14/32=a0000110
		peek $T main+0x14            -> R14/32=a0000110
		peek $T 0x14:8               -> R14/32=a0000110
		peek $T 0x38                 -> R38/16=1234
		peek $T 0x3a                 -> R3a/8=9a
		peek $T 0x0                  -> R0/64=100000003
		peek $T CAP+0x14             -> R14/32=a0000110
		peek $T side+0x10            -> Rside+10/32=51de
		peek $T 0x14/u8              -> R14/8=10
		peek $T 0x15/u8              -> R15/8=1
		peek $T 0x14/u16             -> R14/16=110
		peek $T 0x14/u32             -> R14/32=a0000110
		peek $T 0x30/u64             -> R30/64=12345000
		peek $T 0x84/be32            -> R84/32=44332211
		peek $T 0x84/le16            -> R84/16=2211
		peek $T 0x38/u16 0x3a/u8     -> R38/16=1234 R3a/8=9a
		peek $T 0x38/u32             -> R38/32=9a1234
		peek $T 0x10                 -> R10/32=0
	END
}

@test "peek: arrays and slices read their elements, each once, in order" {
	expect_accesses <<-'END'
		peek $T RAL.2                -> R50/32=33221100
		peek $T 'RAL[2]'             -> R50/32=33221100
		peek $T 'RAL[1..2]'          -> R48/32=33221100 R50/32=33221100
		peek $T 'RAL[*]'             -> R40/32=33221100 R48/32=33221100 R50/32=33221100 R58/32=33221100
		peek $T RAL.1..RAH.1         -> R48/32=33221100 R4c/32=80005544
		peek $T RAH.3.AV             -> R5c/32=80005544
	END
}

@test "peek: a value over several registers reads each of them once" {
	expect_accesses <<-'END'
		peek $T MAC                  -> R44/32=80005544 R40/32=33221100
		peek $T HALVES               -> R64/32=11112222 R60/32=33334444
	END
}

@test "peek: a name is consent to its read effect, a glob or range is not" {
	expect_accesses <<-'END'
		peek $T CAUSE                -> R18/32=5
		+peek $T CAUSE               -> R18/32=0
		peek $T CAUSE.LINK           -> R18/32=5
		peek $T 0x18                 -> R18/32=5
		peek $T FIFO                 -> R24/32=0
		peek $T SEMA                 -> R6c/32=0
		+peek $T SEMA                -> R6c/32=1
		peek $T POP                  -> R70/32=0
		peek $T 'C*' -> R0/64=100000003 R14/32=a0000110 R68/16=3
		peek $T CTRL..LEVEL          -> R14/32=a0000110 R1c/32=2 R28/32=0
		peek $T 0x14..0x28           -> R14/32=a0000110 R1c/32=2 R28/32=0
		peek $T 'CA*' --force=effect -> R0/64=100000003 R18/32=5
		peek $T SEMA..POP            ->
		peek $T 'unit0.*'            -> R100/8=5d R104/32=c0
	END
}

@test "peek: an indirect register is a write of the index, the wait, and the data" {
	expect_accesses <<-'END'
		peek $T ID                   -> W2c/32=8020000 R2c/32=18020141 R2c/32=18020141
		peek $T PAGE.SEL             -> W2c/32=8160000 R2c/32=18160007 R2c/32=18160007
		peek $T 'phy.*'              ->
		peek $T 'I*'                 -> R1c/32=2
	END
}

# -------------------------------------------------------------- const reads

@test "const registers: read only where a place depends on them, once per command" {
	expect_accesses <<-'END'
		poke $T SQDB.0=7             -> W1000/32=7
		poke $T SQDB.1=7             -> R0/64=100000003 W1010/32=7
		poke $T CQDB.0=7 CQDB.1=8    -> R0/64=100000003 W1008/32=7 W1018/32=8
		!2 peek $T EXT               -> R0/64=100000003
	END
}

@test "const registers: --trace says why one was read" {
	run_dp poke model:tests/golden/exact.yaml SQDB.1=7 --trace="$BATS_TEST_TMPDIR/trace"
	assert_exit 0
	run jq -c '[.op, .offset, .path, .why]' "$BATS_TEST_TMPDIR/trace"
	assert_stdout_like '^\["R","0x0","CAP","[^"]+"\]
\["W","0x1010","SQDB.1",null\]$'
}

# -------------------------------------------------------------------- poke

@test "poke: a whole register is one write and no read" {
	expect_accesses <<-'END'
		poke $T CTRL=0x1             -> W14/32=1
		poke $T HALF=0xbeef          -> W38/16=beef
		poke $T BYTE=1               -> W3a/8=1
		poke $T BASE=0x1000          -> W30/64=1000
		poke $T HALVES=0x100000002   -> W64/32=1 W60/32=2
		poke $T BIG=0x01020304       -> W84/32=4030201
		poke $T STATUS=0x100         -> W6a/16=100
		poke $T RST=1                -> Wc/32=1
		poke $T FIFO=0x55            -> W24/32=55
		poke $T KICK=0x21            -> W74/32=21
		poke $T SEMA=0               -> W6c/32=0
		poke $T OWED=0               -> W78/32=0
		poke $T COUNT=0              -> W80/32=0
		poke $T RAL.3=5              -> W58/32=5
		poke $T ASIDE=1              -> Wside+10/32=1
		poke $T unit0.DATA=1         -> W100/8=1
		poke $T 0x14=2               -> W14/32=2
		poke $T CTRL=1 BYTE=2        -> W14/32=1 W3a/8=2
	END
}

@test "poke: raw types are one write of that width" {
	expect_accesses <<-'END'
		poke $T 0x14/u8=0x12         -> W14/8=12
		poke $T 0x14/u16=0x1234      -> W14/16=1234
		poke $T 0x40/u64=1           -> W40/64=1
		poke $T 0x84/be32=0x01020304 -> W84/32=4030201
		poke $T side+0x20=9          -> Wside+20/32=9
	END
}

@test "poke: a field, bits or a mask is one read and one write of the register" {
	expect_accesses <<-'END'
		poke $T HALF.LO=0xff         -> R38/16=1234 W38/16=12ff
		poke $T RAH.1.AH=0           -> R4c/32=80005544 W4c/32=80000000
		poke $T COMMAND.MASTER=1     -> R68/16=3 W68/16=7
		poke $T BASE.RUN=1           -> R30/64=12345000 W30/64=12345001
		poke $T BASE.ADDR=0xa000     -> R30/64=12345000 W30/64=a000
		poke $T BIG.TOP=0xff         -> R84/32=44332211 W84/32=443322ff
		poke $T unit0.CONF.RUN=1     -> R104/32=c0 W104/32=c1
		poke $T HALF:15..8=0         -> R38/16=1234 W38/16=34
		poke $T HALF=0x40/0xf0       -> R38/16=1234 W38/16=1244
		poke $T 0x38=0/0xff          -> R38/16=1234 W38/16=1200
		poke $T 0x48/u16=0/0xff      -> R48/16=1100 W48/16=1100
		poke $T HALF.LO=1 HALF.HI=2  -> R38/16=1234 W38/16=1201 R38/16=1201 W38/16=201
	END
}

@test "poke: comma fields are one read and one write, after a whole value one write alone" {
	expect_accesses <<-'END'
		poke $T CTRL.EN=1,MODE=fast  -> R14/32=a0000110 W14/32=a0000021
		poke $T CTRL=0x10,EN=1       -> W14/32=11
		poke $T HALF=0x1111,LO=0x22  -> W38/16=1122
		poke $T HALF.LO=1,HI=2       -> W38/16=201
	END
}

@test "poke: ^= and += are one read and one write; an overflow writes nothing" {
	expect_accesses <<-'END'
		poke $T HALF^=0x00ff         -> R38/16=1234 W38/16=12cb
		poke $T HALF.LO^=0xf         -> R38/16=1234 W38/16=123b
		poke $T HALF+=1              -> R38/16=1234 W38/16=1235
		poke $T HALF.LO+=2           -> R38/16=1234 W38/16=1236
		!2 poke $T HALF.LO+=0xff     -> R38/16=1234
		toggle $T CTRL.EN            -> R14/32=a0000110 W14/32=a0000011
		toggle $T HALF:15            -> R38/16=1234 W38/16=9234
		toggle $T HALF.LO HALF.LO    -> R38/16=1234 W38/16=12cb R38/16=12cb W38/16=1234
	END
}

@test "poke: neighbours get the value that does nothing" {
	expect_accesses <<-'END'
		# ERR is pending (w1c): written 0; reserved bits are kept
		poke $T CTRL.EN=1            -> R14/32=a0000110 W14/32=a0000011
		poke $T CTRL.ERR=1           -> R14/32=a0000110 W14/32=a0000110
		poke $T CTRL.GO=1            -> R14/32=a0000110 W14/32=a0000210
		# reserved: zero
		poke $T ZEROS.A=1            -> R7c/32=f0000000 W7c/32=10
		# write-0 kinds get ones
		poke $T NEG.KEEP=0           -> R88/32=3f W88/32=f
		poke $T NEG.CLR=0            -> R88/32=3f W88/32=3d
	END
}

@test "poke: no read where no bit has to keep its value" {
	expect_accesses <<-'END'
		poke $T IMS.LINK=1           -> W1c/32=1
		poke $T IMC.RX=1             -> W20/32=2
		poke $T STATUS.PARITY=1      -> W6a/16=8000
		poke $T RAL.0:31..0=1        -> W40/32=1
		poke $T RST:0=1              -> Wc/32=1
		poke $T KICK.NR=3            -> W74/32=30
		poke $T KICK.NR=3,GO=1       -> W74/32=31
	END
}

@test "poke: --readback and --verify add one read, --flush the flush register's" {
	expect_accesses <<-'END'
		poke $T HALF=0x1 --readback  -> W38/16=1 R38/16=1
		poke $T HALF.LO=1 --readback -> R38/16=1234 W38/16=1201 R38/16=1201
		poke $T HALF=0x1 --verify    -> W38/16=1 R38/16=1
		poke $T CTRL=0x101 --verify  -> W14/32=101 R14/32=a0000001
		poke $T HALF=0x1 --readback --verify -> W38/16=1 R38/16=1
		poke $T HALF=0x1 --flush     -> W38/16=1 R8/32=77
		poke $T IMC=0xff --flush     -> W20/32=ff R8/32=77
		poke $T HALF=1 BYTE=2 --readback -> W38/16=1 R38/16=1 W3a/8=2 R3a/8=2
		toggle $T CTRL.EN --readback -> R14/32=a0000110 W14/32=a0000011 R14/32=a0000111
		poke $T HALVES=1 --readback  -> W64/32=0 W60/32=1 R64/32=0 R60/32=1
	END
}

@test "poke: --others is one write and no read" {
	expect_accesses <<-'END'
		poke $T CTRL.EN=1 --others zero  -> W14/32=1
		poke $T CTRL.EN=1 --others reset -> W14/32=a0000011
		poke $T CTRL.EN=1 --others 0xf0  -> W14/32=f1
		poke $T COUNT.A=5 --others zero  -> W80/32=50
		poke $T SEMA.BUSY=1 --others zero -> W6c/32=1
		poke $T HALF=0x1111              -> W38/16=1111
		+poke $T HALF.HI=2 --others shadow -> W38/16=211
		!2 poke $T HALF.LO^=1 --others zero ->
	END
}

@test "poke: a joined value is one write per register, its neighbours read" {
	expect_accesses <<-'END'
		poke $T MAC=52:54:00:12:34:56 -> R44/32=80005544 W44/32=80005634 W40/32=12005452
	END
}

@test "poke: an indirect register is the data, the index and the wait" {
	expect_accesses <<-'END'
		poke $T PAGE=5               -> W2c/32=4160005 R2c/32=14160005
	END
}

@test "poke: --dry-run touches nothing" {
	expect_accesses <<-'END'
		poke $T CTRL=1 --dry-run         ->
		poke $T CTRL.EN=1 --dry-run      ->
		poke $T HALF.LO+=1 --dry-run --verify --flush ->
		poke $T SQDB.1=1 --dry-run       ->
		poke $T PAGE=1 --dry-run         ->
		poke $T MAC=52:54:00:12:34:56 --dry-run ->
		toggle $T CTRL.EN --dry-run      ->
		poke $T CTRL.EN=1 --dry-run --json ->
	END
}

@test "poke: what is refused has touched nothing" {
	expect_accesses <<-'END'
		# reading COUNT to write part of it would clear it
		!5 poke $T COUNT.A=1         ->
		!5 toggle $T COUNT.A         ->
		!5 poke $T COUNT:0=1 --force=reserved ->
		# SEMA is set, OWED.EATS cleared, by what a partial write cannot avoid
		!5 poke $T SEMA:3=1 --force=reserved ->
		!5 poke $T OWED.A=1          ->
		poke $T OWED.A=1,EATS=0      -> R78/32=70 W78/32=10
		# read only, reserved bits, no word of the enum
		!5 poke $T FIXED=1           ->
		!5 poke $T CAUSE=1           ->
		!5 poke $T LEVEL.COUNT=1     ->
		!5 poke $T CTRL:31=0         ->
		!5 poke $T CTRL=0/0x80000000 ->
		!5 poke $T CTRL.MODE=7       ->
		# write-only
		!2 peek $T IMC               ->
		!2 peek $T SQDB.0            ->
		# part of raw words: what would be read, or written back, has an effect
		!5 poke $T 0x14/u32=1/1      ->
		!5 poke $T 0x14/u16=1/1      ->
		!5 poke $T 0x80/u8=1/1       ->
		!5 poke $T 0x74/u32=1/1      ->
		!5 poke $T 0x20/u64=1/1      ->
		!5 poke $T 0x24/u32=1/1      ->
		!5 poke $T 0x68/be32=4/4     ->
		poke $T 0x14/u8=1/1          -> R14/8=10 W14/8=11
		poke $T 0x14/u32=1/1 --others zero -> W14/32=1
		# ends, widths, alignment, names, values
		!2 peek $T 0x2000            ->
		!2 peek $T 0x1ffe/u32        ->
		!2 peek $T 0x15/u16          ->
		!2 poke $T CTRL.NOPE=1       ->
		!2 poke $T HALF=0x10000      ->
		!2 poke $T HALF.LO=0x100     ->
		!2 poke $T CTRL.MODE=swift   ->
		!2 peek $T RAL.4             ->
		!2 peek $T CTRL.3            ->
	END
}

@test "poke: a bad operand later in the line stops the first one too" {
	expect_accesses <<-'END'
		!2 peek $T CTRL NOPE         ->
		!2 poke $T CTRL=1 NOPE=1     ->
		!2 poke $T CTRL=1 HALF=0x10000 ->
		!5 poke $T CTRL=1 FIXED=1    ->
		!5 poke $T CTRL=1 COUNT.A=1  ->
		!5 toggle $T CTRL.EN COUNT.A ->
		!2 peek $T CTRL IMC          ->
		!2 poll $T CTRL.EN==0 NOPE==1 --timeout 0 ->
		!2 check $T CTRL.EN==0 CTRL.MODE==swift ->
		!2 peek $T CTRL --count 0    ->
		!2 poke $T CTRL=1 --others never ->
		!2 peek $T CTRL --nope       ->
	END
}

# ---------------------------------------------------------- poll and check

@test "poll and check: each register once per look however many conditions name it" {
	expect_accesses <<-'END'
		check $T CTRL.EN==0          -> R14/32=a0000110
		check $T CTRL.EN==0 CTRL.MODE==slow CTRL:8==1 -> R14/32=a0000110
		check $T CTRL.EN==0 CTRL.EN==0 -> R14/32=a0000110
		check $T CTRL.EN==0 HALF==0x1234 CTRL.MODE==slow -> R14/32=a0000110 R38/16=1234
		check $T CTRL.EN eq 0 HALF gt 1 -> R14/32=a0000110 R38/16=1234
		!1 check $T CTRL.EN==1       -> R14/32=a0000110
		!1 check $T CTRL.EN==1 HALF==0x1234 -> R14/32=a0000110 R38/16=1234
		check $T CAUSE==5            -> R18/32=5
		check $T CAUSE.LINK==1 CAUSE.TX==1 -> R18/32=5
		check $T 0x38/u16==0x1234    -> R38/16=1234
		check $T BYTE==0x9a          -> R3a/8=9a
		poll $T CTRL.EN==0           -> R14/32=a0000110
		poll $T CTRL.EN==0 CTRL.MODE==slow --unless CTRL:8==0 -> R14/32=a0000110
		!1 poll $T CTRL.EN==1 --timeout 0 -> R14/32=a0000110
		!1 poll $T CTRL.EN==1 --unless HALF.LO==0x34 -> R14/32=a0000110 R38/16=1234
		!1 poll $T CTRL.EN==1 --unless CTRL.MODE eq slow -> R14/32=a0000110
		!1 poll $T CAUSE.RX==1 --timeout 0 -> R18/32=5
		poll $T CTRL.EN==0 --timeout CAP.TO -> R0/64=100000003 R14/32=a0000110
		check $T MAC==00:11:22:33:44:55 -> R44/32=80005544 R40/32=33221100
		check $T ID==0x141           -> W2c/32=8020000 R2c/32=18020141 R2c/32=18020141
		!2 check $T IMC==0           ->
		!2 poll $T SQDB.0==0         ->
	END
}

# -------------------------------------------------------------------- dump

# what a dump may read; CAP first, which the doorbells' number and place are made of: no rc, rs or effect, FIFO, doorbell, indirect, wo, hole
MAIN='R0/64=100000003 R8/32=77 R14/32=a0000110 R1c/32=2 R28/32=0 R2c/32=0 R30/64=12345000
	R38/16=1234 R3a/8=9a R40/32=33221100 R44/32=80005544 R48/32=33221100 R4c/32=80005544
	R50/32=33221100 R54/32=80005544 R58/32=33221100 R5c/32=80005544 R64/32=11112222
	R60/32=33334444 R68/16=3 R6a/16=8100 R74/32=51 R78/32=70 R7c/32=f0000000
	R84/32=44332211 R88/32=3f R8c/32=10 R90/32=1d R100/8=5d R104/32=c0'

@test "dump: every register once in its width; none that a read changes, no FIFO, doorbell, indirect or write-only one" {
	expect_accesses <<-END
		dump \$T -> $(echo $MAIN) Rside+10/32=51de
		peek \$T '**' -> $(echo $MAIN) Rside+10/32=51de
	END
}

@test "dump: a range of registers, a block, a glob" {
	expect_accesses <<-'END'
		dump $T CTRL..LEVEL          -> R14/32=a0000110 R1c/32=2 R28/32=0
		dump $T RAL                  -> R40/32=33221100 R48/32=33221100 R50/32=33221100 R58/32=33221100
		dump $T unit0                -> R100/8=5d R104/32=c0
		dump $T 'H*'                 -> R38/16=1234 R64/32=11112222 R60/32=33334444
		dump $T CAUSE..CAUSE         ->
		dump $T CAUSE..CAUSE --force=effect -> R18/32=5
		dump $T phy                  ->
		dump $T phy --force=effect   -> W2c/32=8020000 R2c/32=18020141 R2c/32=18020141 W2c/32=8160000 R2c/32=18160007 R2c/32=18160007
		!2 dump $T phy -w 16         ->
		!2 dump $T phy -w 16 --force=effect ->
	END
}

@test "dump: the words of a range are reads of one width over no hole and no effect" {
	expect_accesses <<-'END'
		dump $T 0x8..+0x10 -w 32     -> R8/32=77 R14/32=a0000110
		dump $T 0x40..+0x10 -w 32    -> R40/32=33221100 R44/32=80005544 R48/32=33221100 R4c/32=80005544
		dump $T 0x40..+8 -w 16       -> R40/16=1100 R42/16=3322 R44/16=5544 R46/16=8000
		dump $T 0x40..+4 -w 8        -> R40/8=0 R41/8=11 R42/8=22 R43/8=33
		dump $T 0x40..+0x10 -w 64    -> R40/64=8000554433221100 R48/64=8000554433221100
		dump $T 0x10..+0x10 -w 32    -> R14/32=a0000110 R1c/32=2
		dump $T 0x38..+4 -w 16       -> R38/16=1234
		dump $T 0x38..+4 -w 8        -> R38/8=34 R39/8=12 R3a/8=9a
		dump $T 0x38..+4 -w 8 --json -> R38/8=34 R39/8=12 R3a/8=9a
		dump $T 0x10..+0x10 -w 32 --force=range -> R10/32=0 R14/32=a0000110 R1c/32=2
		!2 dump $T 0x41..+4 -w 32    ->
		!2 dump $T 0x1ff8..+0x10 -w 32 ->
	END
}

@test "dump --raw: refused over what must not be read, with --hole around it" {
	local out=$BATS_TEST_TMPDIR/raw
	expect_accesses <<-END
		dump \$T 0x40..+0x10 --raw -o $out -> R40/32=33221100 R44/32=80005544 R48/32=33221100 R4c/32=80005544
		!5 dump \$T 0x10..+0x10 --raw -o $out ->
		!5 dump \$T 0x24..+4 --raw -o $out ->
		dump \$T 0x10..+0x10 --raw --hole 0xff -o $out -> R14/32=a0000110 R1c/32=2
	END
}

# ------------------------------------------------------------ offline verbs

@test "offline verbs touch nothing" {
	expect_accesses <<-'END'
		explain $T CTRL              ->
		explain $T CTRL.MODE CAUSE 0x14 ->
		explain $T SQDB.1            ->
		explain $T ID                ->
		decode $T CTRL 0x11          ->
		decode $T CTRL 0x11 --bits   ->
		find $T LINK                 ->
		info $T                      ->
		info $T --json               ->
		list                         ->
		desc show tests/golden/exact.yaml ->
		desc lint tests/golden/exact.yaml ->
		peek -h                      ->
		__complete "devpoke peek $T C" 99 ->
		__complete "devpoke poke $T CTRL.MODE=" 99 ->
	END
}

# ------------------------------------------------------------------- batch

@test "batch: each line does what the command does, a device stays open and const once read" {
	expect_accesses <<-'END'
		batch -t $T -e CTRL          -> R14/32=a0000110
		batch -t $T -e CTRL.EN=1     -> R14/32=a0000110 W14/32=a0000011
		batch -t $T -e HALF=1 -e HALF -e 'check HALF==1' -> W38/16=1 R38/16=1 R38/16=1
		batch -e "use $T" -e BYTE    -> R3a/8=9a
		batch -t $T -e SQDB.1=1 -e CQDB.1=2 -> R0/64=100000003 W1010/32=1 W1018/32=2
		batch -t $T -e 'repeat 2 peek BYTE' -> R3a/8=9a R3a/8=9a
		batch -t $T -e 'let x = HALF' -e 'HALF=$x' -> R38/16=1234 W38/16=1234
		batch -t $T -e 'let x = 3' -e 'BYTE=($x+1)' -> W3a/8=4
		batch -t $T -e 'dump unit0'  -> R100/8=5d R104/32=c0
		batch -t $T -e 'explain CTRL' -> 
		!2 batch -t $T -e BYTE -e NOPE -e HALF -> R3a/8=9a
		!2 batch -t $T --keep-going -e BYTE -e NOPE -e HALF -> R3a/8=9a R38/16=1234
		batch --check -t $T -e BYTE=1 -e HALF -e 'check HALF==1' ->
		!2 batch --check -t $T -e BYTE=1 -e NOPE ->
		!5 batch --check -t $T -e FIXED=1 ->
	END
}
