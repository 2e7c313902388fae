# SPDX-License-Identifier: GPL-2.0-or-later
# A folder that stands for the root of a machine ($DEVPOKE_ROOT): `load ../lib/tree`.
# shellcheck shell=bash

# tree_make - a machine with one function, $TREE_BDF, in the folder $TREE_FN: BAR 0 begins at
# 0x100 of its page, BAR 2 has two pages, BAR 4 is I/O
tree_make() {
	export DEVPOKE_ROOT=$BATS_TEST_TMPDIR/root TREE_BDF=0000:01:00.0
	TREE_FN=$DEVPOKE_ROOT/sys/bus/pci/devices/$TREE_BDF
	rm -rf "$DEVPOKE_ROOT"
	mkdir -p "$TREE_FN" "$DEVPOKE_ROOT/proc" "$DEVPOKE_ROOT/dev"
	echo 0x1b36 >"$TREE_FN/vendor"
	echo 0x0007 >"$TREE_FN/device"
	echo 0x080501 >"$TREE_FN/class"
	echo 0x03 >"$TREE_FN/revision"
	echo D0 >"$TREE_FN/power_state"
	printf '0x%016x 0x%016x 0x%016x\n' \
		0xfe000100 0xfe0001ff 0x40200 0 0 0 \
		0xfe002000 0xfe003fff 0x40200 0 0 0 \
		0xc100 0xc11f 0x40101 0 0 0 0 0 0 >"$TREE_FN/resource"
	truncate -s 256 "$TREE_FN/config"
	tree_config 00=361b0700 04=0300
	truncate -s 4096 "$TREE_FN/resource0"
	truncate -s 8192 "$TREE_FN/resource2"
	truncate -s 32 "$TREE_FN/resource4"
}

# tree_bytes FILE OFFSET=BYTES... - both in hex, bytes in the order of the bus
tree_bytes() {
	local file=$1 word bytes escaped
	shift
	for word in "$@"; do
		bytes=${word#*=} escaped=
		while [[ -n $bytes ]]; do
			escaped+="\\x${bytes:0:2}" bytes=${bytes:2}
		done
		printf '%b' "$escaped" |
			dd of="$file" bs=1 seek=$((16#${word%%=*})) conv=notrunc status=none
	done
}

tree_config() {
	tree_bytes "$TREE_FN/config" "$@"
}
