#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What compilers make of the inline accessors: one load or store of the stated width each,
# none split, merged, repeated, narrowed or dropped.  Read off the machine code.
# shellcheck disable=SC2154 # status, output come from bats

load ../lib/common

setup() {
	dp_setup
	[[ $(uname -m) == x86_64 ]] || skip "reads the machine code of x86-64"
	cd "$BATS_TEST_TMPDIR" || return 1
	cat >a.c <<'END'
#include "devpoke.h"
#define KEEP __attribute__((noinline, used))
#define SET(n) \
KEEP uint##n##_t load##n(const volatile void *p) { return dp_mmio_r##n(p); } \
KEEP void store##n(volatile void *p, uint##n##_t v) { dp_mmio_w##n(p, v); } \
KEEP void dropped##n(const volatile void *p) { dp_mmio_r##n(p); } \
KEEP uint##n##_t again##n(const volatile void *p) { return dp_mmio_r##n(p) ^ dp_mmio_r##n(p); } \
KEEP void same##n(volatile void *p, uint##n##_t v) { dp_mmio_w##n(p, v); dp_mmio_w##n(p, v); } \
KEEP void pair##n(volatile uint8_t *p) { dp_mmio_w##n(p, 0); dp_mmio_w##n(p + n / 8, 0); } \
KEEP uint8_t low##n(const volatile void *p) { return (uint8_t)dp_mmio_r##n(p); } \
KEEP int top##n(const volatile void *p) { return dp_mmio_r##n(p) >> (n - 1) & 1; } \
KEEP void block##n(volatile uint8_t *p) { for (int i = 0; i < 4; i++) dp_mmio_w##n(p + i * n, 0); } \
KEEP uint##n##_t ioload##n(struct dp_io *io) { return dp_io_r##n(io, 256); } \
KEEP void iostore##n(struct dp_io *io, uint##n##_t v) { dp_io_w##n(io, 256, v); }
SET(8) SET(16) SET(32) SET(64)
END
	cat >b.c <<'END'
#include "devpoke.h"
#define SET(n) \
uint##n##_t load##n(const volatile void *); void store##n(volatile void *, uint##n##_t); \
void dropped##n(const volatile void *); uint##n##_t again##n(const volatile void *); \
void same##n(volatile void *, uint##n##_t); void pair##n(volatile void *); \
uint8_t low##n(const volatile void *); int top##n(const volatile void *); \
void block##n(volatile void *); uint##n##_t ioload##n(struct dp_io *); \
void iostore##n(struct dp_io *, uint##n##_t);
SET(8) SET(16) SET(32) SET(64)
#define CALL(n) sum += load##n(p) + again##n(p) + low##n(p) + top##n(p) + ioload##n(&io); \
	store##n(p, 1); dropped##n(p); same##n(p, 1); pair##n(p); block##n(p); iostore##n(&io, 1);
__attribute__((noipa)) uint64_t dp_io_slow_read(struct dp_io *io, uint64_t offset, unsigned width)
{
	return io->len + offset + width;
}
__attribute__((noipa)) void dp_io_slow_write(struct dp_io *io, uint64_t offset, unsigned width, uint64_t value)
{
	io->len = offset + width + value;
}
int main(int argc, char **argv)
{
	struct dp_io io = {.base = (void *)argv};
	volatile void *p = argv;
	uint64_t sum = 0;

	CALL(8) CALL(16) CALL(32) CALL(64)
	return (int)(sum + (uint64_t)argc);
}
END
}

# The memory operands of each function by their size, in order: "FUNCTION B W D Q"; what goes
# to the stack, and fillers behind a return, is none.
operands() {
	objdump -d -M intel --no-show-raw-insn "$1" | awk '
		/^[0-9a-f]+ <.*>:$/ { flush(); name = $2; gsub(/[<>:]/, "", name); next }
		/nop|\tlea|\[r[sb]p|xchg +ax,ax/ { next }
		/\trep /                  { words = words " REP" }
		/XMMWORD|YMMWORD|ZMMWORD/ { words = words " WIDE"; next }
		/QWORD PTR/ { words = words " Q" } /[^DQM]WORD PTR/ { words = words " W" }
		/DWORD PTR/ { words = words " D" } /BYTE PTR/ { words = words " B" }
		function flush() { if (name != "") print name words; words = "" }
		END { flush() }'
}

# expect FILE - all 44 functions of a.c
expect() {
	local n w want got bad=0
	got=$(operands "$1")
	for n in 8:B 16:W 32:D 64:Q; do
		w=${n#*:} n=${n%:*}
		while read -r want; do
			grep -qxF "$want" <<<"$got" || {
				echo "expected '$want', got '$(grep "^${want%% *}\>" <<<"$got")'"
				bad=1
			}
		done <<-END
			load$n $w
			store$n $w
			dropped$n $w
			again$n $w $w
			same$n $w $w
			pair$n $w $w
			low$n $w
			top$n $w
			ioload$n Q $w
			iostore$n Q $w
		END
		# a loop or four in a row
		grep -qxE "block$n $w( $w $w $w)?" <<<"$got" || { echo "block$n: $got"; bad=1; }
	done
	return $bad
}

@test "accessors: one access each with gcc, -O0 aside" {
	local opt
	for opt in -O1 -O2 -O3 -Os '-O3 -march=x86-64-v3' '-O3 -funroll-all-loops'; do
		# shellcheck disable=SC2086 # several options
		gcc -std=c11 $opt -fcf-protection=none -I"$DP_ROOT/lib" -c -o a.o a.c
		run expect a.o
		[[ $status == 0 ]] || _assert_failed "with $opt"
	done
}

@test "accessors: one access each with gcc's link-time optimization" {
	gcc -std=c11 -O3 -flto -fcf-protection=none -I"$DP_ROOT/lib" -o a a.c b.c
	run expect a
	assert_exit 0
}

@test "accessors: one access each with clang" {
	local opt
	command -v clang >/dev/null || skip "no clang here"
	for opt in -O1 -O2 -O3 -Os '-O3 -march=x86-64-v3'; do
		# shellcheck disable=SC2086 # several options
		clang -std=c11 $opt -I"$DP_ROOT/lib" -c -o a.o a.c
		run expect a.o
		[[ $status == 0 ]] || _assert_failed "with $opt"
	done
}

@test "accessors: the library's own load and store are one access of each width" {
	local opt
	for opt in -O2 -O3 '-O3 -march=x86-64-v3'; do
		# the jump over the widths would itself be read from a table
		cat >any.c <<'END'
#include "core/bits.h"
uint64_t any_load(const volatile void *p, unsigned w) { return dp_mmio_load(p, w); }
void any_store(volatile void *p, unsigned w, uint64_t v) { dp_mmio_store(p, w, v); }
END
		# shellcheck disable=SC2086 # several options
		gcc -std=c11 -D_GNU_SOURCE $opt -fno-jump-tables -fcf-protection=none \
			-I"$DP_ROOT/lib" -c -o any.o any.c
		run operands any.o
		[[ $(grep '^any_load ' <<<"$output" | tr ' ' '\n' | sort | tr '\n' ' ') == "B D Q W any_load " &&
			$(grep '^any_store ' <<<"$output" | tr ' ' '\n' | sort | tr '\n' ' ') == "B D Q W any_store " ]] ||
			_assert_failed "each width once, with $opt"
	done
	# and nowhere in the object as it is built are several moved at once
	run operands "$DP_ROOT/build/lib/core/space.o"
	[[ -n $(grep '^dp_space_read ' <<<"$output") ]]
	[[ -z $(grep -E '^(dp_space_read|dp_space_write) .*(WIDE|REP)' <<<"$output") ]] ||
		_assert_failed "no vectors, no rep"
}
