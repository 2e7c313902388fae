#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad input: each row is a command, its exit code and what its one line says.  Nothing may
# have been touched.
# shellcheck disable=SC2154 # status, output, stderr come from bats

load ../lib/common

# EXIT | what the line has | command (M = model of nvme, E = of edu)
table() {
	cat <<'END'
2 | leading zero | poke M CC=010
2 | zz | poke M CC=0xzz
2 | 0x | poke M CC=0x
2 |  | poke M CC=
2 | 18446744073709551616 | poke M CC=18446744073709551616
2 | 0x100000000 | poke M CC=0x100000000
2 | does not fit | poke M CC.EN=2
2 | 0b12 | poke M CC=0b12
2 | -1 | poke M CC=-1
2 | 1__ | poke M CC=1__
2 |  | poke M =1
2 |  | poke M CC
2 | bogus | poke M CC.SHN=bogus
2 | 5ms | poke M CC.EN=5ms
2 | does not fit into | poke M CC=(0xffffffffffffffff+1)
2 | zero | poke M CC=(1/0)
2 | nope | poke M CC=$nope
2 | nope | poke M CC=@nope
2 | 'CX' | peek M CX
2 | no field 'ENN' | peek M CC.ENN
2 | CC | peek M CC:32
2 | | peek M CC:3..7
2 | | peek M CC.EN:1
2 | CC | peek M CC[0]
2 | beyond the end | peek M SQTDBL.5000
2 | space 'bar7' | peek M bar7+0
2 | beyond the end | peek M 0x100000
2 | multiple of 4 | peek M 0x3
2 | multiple of 8 | peek M 0x14/u64
2 | u24 | peek M 0x14/u24
2 | | peek M CAP..
2 | | peek M CSTS..CAP
2 | ZZ | peek M ZZ*
2 | [ | peek M RDT[
2 | names many registers | decode nvme C* 1
2 | needs a target | peek
2 | no operator | poll M CSTS.RDY
2 | no operator | poll M CSTS.RDY 1
2 | no field 'RDX' | poll M CSTS.RDX==1
2 | | poll M CSTS.RDY==1 --timeout 1year
2 | | poll M CSTS.RDY==1 --timeout -1s
2 | | poll M CSTS.RDY==1 --interval x
2 | | check M CSTS.RDY=1
2 | 'some' is not a number | poke M CC.EN=1 --others some
2 | --count | peek M CC --count 0
2 | 12 | dump M -w 12
2 | whole words | dump M 0..+6 -w 32
2 | go with --raw | dump M -o file
2 | 256 | dump M 0..+4 --raw --hole 256
2 | sections | info M color
2 | does not fit | decode nvme CC 0x123456789
2 | | decode nvme CC hello
2 | nosuch | desc show nosuch
2 | | desc lint /nosuch.yaml
2 | cannot read | batch /nosuch
2 | nosuch | peek M CC -d nosuch
3 | | peek dump:/nosuch CC
3 | | peek 0000:ff:1f.7 CC
3 | | peek sim:nosuch/nvme CC
3 | | peek class:ff5a CC
3 | nosuch | sim stop nosuch
5 | read-only | poke M VS=1
5 | read-only | poke M CSTS.RDY=1
5 | without a field | poke M CC:2=1
5 | no word | poke M CC.SHN=3
END
}

@test "bad input: every row has its exit code, one line that says why, and touches nothing" {
	local code text command words rows=0
	while IFS='|' read -r code text command; do
		code=${code// /}
		text=${text# } text=${text% }
		command=${command/ M/ model:devices\/nvme.yaml}
		read -ra words <<<"$command"
		run_dp "${words[@]}" --trace
		assert_exit "$code" || return
		assert_no_stdout || return
		[[ ${stderr_lines[0]} == "devpoke: "*"$text"* ]] ||
			_assert_failed "expected on stderr: $text" || return
		[[ ${#stderr_lines[@]} -le 2 ]] || _assert_failed "expected a line and a hint" || return
		[[ ${#stderr_lines[@]} == 1 || ${stderr_lines[1]} == "hint: "* ]] ||
			_assert_failed "the second line is no hint" || return
		refute_stderr_has '"op"' || return
		rows=$((rows + 1))
	done < <(table)
	((rows >= 60))
}

@test "bad input: every row is a JSON document with --json, its code that of the exit" {
	local code text command words
	while IFS='|' read -r code text command; do
		code=${code// /}
		command=${command/ M/ model:devices\/nvme.yaml}
		read -ra words <<<"$command"
		run_dp "${words[@]}" --json
		assert_exit "$code" || return
		assert_json '.schema == 1 and (.error.message | length > 0)' || return
		case $code in
		2) assert_json '.error.code | IN("usage", "value", "name", "range", "align")' ;;
		3) assert_json '.error.code | IN("absent", "permission", "busy")' ;;
		5) assert_json '.error.code == "refused" and (.error.class | length > 0)' ;;
		esac || return
	done < <(table)
}

@test "bad input: a refusal is lifted by the class that it names" {
	local command words class
	while read -r class command; do
		command=${command/M/model:devices\/nvme.yaml}
		read -ra words <<<"$command"
		run_dp "${words[@]}" --json
		assert_exit 5
		assert_json_is .error.class "$class"
		run_dp "${words[@]}" "--force=$class"
		assert_exit 0
	done <<-'END'
		ro poke M CSTS.RDY=1
		reserved poke M CC:2=1
		enum poke M CC.SHN=3
	END
}
