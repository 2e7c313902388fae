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
# state after reset.  $T in a command is its target, $ORACLE_DESC another description than
# tests/golden/exact.yaml.  What the model logged has to be the
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
		T=model:$DP_ROOT/tests/golden/${ORACLE_DESC-exact}.yaml@$dir/state$state
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

# --------------------------------------------------------------------- labs

# One lab for all tests of a file: call in setup_file, setup and teardown_file.
lab_setup_file() {
	export DEVPOKE_RUNTIME=$BATS_FILE_TMPDIR/run HOME=$BATS_FILE_TMPDIR/home LC_ALL=C
	mkdir -p "$HOME"
	cd "$DP_ROOT" || return 1
	"$DEVPOKE_BIN" sim start "$@" >/dev/null
}

lab_setup() {
	dp_setup
	export DEVPOKE_RUNTIME=$BATS_FILE_TMPDIR/run
}

# hmp LAB LINE... - to the monitor of its QEMU; prints what it says
hmp() {
	python3 - "$DEVPOKE_RUNTIME/labs/$1/qmp" "${@:2}" <<-'END'
		import json, socket, sys
		sock = socket.socket(socket.AF_UNIX)
		sock.settimeout(20)
		sock.connect(sys.argv[1])
		pipe = sock.makefile("rw")
		pipe.readline()
		def run(command, **arguments):
		    pipe.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
		    pipe.flush()
		    answer = {"event": 0}
		    while "event" in answer:
		        answer = json.loads(pipe.readline())
		    return answer["return"]
		run("qmp_capabilities")
		for line in sys.argv[2:]:
		    print(run("human-monitor-command", **{"command-line": line}))
	END
}

# qemu_pid LAB
qemu_pid() {
	jq -er .pid "$DEVPOKE_RUNTIME/labs/$1/lab.json"
}

# --------------------------------------------------------------------- QEMU

# qemu_trace LAB REGION... - from now on QEMU writes the accesses of all memory regions to its
# log; where those named begin is kept for expect_qemu
qemu_trace() {
	local lab=$1 region base
	hmp "$lab" 'trace-event memory_region_ops_* on' 'info mtree' >"$BATS_FILE_TMPDIR/mtree"
	for region in "${@:2}"; do
		base=$(sed -n "s/^ *\([0-9a-f]*\)-[0-9a-f]* (prio [-0-9]*, i\/o): $region\r*\$/\1/p" \
			"$BATS_FILE_TMPDIR/mtree" | sort -u)
		[[ $base =~ ^[0-9a-f]{16}$ ]] || { echo "no region $region"; return 1; }
		echo "$base" >"$BATS_FILE_TMPDIR/base.$region"
	done
}

# traced FD REGION - sets $seen: access words of the region from QEMU's log since the last call
traced() {
	local line base op
	base=$((16#$(<"$BATS_FILE_TMPDIR/base.$2")))
	local like='_ops_(read|write) .* addr 0x([0-9a-f]+) value 0x([0-9a-f]+) size ([0-9]) name '
	seen=
	while IFS= read -r -u "$1" line; do
		[[ $line == *" name '$2'" && $line =~ $like ]] || continue
		op=R
		[[ ${BASH_REMATCH[1]} == read ]] || op=W
		printf -v seen '%s %s%x/%d=%s' "$seen" $op $((16#${BASH_REMATCH[2]} - base)) \
			$((BASH_REMATCH[4] * 8)) "${BASH_REMATCH[3]}"
	done
	seen=${seen# }
}

# expect_qemu LAB DEVICE REGION - a table as that of expect_accesses, of commands on one
# device of a lab, one after the other; what QEMU traced of the region has to be the accesses
expect_qemu() {
	local row code want words n=0 bad=0 seen T fd
	local -a argv
	exec {fd}<"$DEVPOKE_RUNTIME/labs/$1/log"
	traced "$fd" "$3"
	while read -r row; do
		[[ -n $row && $row != '#'* ]] || continue
		code=0
		[[ $row != '!'* ]] || { code=${row:1:1} row=${row:2}; }
		want=${row##*->} row=${row%->*}
		# shellcheck disable=SC2034 # used by the rows
		T=sim:$1/$2
		eval "argv=($row)"
		run_dp "${argv[@]}"
		((status == code)) || _assert_failed "expected exit $code" || bad=1
		read -ra words <<<"$want"
		traced "$fd" "$3"
		n=$((n + 1))
		[[ $seen != "${words[*]}" ]] || continue
		printf '%s\n  expected: %s\n  QEMU saw: %s\n' "$row" "${words[*]}" "$seen"
		bad=1
	done
	exec {fd}<&-
	((n && !bad))
}
