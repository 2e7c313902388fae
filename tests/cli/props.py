#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Random descriptions x random command lines on a model, against a reference of its own.

usage: props.py PROGRAM FOLDER SEED DESCRIPTIONS COMMANDS

The reference knows what the attributes of a bit mean (the device) and what a user expects of
a command (CLI contract, section 4): the named bits change as their attribute says, every other
bit stays, and nothing but the named register is touched, with one write and at most one read.
It knows nothing of how the program gets there.
"""
import json
import os
import random
import subprocess
import sys

NEUTRAL = {"w1c": 0, "w1s": 0, "w1t": 0, "w0c": 1, "w0s": 1, "w0t": 1, "pulse": 0}
KINDS = ["store"] * 6 + list(NEUTRAL) + ["clear", "set", "effect"]


def ones(bits):
    return (1 << bits) - 1


class Field:
    def __init__(self, rnd, name, lo, bits):
        self.name, self.lo, self.bits = name, lo, bits
        self.mask = ones(bits) << lo
        self.sw = rnd.choice(["rw", "rw", "rw", "ro"])
        self.on_write = rnd.choice(KINDS)
        self.on_read = rnd.choice(["none"] * 9 + ["clear"])

    def yaml(self):
        hi = self.lo + self.bits - 1
        return (f"{self.name}: {{bits: {hi}..{self.lo}, sw: {self.sw}, "
                f"on_write: {self.on_write}, on_read: {self.on_read}}}")


class Register:
    """value: what the device holds; bits without a field are 0 and stay so; known: bits whose
    value the attributes tell (what `effect` does is the device's secret)"""

    def __init__(self, rnd, name, offset, width):
        self.name, self.offset, self.width = name, offset, width
        self.fields, lo = [], 0
        while lo < width:
            bits = min(rnd.choice([1, 1, 2, 3, 5, 8]), width - lo)
            if rnd.random() < 0.7:
                self.fields.append(Field(rnd, f"F{lo}", lo, bits))
            lo += bits
        if not self.fields:
            self.fields.append(Field(rnd, "F0", 0, 1))
        pulses = sum(f.mask for f in self.fields if f.on_write == "pulse")
        self.reset = self.value = rnd.getrandbits(width) & self.described() & ~pulses
        self.known = ones(width)

    def described(self):
        return sum(f.mask for f in self.fields)

    def yaml(self):
        fields = ", ".join(f.yaml() for f in self.fields)
        return (f"  {self.name}: {{offset: {self.offset:#x}, width: {self.width}, "
                f"reset: {self.reset:#x}, fields: {{{fields}}}}}")

    def effect_of_read(self):
        return any(f.on_read != "none" for f in self.fields)

    def read(self):
        seen = self.value
        for f in self.fields:
            if f.on_read == "clear":
                self.value &= ~f.mask
        return seen

    def write(self, data):
        """the device's side, bit by bit"""
        new = self.value
        for f in self.fields:
            d, v = data & f.mask, self.value & f.mask
            if f.sw == "ro":
                continue
            n = {"store": d, "w1c": v & ~d, "w1s": v | d, "w1t": v ^ d, "w0c": v & d,
                 "w0s": v | (~d & f.mask), "w0t": v ^ (~d & f.mask), "clear": 0, "set": f.mask,
                 "pulse": v, "effect": v}[f.on_write]
            if f.on_write == "effect":
                self.known &= ~f.mask
            new = (new & ~f.mask) | n
        self.value = new


def describe(rnd, path):
    regs, offset = [], 0
    for i in range(rnd.randint(2, 6)):
        width = rnd.choice([8, 16, 32, 32, 64])
        offset = -(-offset // (width // 8)) * (width // 8)
        regs.append(Register(rnd, f"R{i}", offset, width))
        offset += width // 8 * rnd.randint(1, 2)
    with open(path, "w", encoding="utf-8") as f:
        f.write("schema: 1\ndevice: {name: props}\nspaces: {main: {size: 0x1000}}\nregisters:\n")
        f.writelines(r.yaml() + "\n" for r in regs)
    return regs


class Failed(Exception):
    pass


class Run:
    """one command on the model; its exit code, answer, and the accesses that arrived"""

    def __init__(self, program, target, log, words):
        before = os.path.getsize(log) if os.path.exists(log) else 0
        done = subprocess.run([program, *words[:1], target, *words[1:], "--json"],
                              capture_output=True, text=True, timeout=60, check=False)
        self.code = done.returncode
        self.answer = json.loads(done.stdout)
        self.stderr = done.stderr
        self.accesses = []
        if os.path.exists(log):
            with open(log, encoding="utf-8") as f:
                f.seek(before)
                self.accesses = [json.loads(line) for line in f]


def expect(what, got, wanted):
    if got != wanted:
        raise Failed(f"{what}: {got}, expected {wanted}")


def check_accesses(run, reg, ops):
    expect("accesses", [a["op"] for a in run.accesses], ops)
    for a in run.accesses:
        expect("offset", int(a["offset"], 16), reg.offset)
        expect("width", a["width"], reg.width)


def peek(rnd, reg, go):
    f = rnd.choice(reg.fields)
    bit = rnd.randrange(reg.width)
    path, lo, bits = rnd.choice([(reg.name, 0, reg.width), (f"{reg.name}.{f.name}", f.lo, f.bits),
                                 (f"{reg.name}:{bit}", bit, 1), (f"{reg.offset:#x}", 0, reg.width)])
    run = go("peek", path)
    expect("exit", run.code, 0)
    check_accesses(run, reg, ["R"])
    seen = reg.read()
    bus = int(run.accesses[0]["value"], 16)
    expect("bus value", bus & reg.known, seen & reg.known)
    seen = bus
    answer = run.answer["registers"][0]
    expect("value", int(answer["value"], 16), (seen >> lo) & ones(bits))
    for f in answer.get("fields", []):
        mine = next(x for x in reg.fields if x.name == f["name"])
        expect(f["name"], int(f["value"], 16), (seen & mine.mask) >> mine.lo)


def poke_whole(rnd, reg, go):
    data = rnd.getrandbits(reg.width)
    run = go("poke", f"{reg.name}={data:#x}")
    if all(f.sw == "ro" for f in reg.fields):
        expect("exit", run.code, 5)
        check_accesses(run, reg, [])
        return
    expect("exit", run.code, 0)
    check_accesses(run, reg, ["W"])
    expect("written", int(run.accesses[0]["value"], 16), data)
    reg.write(data)


def poke_fields(rnd, reg, go):
    """some fields of a register; toggle for one of them now and then"""
    named = rnd.sample(reg.fields, rnd.randint(1, min(3, len(reg.fields))))
    values = [rnd.getrandbits(f.bits) for f in named]
    words = [f"{f.name}={v:#x}" for f, v in zip(named, values)]
    run = go("poke", f"{reg.name}.{','.join(words)}")
    if any(f.sw == "ro" for f in named):
        expect("exit", run.code, 5)
        check_accesses(run, reg, [])
        return
    others = [f for f in reg.fields if f not in named and f.sw != "ro"]
    reserved = ones(reg.width) & ~reg.described()
    keeps = reserved or any(f.on_write == "store" for f in others)
    if any(f.on_write in ("clear", "set", "effect") for f in others) or \
            (keeps and reg.effect_of_read()):
        expect("exit", run.code, 5)
        expect("class", run.answer["error"]["class"], "effect")
        check_accesses(run, reg, [])
        return
    expect("exit", run.code, 0)
    check_accesses(run, reg, ["R", "W"] if keeps else ["W"])
    before = reg.value
    data = int(run.accesses[-1]["value"], 16)
    for f, v in zip(named, values):
        expect(f"{f.name} on the bus", (data & f.mask) >> f.lo, v)
    reg.write(data)
    mask = sum(f.mask for f in named)
    expect("the other bits", reg.value & ~mask & reg.known, before & ~mask & reg.known)


def one(program, folder, rnd, n_commands):
    yaml, state = f"{folder}/props.yaml", f"{folder}/state"
    for old in (state, state + ".log"):
        if os.path.exists(old):
            os.remove(old)
    regs = describe(rnd, yaml)
    target = f"model:{yaml}@{state}"
    said = []
    for _ in range(n_commands):
        reg = rnd.choice(regs)

        def go(*words):
            said.append(" ".join(words))
            return Run(program, target, state + ".log", list(words))
        try:
            rnd.choice([peek, peek, poke_whole, poke_fields, poke_fields, poke_fields])(rnd, reg, go)
        except Failed as e:
            with open(yaml, encoding="utf-8") as f:
                line = next(x for x in f if x.startswith(f"  {reg.name}:"))
            print(f"{said[-1]}: {e}\n{line}  after: {'; '.join(said[:-1])}")
            return False
    return True


def main():
    program, folder, seed, n_desc, n_commands = sys.argv[1:6]
    bad = 0
    for i in range(int(n_desc)):
        rnd = random.Random(f"{seed}/{i}")
        if not one(program, folder, rnd, int(n_commands)):
            print(f"  seed {seed}, description {i}")
            bad += 1
    print(f"{n_desc} descriptions x {n_commands} commands, {bad} failed")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
