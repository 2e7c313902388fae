#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The library as programs of others get it: installed, found, linked.
# shellcheck disable=SC2154 # status, output come from bats

load ../lib/common

@test "library: a program finds the library by pkg-config, shared and static" {
	local dest=$BATS_TEST_TMPDIR/root words
	make -s install DESTDIR="$dest"
	cat >"$BATS_TEST_TMPDIR/a.c" <<-'END'
		#include <devpoke.h>
		#include <stdio.h>
		int main(int argc, char **argv)
		{
			struct dp_ctx *ctx = dp_ctx_new(NULL);
			struct dp_dev *dev;
			struct dp_err err;
			uint64_t value;

			if (argc < 2 || dp_dev_find(ctx, argv[1], &dev, &err) ||
			    dp_dev_open(dev, 0, &err) ||
			    dp_space_read(dp_dev_space(dev, "main"), 0, 32, &value, &err))
				return printf("%s\n", err.message), 1;
			printf("%s 0x%08x\n", DP_VERSION, (unsigned)value);
			dp_dev_close(dev);
			dp_ctx_free(ctx);
			return 0;
		}
	END
	# what was installed for / lies below $dest
	export PKG_CONFIG_PATH=$dest/usr/local/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$dest
	cd "$BATS_TEST_TMPDIR"
	words=$(pkg-config --cflags --libs devpoke)
	# shellcheck disable=SC2086 # several words
	gcc -std=c11 -Wall -Werror -o shared a.c $words
	run env LD_LIBRARY_PATH="$dest/usr/local/lib" ./shared "model:$DP_ROOT/devices/edu.yaml"
	assert_stdout "$(pkg-config --modversion devpoke) 0x010000ed"
	run readelf -d shared
	assert_stdout_has "[libdevpoke.so.0]"
	refute_stdout_has yaml json
	words=$(pkg-config --static --cflags --libs devpoke)
	# shellcheck disable=SC2086
	gcc -std=c11 -Wall -static -o static a.c $words
	run ./static "model:$DP_ROOT/devices/edu.yaml"
	assert_stdout "$(pkg-config --modversion devpoke) 0x010000ed"
}
