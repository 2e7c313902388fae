#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Kept images of descriptions: only a shortcut, whatever happens to them or to the files.
# shellcheck disable=SC2154 # status, output, stderr come from bats

load ../lib/common

setup() {
	dp_setup
	CACHE=$XDG_CACHE_HOME/devpoke
	F=$BATS_TEST_TMPDIR/part.yaml
	part 5
}

# part RESET - the description, made anew; older than what a clock's tick could hide
part() {
	cat >"$F" <<-END
		schema: 1
		device: {name: part}
		include: fields.yaml
		registers: {A: {offset: 0, reset: $1, use: ab}}
		blocks: {b: {use: blk, at: "0x10"}}
	END
	[[ -e $BATS_TEST_TMPDIR/fields.yaml ]] ||
		printf 'schema: 1\ntypes: {ab: {fields: {X: 3..0}}}\n' >"$BATS_TEST_TMPDIR/fields.yaml"
	[[ -e $XDG_CONFIG_HOME/devpoke/devices/blk.yaml ]] || {
		mkdir -p "$XDG_CONFIG_HOME/devpoke/devices"
		printf 'schema: 1\ndevice: {name: blk}\nregisters: {B: {offset: 0, reset: 7}}\n' \
			>"$XDG_CONFIG_HOME/devpoke/devices/blk.yaml"
	}
}

# see EXPECTED... - what the model reads, whatever the cache is like
see() {
	run_dp peek "model:$F" A b.B -f dec -r
	assert_ok
	[[ ${lines[*]} == "$*" ]] || _assert_failed "expected $*"
}

# yaml_read - the YAML files that a run opens
yaml_read() {
	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 \
		strace -f -e trace=openat -o "$BATS_TEST_TMPDIR/calls" "$DEVPOKE_BIN" decode "$F" A 5 >/dev/null
	grep -o '[a-z]*\.yaml"' "$BATS_TEST_TMPDIR/calls" || true
}

# kept - an image that is old enough to count
kept() {
	see 5 7
	sleep 2.1
	see 5 7
	IMAGE=$(ls "$CACHE"/*.image)
}

@test "cache: an image is used, and nothing is parsed" {
	kept
	[[ $(stat -c %a "$IMAGE") == 600 ]]
	[[ -z $(yaml_read) ]]
	see 5 7
}

@test "cache: each file of a description is asked whether it changed" {
	kept
	local like=$BATS_TEST_TMPDIR/like
	touch -r "$F" "$like"
	sed -i 's/reset: 5/reset: 6/' "$F"
	touch -r "$like" "$F" # its size and its time of change say nothing
	see 6 7
	sed -i 's/3..0/7..4/' "$BATS_TEST_TMPDIR/fields.yaml"
	run_dp decode "$F" A 0x50
	assert_stdout_has "X  7..4  0x5"
	sed -i 's/reset: 7/reset: 8/' "$XDG_CONFIG_HOME/devpoke/devices/blk.yaml"
	see 6 8
	rm "$BATS_TEST_TMPDIR/fields.yaml"
	run_dp peek "model:$F" A
	assert_exit 2
	assert_stderr_has "fields.yaml': No such file or directory"
	rm "$F"
	run_dp peek "model:$F" A
	assert_exit 2
}

@test "cache: a file that now comes first on the way to another is found" {
	kept
	sed 's/reset: 7/reset: 9/' "$XDG_CONFIG_HOME/devpoke/devices/blk.yaml" >"$BATS_TEST_TMPDIR/blk.yaml"
	see 5 9
	rm "$BATS_TEST_TMPDIR/blk.yaml"
	see 5 7
	mkdir -p "$HOME/other/devpoke/devices"
	sed 's/reset: 7/reset: 10/' "$XDG_CONFIG_HOME/devpoke/devices/blk.yaml" >"$HOME/other/devpoke/devices/blk.yaml"
	XDG_CONFIG_HOME=$HOME/other see 5 10
	see 5 7
}

@test "cache: whatever is wrong with an image, it is as if there were none, and it is made again" {
	local size at
	kept
	cp "$IMAGE" "$BATS_TEST_TMPDIR/good"
	size=$(stat -c %s "$IMAGE")
	for at in 0 7 8 16 24 31 32 40 48 56 64 72 100 $((size / 2)) $((size - 1)); do
		cp "$BATS_TEST_TMPDIR/good" "$IMAGE"
		printf '\xa5' | dd of="$IMAGE" bs=1 seek="$at" conv=notrunc status=none
		see 5 7
	done
	for at in 0 1 63 64 100 $((size / 2)) $((size - 1)); do
		cp "$BATS_TEST_TMPDIR/good" "$IMAGE"
		truncate -s "$at" "$IMAGE"
		see 5 7
	done
	cp "$BATS_TEST_TMPDIR/good" "$IMAGE"
	truncate -s +1 "$IMAGE"
	see 5 7
	head -c "$size" /dev/urandom >"$IMAGE"
	see 5 7
	cmp -s -n 8 "$IMAGE" "$BATS_TEST_TMPDIR/good"
}

@test "cache: what is not ours alone is not looked at" {
	kept
	cp "$IMAGE" "$BATS_TEST_TMPDIR/good"
	chmod 660 "$IMAGE"
	[[ $(yaml_read) == *part.yaml* ]]
	see 5 7
	rm "$IMAGE" && ln -s "$BATS_TEST_TMPDIR/good" "$IMAGE"
	[[ $(yaml_read) == *part.yaml* ]]
	see 5 7
	rm -f "$IMAGE" && mkdir "$IMAGE"
	see 5 7
	rmdir "$IMAGE" && mkfifo "$IMAGE"
	see 5 7
}

@test "cache: a folder that cannot be made or written is no matter" {
	rm -rf "$XDG_CACHE_HOME" && mkdir -p "${XDG_CACHE_HOME%/*}" && : >"$XDG_CACHE_HOME"
	see 5 7
	rm "$XDG_CACHE_HOME" && ln -s /proc "$XDG_CACHE_HOME"
	see 5 7
	XDG_CACHE_HOME=/dev/full see 5 7
}

@test "cache: many processes at once make and use it" {
	for _ in 1 2 3; do
		rm -rf "$CACHE"
		run_sh "for i in 1 2 3 4 5 6 7 8; do devpoke peek model:$F A -r & done; wait"
		assert_exit 0
		[[ $(sort -u <<<"$output") == 0x00000005 && ${#lines[@]} == 8 ]]
		see 5 7
		[[ -z $(find "$CACHE" -name '*.image.*') ]]
	done
}

@test "cache: two devices of one description share it; variants have one each" {
	kept
	run_dp batch -e "peek model:$F A -r" -e "peek model:$F@$BATS_TEST_TMPDIR/state A -r" \
		-e "peek model:$F b.B -r"
	assert_ok
	assert_stdout "0x00000005
0x00000005
0x00000007"
	F=$DP_ROOT/tests/golden/variants.yaml
	run_dp batch -e "explain $F CTRL.OLD" -e "peek model:$F CTRL.FAST -r"
	assert_ok
	run_dp batch -e "peek model:$F CTRL.FAST -r" -e "explain $F CTRL.OLD"
	assert_ok
}

@test "cache: every shipped description can be kept" {
	local file n=0
	for file in devices/*.yaml; do
		run_dp desc show "./$file"
		assert_exit 0
		n=$((n + 1))
	done
	# a sanitizer's shadow lies where numbers of some of them might point to
	[[ $DEVPOKE_BIN == */san/* || $(ls "$CACHE"/*.image | wc -l) -ge $n ]]
}
