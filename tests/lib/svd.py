# SPDX-License-Identifier: GPL-2.0-or-later
"""What a CMSIS-SVD file says, as {path: register}: a reader that knows nothing of devpoke.

usage: svd.py A.svd B.svd   are they the same registers? The first difference else
       svd.py A.svd         every path, one a line

Names are compared as devpoke spells them: letters, digits and '_', no digit first.
"""
import re
import sys
import xml.etree.ElementTree as ET

LISTS = ("peripherals", "registers", "fields")


def spell(name):
    name = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return "_" + name if name[:1].isdigit() else name


def number(text):
    text = text.strip().lstrip("+").lower()
    if text.startswith("#"):
        return int(text[1:], 2)
    if text.startswith("0b"):
        return int(text[2:], 2)
    if text[-1] in "kmgt" and not text.startswith("0x"):
        return number(text[:-1]) << 10 * ("kmgt".index(text[-1]) + 1)
    return int(text, 16) if text.startswith("0x") else int(text)


class Svd:
    def __init__(self, file):
        self.root = ET.parse(file).getroot()
        self.up = {c: p for p in self.root.iter() for c in p}
        self.done = set()
        for e in list(self.root.iter()):
            self.derive(e)

    # derivedFrom: what the element does not say itself is what its base says
    def named(self, scope, name):
        for c in scope:
            if c.tag in LISTS:
                found = self.named(c, name)
                if found is not None:
                    return found
            elif c.findtext("name", "").strip() == name:
                return c
        return None

    def base(self, e):
        path, scope = e.get("derivedFrom").split("."), e
        while scope in self.up:
            scope = self.up[scope]
            x = scope
            for part in path:
                x = self.named(x, part) if x is not None else None
            if x is not None and x.tag == e.tag and x is not e:
                return x
        for x in self.root.iter(e.tag):  # an enumeration, by its name alone
            if x.findtext("name", "").strip() == path[-1] and x is not e:
                return x
        return None

    def derive(self, e):
        if e.get("derivedFrom") is None or e in self.done:
            return
        self.done.add(e)
        base = self.base(e)
        if base is None:
            return
        self.derive(base)
        own = {c.tag for c in e}
        if own & {"bitRange", "lsb", "msb", "bitOffset", "bitWidth"}:
            own |= {"bitRange", "lsb", "msb", "bitOffset", "bitWidth"}
        for c in base:
            if c.tag in LISTS and c.tag in own:
                mine = e.find(c.tag)
                names = {x.findtext("name") for x in mine}
                mine[:] = [x for x in c if x.findtext("name") not in names] + list(mine)
            elif c.tag.startswith("dim") or c.tag in ("name", "interrupt", "alternateRegister"):
                pass
            elif c.tag not in own:
                e.append(c)

    # lists: (name, offset) of each element
    def spread(self, e):
        name = e.findtext("name").strip()
        if e.find("dim") is None:
            return [(name, 0)]
        n, step = number(e.findtext("dim")), number(e.findtext("dimIncrement"))
        index = [str(i) for i in range(n)]
        text = e.findtext("dimIndex")
        if text and "[%s]" not in name:
            m = re.fullmatch(r"\s*(\w+)-(\w+)\s*", text)
            if not m:
                index = [t.strip() for t in text.split(",")]
            elif m[1].isdigit():
                index = [str(i) for i in range(int(m[1]), int(m[2]) + 1)]
            else:
                index = [chr(i) for i in range(ord(m[1]), ord(m[2]) + 1)]
        if "[%s]" in name and e.tag != "field":
            return [(name.replace("[%s]", "." + i), k * step) for k, i in enumerate(index)]
        return [(name.replace("[%s]", i).replace("%s", i), k * step) for k, i in enumerate(index)]

    def props(self, e, above):
        p = dict(above)
        for tag in ("size", "resetValue", "resetMask"):
            if e.find(tag) is not None:
                p[tag] = number(e.findtext(tag))
        if e.find("access") is not None:
            p["access"] = e.findtext("access").strip()
        return p

    @staticmethod
    def words(e, usage):
        out = {}
        for v in e.findall("enumeratedValue"):
            value = v.findtext("value")
            if value is None:
                continue
            name, value = spell(v.findtext("name").strip()), value.strip()
            if re.match(r"(#|0b)[01]*[xX]", value):
                bits = value.lstrip("#")
                bits = bits[2:] if bits.startswith("0b") else bits
                for i in range(1 << len(bits)):
                    text = format(i, "0%db" % len(bits))
                    if all(b in ("x", "X", t) for b, t in zip(bits, text)):
                        out[usage, i] = "%s_%d" % (name, i)
            else:
                out[usage, number(value)] = name
        return out

    def fields(self, reg, p, effects):
        out = {}
        for f in reg.findall("fields/field"):
            for name, at in self.spread(f):
                m = re.fullmatch(r"\[(\d+):(\d+)\]", f.findtext("bitRange", "").strip())
                if m:
                    hi, lo = int(m[1]), int(m[2])
                elif f.find("lsb") is not None:
                    hi, lo = number(f.findtext("msb")), number(f.findtext("lsb"))
                else:
                    lo = number(f.findtext("bitOffset"))
                    hi = lo + number(f.findtext("bitWidth", "1")) - 1
                q = self.props(f, p)
                words = {}
                for e in f.findall("enumeratedValues"):
                    usage = e.findtext("usage", "read-write").strip()
                    words.update(self.words(e, usage))
                out[spell(name)] = (hi + at, lo + at, q["access"], self.effects(f, effects),
                                    tuple(sorted(words.items())))
        return out

    @staticmethod
    def effects(e, above=("", "")):
        action = e.findtext("readAction", above[1]).strip()
        return (e.findtext("modifiedWriteValues", above[0]).strip(),
                "modify" if action == "modifyExternal" else action)

    def walk(self, e, path, base, p, out):
        for c in e:
            if c.tag == "register":
                q = self.props(c, p)
                for name, at in self.spread(c):
                    effects = self.effects(c)
                    mask = q["resetMask"] & (1 << q["size"]) - 1
                    out[path + spell2(name)] = {
                        "address": base + number(c.findtext("addressOffset")) + at,
                        "size": q["size"], "access": q["access"], "effects": effects,
                        "reset": q["resetValue"] & mask, "mask": mask,
                        "fields": self.fields(c, q, effects),
                    }
            elif c.tag == "cluster":
                q = self.props(c, p)
                for name, at in self.spread(c):
                    where = base + number(c.findtext("addressOffset")) + at
                    self.walk(c, path + spell2(name) + ".", where, q, out)

    def model(self):
        out = {}
        p = self.props(self.root, {"size": 32, "access": "read-write", "resetValue": 0,
                                   "resetMask": 0xFFFFFFFFFFFFFFFF})
        for x in self.root.findall("peripherals/peripheral"):
            for name, at in self.spread(x):
                base = number(x.findtext("baseAddress")) + at
                for regs in x.findall("registers"):
                    self.walk(regs, spell2(name) + ".", base, self.props(x, p), out)
        return out


def spell2(name):
    """An array's element keeps its dot."""
    return ".".join([spell(name.split(".")[0])] + name.split(".")[1:])


def main():
    models = [Svd(f).model() for f in sys.argv[1:]]
    if len(models) == 1:
        print("\n".join(models[0]))
        return 0
    a, b = models
    for path in sorted(set(a) | set(b)):
        x, y = a.get(path), b.get(path)
        if x == y:
            continue
        print("%s differs:" % path)
        print("\n".join("  %s: %s | %s" % (k, x and x[k], y and y[k])
                        for k in (x or y) if not x or not y or x[k] != y[k]))
        return 1
    print("%d registers, %d fields" % (len(a), sum(len(r["fields"]) for r in a.values())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
