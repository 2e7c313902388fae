#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What bash and dash do to the punctuation of paths, values and conditions that stand unquoted,
# and that each has a form which no shell touches.
# shellcheck disable=SC2154,SC2016 # status, output, stderr come from bats; $x stays as it is

load ../lib/common
load ../lib/table

# AS TYPED     IN AN EMPTY FOLDER     WHERE FILES MATCH
# What the program gets, its words joined by commas; = what was typed, - nothing, ! is no
# command to the shell, >FILE a file that is made.
TABLE='
CTRL                     =                 =
CTRL.MODE                =                 =
RAL.3                    =                 =
RAL[3]                   =                 RAL3
RAL[0..2]                =                 RAL0
RAL[*]                   =                 RAL[*]
CTRL:3                   =                 =
CTRL:7..4                =                 =
CTRL..PORT               =                 =
0x10..+0x20              =                 =
main+0x14                =                 =
0x14/u16                 =                 =
CTRL+4                   =                 =
-1                       =                 =
C*                       =                 CTRL0,CTRL=x
**                       =                 CTRL0,CTRL=x,RAL0,RAL3
*.MODE                   =                 =
?AL.3                    =                 =
CTRL=0x10                =                 =
CTRL=0x10/0x70           =                 =
CTRL=0x10,EN=1           =                 =
CTRL.EN^=1               =                 =
CTRL.SUM+=1              =                 =
CTRL=EN+B                =                 =
CTRL=EN|B                CTRL=EN           CTRL=EN
CTRL=@ring+4             =                 =
CTRL=$x                  CTRL=             CTRL=
CTRL=${x}                CTRL=             CTRL=
CTRL=(1+2)               !                 !
CTRL=1<<4                CTRL=1            CTRL=1
CTRL=1;B=2               CTRL=1            CTRL=1
CTRL=1&                  CTRL=1            CTRL=1
CTRL=~1                  CTRL=~1           CTRL=~1
~                        HOME              HOME
CTRL=!1                  =                 =
!CTRL                    =                 =
CTRL.EN==1               =                 =
CTRL.EN!=1               =                 =
CTRL.EN<=1               !                 !
CTRL.EN<1                !                 !
CTRL.EN>=1               CTRL.EN>=1        CTRL.EN>=1
CTRL.EN>5                CTRL.EN>5         CTRL.EN>5
X#1                      =                 =
8086:10d3#1              =                 =
#comment                 -                 -
spi=ip@bar0+0x2000       =                 =
--force=ro,effect        =                 =
sim:lab/nvme             =                 =
model:a.yaml@b           =                 =
A{0,1}                   BRACES            BRACES
A{..}                    =                 =
'

setup() {
	dp_setup
	M=model:$DP_ROOT/tests/golden/readings.yaml
	mkdir "$BATS_TEST_TMPDIR/empty" "$BATS_TEST_TMPDIR/files"
	(cd "$BATS_TEST_TMPDIR/files" && touch RAL0 RAL3 CTRL0 CTRL=x)
}

# argv_of SHELL FOLDER TEXT - what a command would get, its words joined by commas, "-" for none;
# what files it made goes behind a >
argv_of() {
	local made got
	cd "$BATS_TEST_TMPDIR/$2" || return
	ls >"$BATS_TEST_TMPDIR/before"
	got=$("$1" -c 'argv() { s=; for w; do s="$s${s:+,}$w"; done; printf %s "${s:--}" >"$OUT"; }
		argv '"$3"$'\nwait' 2>/dev/null >/dev/null; cat "$OUT" 2>/dev/null) || got='!'
	made=$(ls | comm -13 "$BATS_TEST_TMPDIR/before" -)
	[[ -z $made ]] || { got+=">$made" && rm -f -- "$made"; }
	printf '%s' "$got"
}

@test "punctuation: bash and dash hand over what the table says, in an empty folder and where files match" {
	local shell folder typed want got
	export OUT=$BATS_TEST_TMPDIR/argv x=
	for shell in bash dash; do
		while read -ra words; do
			((${#words[@]})) || continue
			typed=${words[0]}
			for folder in empty files; do
				row
				[[ $folder == empty ]] && want=${words[1]} || want=${words[2]}
				case $want in
				=) want=$typed ;;
				HOME) want=$HOME ;;
				BRACES) [[ $shell == bash ]] && want=A0,A1 || want=$typed ;;
				esac
				rm -f "$OUT"
				got=$(argv_of $shell $folder "$typed")
				[[ $got == "$want" ]] || {
					_ran="$shell, $folder: $typed"
					row_failed "the program gets: $got" "expected: $want"
				}
			done
		done <<<"$TABLE"
	done
	rows_passed 200
}

@test "punctuation: what is touched means the same when quoted, and has a form that is not touched" {
	local shell touched form
	cd "$BATS_TEST_TMPDIR/files" || return
	for shell in bash dash; do
		while read -r verb touched form; do
			row
			sh_line "x=1; \"\$DEVPOKE_BIN\" $verb $M $touched" "$shell"
			local want="$status $output"
			[[ $status == 0 ]] || row_failed "expected it to be taken quoted"
			sh_line "\"\$DEVPOKE_BIN\" $verb $M $form" "$shell"
			[[ "$status $output" == "$want" ]] || row_failed "expected as with $touched"
			[[ $form != *[\'\"*\[\]{}\(\)\<\>\$\&\;\|~]* ]] || row_failed "a shell touches $form"
		done <<-'END'
			peek 'RAL[3]' RAL.3
			peek 'RAL[0..2]' RAL.0..RAL.2
			peek 'RAL[*]' RAL
			peek 'RAL[*]' RAL..RAL
			poke 'CTRL=EN|B' CTRL=EN+B
			poke 'CTRL=(1+2)' CTRL=3
			poke 'CTRL.SUM=(1<<2)' CTRL.SUM=4
			check 'CTRL.SUM<1' CTRL.SUM lt 1
			check 'CTRL.SUM<=1' CTRL.SUM le 1
			check 'CTRL.MODE>0' CTRL.MODE gt 0
			check 'CTRL.MODE>=1' CTRL.MODE ge 1
			check 'CTRL.MODE!=2' CTRL.MODE ne 2
			check 'CTRL.MODE==slow' CTRL.MODE eq slow
		END
	done
	rows_passed 26
}

@test "punctuation: a poll whose operator made a file says so, with the forms that do not" {
	cd "$BATS_TEST_TMPDIR/empty" || return
	for shell in bash dash; do
		row
		sh_line "\"\$DEVPOKE_BIN\" poll $M CTRL.MODE>5" "$shell"
		[[ $status == 2 && -z $output && -e 5 ]] || row_failed "expected exit 2 and a file"
		[[ $stderr == "devpoke: 'CTRL.MODE' has no operator"$'\n'"hint: the shell may have eaten it: quote 'CTRL.MODE>5', or write 'CTRL.MODE gt 5'" ]] ||
			row_failed "expected the hint"
		sh_line "\"\$DEVPOKE_BIN\" poll $M CTRL.MODE>=5" "$shell"
		[[ $status == 2 && -e =5 ]] || row_failed "expected exit 2 and a file"
		sh_line "\"\$DEVPOKE_BIN\" check $M CTRL.EN==1 --unless CTRL.MODE>5" "$shell"
		[[ $status == 2 ]] || row_failed "expected exit 2"
		sh_line "\"\$DEVPOKE_BIN\" poll $M CTRL.EN==1 --unless CTRL.MODE>5" "$shell"
		[[ $status == 2 && $stderr == *"the shell may have eaten it"* ]] || row_failed "expected the hint"
		# the file 5 is there: no input redirection fails, the operator is eaten all the same
		sh_line "\"\$DEVPOKE_BIN\" poll $M CTRL.MODE<5" "$shell"
		[[ $status == 2 && $stderr == *"the shell may have eaten it"* ]] || row_failed "expected the hint"
		rm -f 5 =5
	done
	rows_passed 2
}

@test "punctuation: a glob that the shell took for files, or that matches nothing, names the nearest" {
	cd "$BATS_TEST_TMPDIR/files" || return
	sh_line "devpoke peek $M C*"
	[[ $status == 2 && -z $output ]]
	sh_line "devpoke peek $M RAL[3]"
	[[ $status == 2 && $stderr == *"'RAL3'"*"did you mean 'RAL'"* ]]
	sh_line "devpoke peek $M 'CTR*L'"
	[[ $status == 0 ]]
	sh_line "devpoke peek $M 'CTX*'"
	[[ $status == 2 && $stderr == *"'CTX*' matches nothing"*"hint: "* ]]
}

@test "punctuation: an empty variable leaves a value missing, which is refused" {
	for shell in bash dash; do
		row
		sh_line "\"\$DEVPOKE_BIN\" poke $M CTRL=\$x" "$shell"
		[[ $status == 2 && $stderr == *"'CTRL' is given no value"* ]] || row_failed "expected no value"
		sh_line "\"\$DEVPOKE_BIN\" poke $M 'CTRL=\$x'" "$shell"
		[[ $status == 2 && $stderr == *"'\$x'"* ]] || row_failed "expected no variable"
		sh_line "\"\$DEVPOKE_BIN\" peek \$x CTRL" "$shell"
		[[ $status == 2 || $status == 3 ]] || row_failed "expected no target"
		sh_line "\"\$DEVPOKE_BIN\" peek \"\$x\" CTRL" "$shell"
		[[ $status == 2 && $stderr == *"the target is empty"* ]] || row_failed "expected an empty target"
	done
	rows_passed 2
}

@test "punctuation: -f sh gives lines that bash and dash evaluate, whatever is in the path" {
	local shell
	for shell in bash dash; do
		row
		sh_line "eval \"\$(\"\$DEVPOKE_BIN\" peek $M CTRL RAL unit0.STATUS 0x200 0x14:3 CTRL.MODE SIDE -f sh)\" && echo \$CTRL \$CTRL_MODE \$RAL_3 \$unit0_STATUS \$SIDE" "$shell"
		[[ $status == 0 && $output == "0x00000010 0x1 0x00000040 0x00000000 0x000051de" && -z $stderr ]] ||
			row_failed "expected values"
		sh_line "\"\$DEVPOKE_BIN\" peek $M CTRL RAL unit0.STATUS 0x200 0x14:3 CTRL.MODE:1..0 0x28/u8 extra+0x10 -f sh"
		! grep -vE '^[A-Za-z_][A-Za-z0-9_]*=0x[0-9a-f]+$' <<<"$output" || row_failed "expected NAME=VALUE"
	done
	rows_passed 2
}
