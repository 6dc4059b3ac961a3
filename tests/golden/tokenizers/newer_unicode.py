#!/usr/bin/env python3
"""Prints the table of lib/text/regex/newer_unicode.cpp: code points that the categories of the `tokenizers`
package have and Unicode 14, PCRE2 10.42's, has not. Run with the packages of requirements.lock and CPython 3.11,
whose unicodedata is of Unicode 14; every difference must be an addition."""

import sys
import unicodedata

from tokenizers import Regex, pre_tokenizers

CATEGORIES = ["Lu", "Ll", "Lt", "Lm", "Lo", "M", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm",
              "Sc", "Sk", "So", "Zs", "Zl", "Zp"]
STEP = 4096


def members(category):
    split = pre_tokenizers.Split(Regex(f"\\p{{{category}}}"), "removed")
    points = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
    for begin in range(0, len(points), STEP):
        text = "".join(map(chr, points[begin:begin + STEP]))
        left = set("".join(piece for piece, _ in split.pre_tokenize_str(text)))
        yield from (c for c in text if c not in left)


def main():
    if unicodedata.unidata_version != "14.0.0":
        sys.exit(f"this Python has Unicode {unicodedata.unidata_version}, not 14.0.0")
    for category in CATEGORIES:
        theirs = set(members(category))
        ours = {chr(c) for c in range(0x110000) if unicodedata.category(chr(c)).startswith(category)}
        if ours - theirs:
            sys.exit(f"{category}: the package lacks {sorted(map(ord, ours - theirs))[:5]}")
        ranges = []
        for point in sorted(map(ord, theirs - ours)):
            if ranges and ranges[-1][1] == point - 1:
                ranges[-1][1] = point
            else:
                ranges.append([point, point])
        for first, last in ranges:
            print(f'    {{"{category}", {first:#x}, {last:#x}}},')


if __name__ == "__main__":
    main()
