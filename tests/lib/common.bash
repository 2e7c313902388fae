# SPDX-License-Identifier: GPL-2.0-or-later
# Helpers of every bats file: `load ../lib/common` at its top.
#
# The program under test is $DEVPOKE_BIN (build/devpoke, or build/san/devpoke in the
# sanitizer lane of tests/run).  Each test has its own runtime folder, home and
# configuration, so that nothing of the user's machine is seen and nothing is left on it.
# shellcheck shell=bash disable=SC2154 # status, output, stderr, lines come from bats

bats_require_minimum_version 1.5.0

DP_ROOT=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
: "${DEVPOKE_BIN:=$DP_ROOT/build/devpoke}"
export DP_ROOT DEVPOKE_BIN

# Files that define setup() of their own call this first.
dp_setup() {
	export HOME=$BATS_TEST_TMPDIR/home
	export DEVPOKE_RUNTIME=$BATS_TEST_TMPDIR/run
	export XDG_CONFIG_HOME=$HOME/.config XDG_CACHE_HOME=$HOME/.cache
	unset XDG_RUNTIME_DIR DEVPOKE_TARGET NO_COLOR
	export LC_ALL=C TERM=dumb
	mkdir -p "$HOME"
	cd "$DP_ROOT" || return 1
}

# Labs that a test left running end with it.
dp_teardown() {
	local lab
	[[ -d ${DEVPOKE_RUNTIME-} ]] || return 0
	for lab in $(timeout 10 "$DEVPOKE_BIN" sim list --json 2>/dev/null | jq -r '.labs[].lab'); do
		timeout 10 "$DEVPOKE_BIN" sim stop "$lab" >/dev/null 2>&1 || true
	done
}

setup() {
	dp_setup
}

teardown() {
	dp_teardown
}

# run_dp ARGS... - run the program; sets status, output, stderr, lines, stderr_lines.  One
# that hangs ends this test (status 124), not the file.
run_dp() {
	run --separate-stderr timeout --foreground 60 "$DEVPOKE_BIN" "$@"
	_ran="devpoke $*"
}

# run_sh TEXT - a line of bash in which `devpoke` is the program under test
run_sh() {
	# shellcheck disable=SC2016 # for the inner shell
	run --separate-stderr timeout --foreground 60 bash -c 'devpoke() { "$DEVPOKE_BIN" "$@"; }; '"$1"
	_ran=$1
}

# Says what was expected and everything that came instead; always fails.
_assert_failed() {
	printf '%s\n' "$@"
	printf -- '-- command: %s\n-- status: %s\n' "${_ran-}" "$status"
	printf -- '-- stdout:\n%s\n-- stderr:\n%s\n--\n' "$output" "${stderr-}"
	return 1
}

# assert_exit N
assert_exit() {
	[[ $status == "$1" ]] || _assert_failed "expected exit $1"
}

# assert_ok - exit 0 and nothing on stderr
assert_ok() {
	[[ $status == 0 && -z ${stderr-} ]] || _assert_failed "expected exit 0 and no stderr"
}

# assert_stdout TEXT - exactly (line end of the last line aside)
assert_stdout() {
	[[ $output == "$1" ]] || _assert_failed "expected stdout:" "$1"
}

assert_stderr() {
	[[ ${stderr-} == "$1" ]] || _assert_failed "expected stderr:" "$1"
}

# assert_stdout_has TEXT... - each a part of stdout
assert_stdout_has() {
	local text
	for text in "$@"; do
		[[ $output == *"$text"* ]] || _assert_failed "expected in stdout: $text" || return 1
	done
}

assert_stderr_has() {
	local text
	for text in "$@"; do
		[[ ${stderr-} == *"$text"* ]] || _assert_failed "expected in stderr: $text" ||
			return 1
	done
}

# refute_stdout_has TEXT... - none a part of stdout
refute_stdout_has() {
	local text
	for text in "$@"; do
		[[ $output != *"$text"* ]] || _assert_failed "not expected in stdout: $text" ||
			return 1
	done
}

refute_stderr_has() {
	local text
	for text in "$@"; do
		[[ ${stderr-} != *"$text"* ]] || _assert_failed "not expected in stderr: $text" ||
			return 1
	done
}

# assert_stdout_like REGEX - POSIX extended, anywhere in stdout
assert_stdout_like() {
	[[ $output =~ $1 ]] || _assert_failed "expected stdout like: $1"
}

assert_stderr_like() {
	[[ ${stderr-} =~ $1 ]] || _assert_failed "expected stderr like: $1"
}

assert_no_stdout() {
	[[ -z $output ]] || _assert_failed "expected nothing on stdout"
}

assert_no_stderr() {
	[[ -z ${stderr-} ]] || _assert_failed "expected nothing on stderr"
}

# assert_json FILTER - stdout is JSON and the jq filter is true of it (jq 1.6 -e says so of
# nothing, too)
assert_json() {
	if [[ -z $output ]] || ! jq -e "$1" <<<"$output" >/dev/null 2>&1; then
		_assert_failed "expected JSON with: $1"
	fi
}

# assert_json_is FILTER TEXT - what the filter yields, raw and compact
assert_json_is() {
	local got
	got=$(jq -rc "$1" <<<"$output" 2>&1) || _assert_failed "not JSON, or bad filter: $1" ||
		return 1
	[[ $got == "$2" ]] || _assert_failed "expected $1 = $2, got: $got"
}
