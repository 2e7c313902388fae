#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/setup/install with a package manager that only writes down what it was told.

load ../lib/common

# PATH is a folder with the tools that the script needs and the fakes of the test
setup() {
	dp_setup
	bin=$BATS_TEST_TMPDIR/bin
	calls=$BATS_TEST_TMPDIR/calls
	installed=$BATS_TEST_TMPDIR/installed
	mkdir "$bin"
	local tool
	for tool in sh sed grep tr env cat; do
		ln -s "$(command -v $tool)" "$bin/$tool"
	done
	fake id 'echo 0'
	: >"$calls"
	: >"$installed"
}

# fake NAME TEXT - a program of the folder
fake() {
	printf '#!/bin/sh\n%s\n' "$2" >"$bin/$1"
	chmod +x "$bin/$1"
}

# a distribution on which the packages named in the file "installed" are there
fake_apt() {
	fake dpkg-query '
		echo "dpkg-query: $*" >>"'"$calls"'.query"
		shift 3
		for p in "$@"; do
			grep -qxF "$p" "'"$installed"'" && echo "$p installed"
		done
		exit 1'
	fake apt-get '
		echo "apt-get $*" >>"'"$calls"'"
		[ "$DEBIAN_FRONTEND" = noninteractive ] || echo "would ask" >>"'"$calls"'"
		case $* in
		*install*) for p in "$@"; do echo "$p" >>"'"$installed"'"; done ;;
		esac'
}

run_install() {
	run --separate-stderr env PATH="$bin" tests/setup/install "$@"
	_ran="tests/setup/install $*"
}

# every package of the groups
listed() {
	local group
	for group in "$@"; do
		sed -n "s/^$group  *\([^ #]*\).*/\1/p" tests/setup/packages
	done
}

@test "setup: installs exactly what is missing, and says so" {
	fake_apt
	listed build demo | grep -vxe libyaml-dev -e qemu-system-x86 >"$installed"
	run_install build demo
	assert_ok
	assert_stdout "setup: installing libyaml-dev qemu-system-x86"
	[[ $(<"$calls") == "apt-get -qq update
apt-get -qq -y --no-install-recommends install libyaml-dev qemu-system-x86" ]]
}

@test "setup: a second run does not touch the package manager and says nothing" {
	fake_apt
	run_install build demo check
	assert_exit 0
	: >"$calls"
	run_install build demo check
	assert_ok
	assert_no_stdout
	[[ ! -s $calls ]]
}

@test "setup: a group installs its own packages only" {
	fake_apt
	run_install build
	assert_exit 0
	assert_stdout "setup: installing $(listed build | tr '\n' ' ' | sed 's/ $//')"
}

@test "setup: one package whose name is part of another's is not taken for it" {
	fake_apt
	listed build >"$installed"
	sed -i 's/^gcc$/gcc-12-base/; s/^make$/cmake/' "$installed"
	run_install build
	assert_stdout "setup: installing gcc make"
}

@test "setup: who is not root goes through sudo, noninteractive there too" {
	fake_apt
	fake id 'echo 1000'
	fake sudo 'echo "sudo $*" >>"'"$calls"'"; unset DEBIAN_FRONTEND; exec "$@"'
	listed build | grep -vx make >"$installed"
	run_install build
	assert_ok
	grep -q '^sudo .*apt-get -qq update$' "$calls"
	grep -q '^sudo .*install make$' "$calls"
	run ! grep 'would ask' "$calls"
}

@test "setup: neither root nor sudo ends with the command to give" {
	fake_apt
	fake id 'echo 1000'
	listed build | grep -vx make >"$installed"
	run_install build
	assert_exit 1
	assert_stderr "setup: not root and no sudo; as root run: apt-get install make"
	[[ ! -s $calls ]]
}

@test "setup: lists that cannot be updated do not stop it, a failing install does" {
	fake_apt
	listed build | grep -vx make >"$installed"
	fake apt-get 'case $* in *update*) exit 100 ;; esac'
	run_install build
	assert_exit 0
	assert_stderr_has "apt-get update failed"
	fake apt-get 'exit 100'
	run_install build
	assert_exit 1
	assert_stderr_has "setup: apt-get could not install: make"
}

@test "setup: without apt it prints the list and stops" {
	run_install build demo check
	assert_exit 1
	assert_no_stdout
	[[ ${stderr_lines[0]} == "setup: no apt-get here; "* ]]
	[[ $(printf '%s\n' "${stderr_lines[@]:1}") == "$(listed build demo check | sed 's/^/  /')" ]]
}

@test "setup: without apt but with the tools it is content" {
	local tool
	for tool in cc make qemu-system-x86_64 pkg-config; do fake $tool 'exit 0'; done
	run_install build demo
	assert_ok
	fake pkg-config 'exit 1'
	run_install build demo
	assert_exit 1
}

@test "setup: each package has one line, a group that is asked for, and a reason" {
	run grep -vE '^(#.*|(build|demo|check|fuzz) +[a-z0-9.+-]+ +# .+)$' tests/setup/packages
	assert_no_stdout
	[[ -z $(listed build demo check fuzz | sort | uniq -d) ]]
	grep -q 'install build demo check fuzz$' Makefile
}
