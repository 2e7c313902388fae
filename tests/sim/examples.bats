#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The examples of every verb's -h work when they are pasted.
# shellcheck disable=SC2154 # status, output, stderr come from bats

load ../lib/common

# what needs a card, a file of the user's, or a wait of seconds
OTHERS='01:00\.0|bringup\.dp|sim (start|stop|plug|unplug)| log |CAP\.TO'

@test "help: each example that needs no more than a lab is understood and finds what it names" {
	local verb line bad="" n=0
	mkdir "$BATS_TEST_TMPDIR/bin"
	ln -s "$DEVPOKE_BIN" "$BATS_TEST_TMPDIR/bin/devpoke"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	devpoke sim start lab nvme,serial=x e1000e edu
	# files that examples name, in a folder that they may write to
	ln -s "$DP_ROOT/devices" "$DP_ROOT/tests" "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR"
	sed "s/EFFECTS/UART0/" "$DP_ROOT/tests/golden/svd/all.svd" >RP2040.svd
	devpoke snap sim:nvme -q -o before.snap
	devpoke snap sim:nvme -q -o after.snap
	for verb in $(devpoke help --json | jq -r '.. | .name? // empty' | sort -u) "desc export" "desc import" "desc lint" "desc new" "desc show" "seq list" "seq show" "seq run" "sim run"; do
		# shellcheck disable=SC2086 # "desc lint" is two words
		while read -r line; do
			n=$((n + 1))
			run timeout 20 bash -c "$line" </dev/null
			# 1 is an answer of check, poll and find
			((status <= 1)) || bad+="[$status] $line: $output"$'\n'
		done < <(devpoke help $verb 2>/dev/null | sed -n '/^examples:/,$p' | grep '^  ' | grep -Ev "$OTHERS")
	done
	((n > 20)) || _assert_failed "only $n examples were found"
	[[ -z $bad ]] || _assert_failed "$bad"
}
