#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Plain scalars that a YAML 1.1 reader (PyYAML, unmodified) and a YAML 1.2 reader take differently.

usage: scalars.py FILE...      one line each, exit 1 when there are any
"""
import re
import sys

import yaml

# YAML 1.2.2, section 10.3.2 (core schema): what a plain scalar is there
CORE = [
    ("null", re.compile(r"null|Null|NULL|~|")),
    ("bool", re.compile(r"true|True|TRUE|false|False|FALSE")),
    ("int", re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")),
    ("float", re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")),
    ("float", re.compile(r"[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN")),
]


def core_tag(text):
    for tag, pattern in CORE:
        if pattern.fullmatch(text):
            return tag
    return "str"


def core_int(text):
    base = {"0x": 16, "0o": 8}.get(text[:2], 10)
    return int(text, base)


def differs(node):
    if node.style is not None:
        return False
    tag = node.tag.rsplit(":", 1)[1]
    if tag != core_tag(node.value):
        return True
    return tag == "int" and yaml.safe_load(node.value) != core_int(node.value)


def scalars(node):
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from scalars(key)
            yield from scalars(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from scalars(value)
    else:
        yield node


def main():
    bad = 0
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            for node in scalars(yaml.compose(file)):
                if differs(node):
                    bad += 1
                    mark = node.start_mark
                    print(f"{path}:{mark.line + 1}:{mark.column + 1}: {node.value}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
