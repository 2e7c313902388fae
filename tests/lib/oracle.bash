# SPDX-License-Identifier: GPL-2.0-or-later
# What really was accessed, as witnesses say that are not the program's core: the register
# model's own log, and QEMU's trace of its memory regions.  Load after common.bash.
#
# An access is one word: R or W, the space unless it is `main`, the offset, /width, = and the
# value, all but the width in hex without leading zeros: R14/32=a0000110 Wside+10/16=5.
# shellcheck shell=bash disable=SC2154 # status, output, stderr come from bats

# ------------------------------------------------------------------- model

# accesses_of LOG... - the access words of each JSONL file, "NAME: WORDS" a line; a log that
# does not exist has none
accesses_of() {
	local log have=()
	for log in "$@"; do
		[[ ! -e $log ]] || have+=("$log")
	done
	((${#have[@]})) || return 0
	jq -rn '
		def hex: ltrimstr("0x") | sub("^0+(?=.)"; "");
		reduce inputs as $a ({}; .[input_filename | sub(".*/"; "")] +=
			" \($a.op)\(if $a.space == "main" then "" else $a.space + "+" end)" +
			"\($a.offset | hex)/\($a.width)=\($a.value // "0xfailed" | hex)") |
		to_entries[] | "\(.key):\(.value)"' "${have[@]}"
}

# expect_accesses - a table on stdin: COMMAND -> ACCESSES, each on a model of its own in the
# state after reset.  $T in a command is its target.  What the model logged has to be the
# accesses, in order, and so has what --trace said.  Before a command: `!N`, it exits N, not
# 0; `+`, it goes on with the state that the row above has left.
expect_accesses() {
	local dir=$BATS_TEST_TMPDIR/oracle row code want words n=0 bad=0 state=0 line T
	local -a rows=() wants=() argv
	local -A got=()
	rm -rf "$dir" && mkdir "$dir"
	while read -r row; do
		[[ -n $row && $row != '#'* ]] || continue
		code=0
		[[ $row != '+'* ]] || { state=$((n - 1)) row=${row:1}; }
		[[ $row != '!'* ]] || { code=${row:1:1} row=${row:2}; }
		want=${row##*->} row=${row%->*}
		# shellcheck disable=SC2034 # used by the rows
		T=model:$DP_ROOT/tests/golden/exact.yaml@$dir/state$state
		eval "argv=($row)"
		status=0
		timeout --foreground 60 "$DEVPOKE_BIN" --trace="$dir/$n.trace" "${argv[@]}" \
			>"$dir/$n.out" 2>&1 </dev/null || status=$?
		if ((status != code)); then
			printf '%s\n  exit %s, expected %s: %s\n' "$row" $status "$code" \
				"$(<"$dir/$n.out")"
			bad=1
		fi
		[[ ! -e $dir/state$state.log ]] || mv "$dir/state$state.log" "$dir/$n.log"
		read -ra words <<<"$want"
		rows+=("$row") wants+=("${words[*]}")
		n=$((n + 1)) state=$n
	done
	((n)) || { echo "no row"; return 1; }
	while IFS= read -r line; do
		got[${line%%:*}]=${line#*: }
	done < <(accesses_of "$dir"/*.log "$dir"/*.trace)
	for ((n = 0; n < ${#rows[@]}; n++)); do
		[[ ${got[$n.log]-} == "${wants[n]}" && ${got[$n.trace]-} == "${wants[n]}" ]] &&
			continue
		printf '%s\n  expected: %s\n  model:    %s\n  --trace:  %s\n' "${rows[n]}" \
			"${wants[n]}" "${got[$n.log]-}" "${got[$n.trace]-}"
		bad=1
	done
	return $bad
}
