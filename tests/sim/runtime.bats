#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The runtime folder, the environment and the disk when they are not as one would like.
# shellcheck disable=SC2154,SC2016 # status... come from bats; quoted text is for the inner shell

load ../lib/common

# runs a line of bash with a small file system over the folder $small; 77 = cannot mount here
with_small() {
	unshare -m true 2>/dev/null || skip "no mount namespaces here"
	small=$BATS_TEST_TMPDIR/small
	mkdir -p "$small"
	export small
	run_sh "unshare -m bash -c 'mount -t tmpfs -o mode=700,$1 none \"\$small\" || exit 77; '\"\$body\""
	[[ $status != 77 ]] || skip "no mount namespaces here"
}

@test "runtime: a link is refused, also with a slash behind it" {
	mkdir -m 700 "$BATS_TEST_TMPDIR/real"
	ln -s real "$BATS_TEST_TMPDIR/link"
	for slash in '' / //; do
		DEVPOKE_RUNTIME=$BATS_TEST_TMPDIR/link$slash run_dp sim start lab edu
		assert_exit 3
		assert_stderr_has "cannot open the runtime folder '$BATS_TEST_TMPDIR/link': it is a symbolic link"
	done
	[[ -z $(ls "$BATS_TEST_TMPDIR/real") ]]
	# a folder with a slash behind it is that folder
	DEVPOKE_RUNTIME=$BATS_TEST_TMPDIR/real/ run_dp sim run edu -- true
	assert_ok
}

@test "runtime: no folder to make it in, a file in its place, too long a path: exit 3 or 4" {
	DEVPOKE_RUNTIME=$BATS_TEST_TMPDIR/none/run run_dp sim start lab edu
	assert_exit 3
	assert_stderr_has "cannot make the runtime folder" "No such file or directory" \
		"hint: set DEVPOKE_RUNTIME to a folder that you can write"
	touch "$BATS_TEST_TMPDIR/file"
	DEVPOKE_RUNTIME=$BATS_TEST_TMPDIR/file run_dp sim start lab edu
	assert_exit 3
	assert_stderr_has "Not a directory"
	local long
	long=$BATS_TEST_TMPDIR/$(printf 'x%.0s' {1..110})
	DEVPOKE_RUNTIME=$long run_dp sim start lab edu
	assert_exit 4
	assert_stderr_has "more than the 107 characters" "hint: a shorter DEVPOKE_RUNTIME"
	[[ -z $(ls "$long/labs") ]]
	long=$(printf '/tmp%.0s' {1..1500})
	DEVPOKE_RUNTIME=$long run --separate-stderr timeout 60 "$DEVPOKE_BIN" sim start lab edu
	assert_exit 3
	assert_stderr_has "there is no runtime folder"
}

@test "runtime: a folder that is not as it should be hides no other target" {
	mkdir -m 755 "$DEVPOKE_RUNTIME"
	mkdir -p "$BATS_TEST_TMPDIR/root/sys/bus/pci/devices/0000:07:00.0"
	DEVPOKE_ROOT=$BATS_TEST_TMPDIR/root run_dp list
	assert_exit 0
	assert_stdout_has 0000:07:00.0
	assert_stderr_has "note: no labs shown: '$DEVPOKE_RUNTIME' is open to others (mode 755)"
	run_dp sim list
	assert_exit 3
	assert_stderr_has "hint: chmod 700 '$DEVPOKE_RUNTIME'"
	run_dp peek model:devices/edu.yaml ID -r
	assert_ok
}

@test "runtime: root makes nothing in the folder of a user" {
	[[ $EUID == 0 ]] || skip "needs root"
	mkdir -m 700 "$DEVPOKE_RUNTIME"
	chown 65534 "$DEVPOKE_RUNTIME"
	run_dp sim start lab edu
	assert_exit 3
	assert_stderr_has "belongs to user 65534"
	[[ -z $(ls "$DEVPOKE_RUNTIME") ]]
	run_dp sim list
	assert_exit 0
}

@test "runtime: without HOME, PATH and all the rest" {
	local qemu
	qemu=$(command -v qemu-system-x86_64)
	run --separate-stderr env -i DEVPOKE_RUNTIME="$DEVPOKE_RUNTIME" "$DEVPOKE_BIN" \
		sim start lab edu --qemu "$qemu"
	assert_exit 0
	run --separate-stderr env -i DEVPOKE_RUNTIME="$DEVPOKE_RUNTIME" "$DEVPOKE_BIN" \
		peek sim:edu ID -r
	assert_stdout 0x010000ed
	run --separate-stderr env -i DEVPOKE_RUNTIME="$DEVPOKE_RUNTIME" "$DEVPOKE_BIN" sim stop
	assert_ok
	run --separate-stderr env -i "$DEVPOKE_BIN" explain nvme CC
	assert_ok
	run --separate-stderr env -i PATH=/nonexistent DEVPOKE_RUNTIME="$DEVPOKE_RUNTIME" \
		"$DEVPOKE_BIN" sim start lab edu
	assert_exit 4
	assert_stderr "devpoke: cannot run 'qemu-system-x86_64': No such file or directory
hint: install the package qemu-system-x86"
	[[ -z $(ls "$DEVPOKE_RUNTIME/labs") ]]
}

@test "runtime: a home that is read only costs nothing but the cache" {
	[[ $EUID == 0 ]] || skip "needs root to mount"
	body='export HOME=$small XDG_CACHE_HOME=$small/cache XDG_CONFIG_HOME=$small/config
		"$DEVPOKE_BIN" explain nvme CC.EN --json | jq -r .items[0].path
		"$DEVPOKE_BIN" peek model:devices/edu.yaml ID -r
		DEVPOKE_RUNTIME=$small/run "$DEVPOKE_BIN" sim start lab edu; echo "exit $?"' with_small ro
	assert_stdout $'CC.EN\n0x010000ed\nexit 3'
	assert_stderr_has "cannot make the runtime folder" "Read-only file system"
}

@test "runtime: a disk that is full is said, and what was begun is put away" {
	[[ $EUID == 0 ]] || skip "needs root to mount"
	local size
	for size in 4k 8k 12k; do
		body='DEVPOKE_RUNTIME=$small "$DEVPOKE_BIN" sim start lab; echo "exit $?"
			ls "$small/labs"; df --output=used "$small" | tail -1' with_small size=$size
		assert_stdout_like '^exit 4
 *0$'
		assert_stderr_has "No space left on device"
	done
	[[ -z $(grep -l "$BATS_TEST_TMPDIR/small" /proc/[0-9]*/mounts 2>/dev/null) ]]
}

@test "runtime: a set-user-id program refuses to run" {
	[[ $EUID == 0 ]] || skip "needs root to make one"
	local dir
	dir=$(mktemp -d /tmp/devpoke-suid.XXXXXX) # nobody may not look into a test's own folder
	cp "$DEVPOKE_BIN" "$dir/devpoke"
	chmod 4755 "$dir/devpoke"
	chmod 755 "$dir"
	run --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$dir/devpoke" list
	rm -r "$dir"
	assert_exit 3
	assert_stderr_has "refusing to run set-user-id" "hint: "
	assert_no_stdout
}

@test "runtime: twenty pokes at one lab are all done, or busy with the pid of another" {
	local i jobs=() fine=0
	run_dp sim start lab edu
	assert_ok
	for i in {1..20}; do
		timeout 60 "$DEVPOKE_BIN" poke sim:lab/edu0 LIVENESS=$i --readback \
			>"$BATS_TEST_TMPDIR/out.$i" 2>&1 &
		jobs+=($!)
	done
	for i in {1..20}; do
		status=0
		wait "${jobs[i - 1]}" || status=$?
		output=$(<"$BATS_TEST_TMPDIR/out.$i")
		if ((status == 3)); then
			[[ $output == "devpoke: lab 'lab' is in use by process "[0-9]* ]] ||
				_assert_failed "busy, and with whom"
		else
			# the device inverts what it is given: nobody wrote in between
			printf -v want '0x%08x readback 0x%08x' "$i" $((~i & 0xffffffff))
			[[ $status == 0 && $output == *"$want"* ]] || _assert_failed "done: $want"
			fine=$((fine + 1))
		fi
	done
	((fine)) || _assert_failed "one of them"
	run_dp sim stop lab
	assert_ok
}
