#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# `make install` and `make uninstall` in a folder whose name has a blank.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || exit
	unset MAKEFLAGS MFLAGS MAKELEVEL
	dest="$BATS_TEST_TMPDIR/a b"
	mkdir -p "$BATS_TEST_TMPDIR/a" "$dest"
	touch "$BATS_TEST_TMPDIR/a/keep" "$dest/keep"
}

@test "what is installed runs from where it was put, and nothing lies outside DESTDIR" {
	make -s install DESTDIR="$dest"
	[ -x "$dest/usr/local/bin/devpoke" ]
	[ "$("$dest/usr/local/bin/devpoke" version)" = "$(build/devpoke version)" ]
	[ -e "$dest/usr/local/lib/libdevpoke.so" ]
	[ -e "$dest/usr/local/share/man/man5/devpoke-devices.5" ]
	[ "$(ls "$dest/usr/local/share/devpoke/devices")" = "$(ls devices)" ]
	[ "$(ls "$BATS_TEST_TMPDIR/a")" = keep ]
}

@test "uninstall removes all that install put there, and nothing beside it" {
	make -s install DESTDIR="$dest"
	make -s uninstall DESTDIR="$dest"
	[ "$(find "$dest" ! -type d)" = "$dest/keep" ]
	[ -e "$BATS_TEST_TMPDIR/a/keep" ]
}
