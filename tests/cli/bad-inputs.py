#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that no reader should be handed, made in the current folder, for bad-inputs.bats.

usage: bad-inputs.py FOLDER-OF-DESCRIPTIONS
"""
import os
import sys

HEAD = "schema: 1\ndevice: {name: %s, title: Bad, ref: none}\n"


def put(name, data):
    with open(name, "wb") as f:
        f.write(data.encode() if isinstance(data, str) else data)


os.mkdir("folder.yaml")
os.mkfifo("fifo.yaml")
os.mkfifo("fifo.snap")
os.symlink("loop.yaml", "loop.yaml")

# nine times nine times ... nodes
bomb = "schema: 1\na0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
for i in range(1, 12):
    bomb += "a%d: &a%d [%s]\n" % (i, i, ", ".join(["*a%d" % (i - 1)] * 9))
put("bomb.yaml", bomb)
put("deep.yaml", "[" * 100000)
put("binary.yaml", bytes(range(256)) * 64)
put("nul.yaml", b"schema: 1\n\0")
put("latin.yaml", b"schema: 1\ndevice: {name: latin, title: \xe9, ref: none}\n")
with open("big.yaml", "wb") as f:
    f.truncate(17 << 20)
put("array.yaml", HEAD % "array" + "registers: {A: {offset: 0, array: {count: 1000000000, stride: 4}}}\n")
put("recursive.yaml", HEAD % "recursive" + "extends: recursive.yaml\nregisters: {A: {offset: 0}}\n")
put("unknown.yaml", HEAD % "unknown" + "registers: {A: {ofset: 0}}\n")
put("empty.yaml", "")
with open(sys.argv[1] + "/nvme.yaml", "rb") as f:
    put("trunc.yaml", f.read(2500))

# states of a model and dumps
put("broken.json", '{"schema": 1,')
put("other.json", '{"schema": 1, "model": "other", "registers": {}}')
put("list.json", "[1, 2]")
put("cut.json", '{"schema": 1, "model": "paths", "registers": {"CTRL": {"value": "0x')
put("bytes", bytes(range(16)))
put("bad.snap", '{"schema": 1}')
put("cut.snap", '{"schema": 1, "spaces": [{"name": "bar0", "chu')
put("hex.snap", '{"schema": 1, "spaces": [{"name": "bar0", "chunks": [{"offset": 0, "hex": "0g"}]}]}')
put("far.snap", '{"schema": 1, "spaces": [{"name": "bar0", "chunks": [{"offset": "0xffffffffffffffff", "hex": "00"}]}]}')
