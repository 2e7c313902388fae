# SPDX-License-Identifier: GPL-2.0-or-later
# Helpers of tests that go through tables: `load ../lib/table` after common.bash.
#
# A row that fails says so with `row_failed` and the loop goes on; `rows_passed` at the end
# fails the test when a row did, or when there were fewer rows than there ought to be.
# shellcheck shell=bash disable=SC2154,SC2034 # status, output, stderr, lines come from here or from bats

_rows=0 _bad=0

# dp ARGS... - as run_dp, at a fraction of its cost
dp() {
	status=0
	timeout --foreground 20 "$DEVPOKE_BIN" "$@" >"$BATS_TEST_TMPDIR/.out" \
		2>"$BATS_TEST_TMPDIR/.err" </dev/null || status=$?
	_took "devpoke $*"
}

# sh_line TEXT [SHELL] - as run_sh, likewise; `devpoke` is the program under test
sh_line() {
	status=0
	# shellcheck disable=SC2016 # for the inner shell
	timeout --foreground 20 "${2:-bash}" -c 'devpoke() { "$DEVPOKE_BIN" "$@"; }; '"$1" \
		>"$BATS_TEST_TMPDIR/.out" 2>"$BATS_TEST_TMPDIR/.err" </dev/null || status=$?
	_took "$1"
}

_took() {
	_ran=$1
	IFS= read -rd '' output <"$BATS_TEST_TMPDIR/.out" || true
	IFS= read -rd '' stderr <"$BATS_TEST_TMPDIR/.err" || true
	output=${output%$'\n'} stderr=${stderr%$'\n'}
	mapfile -t stderr_lines <"$BATS_TEST_TMPDIR/.err"
	mapfile -t lines <"$BATS_TEST_TMPDIR/.out"
}

# row - count one more
row() {
	_rows=$((_rows + 1))
}

# row_failed TEXT... - of the command run last
row_failed() {
	_bad=$((_bad + 1))
	_assert_failed "$@" || true
}

# rows_passed N - at least N rows, none of which failed
rows_passed() {
	((_bad == 0)) || { echo "$_bad rows failed"; return 1; }
	((_rows >= $1)) || { echo "only $_rows rows, expected $1"; return 1; }
}

# accesses - of the command before this: its state file is $STATE; nothing = no access
accesses() {
	[[ ! -s $STATE.log ]] || jq -r '"\(.op) \(.offset)/\(.width)"' "$STATE.log"
}
