#!/usr/bin/env python3
"""Writes SkinClassifier.Core/Data/CanonicalForm.txt: what Unicode's normalization form C needs, from Python's own tables.

Lines: "D code parts" canonical decomposition (one step), with "=" behind it where the parts compose back to the code;
"C first last class" canonical combining class of a range. Hangul is computed, not listed.
"""
import pathlib
import unicodedata as u

lines = []
for c in range(0x110000):
    d = u.decomposition(chr(c))
    if d and not d.startswith("<"):
        back = u.normalize("NFC", "".join(chr(int(p, 16)) for p in d.split())) == chr(c)
        lines.append(f"D {c:04X} {d}{' =' if back else ''}")
ranges = []
for c in range(0x110000):
    k = u.combining(chr(c))
    if k and ranges and ranges[-1][1] == c - 1 and ranges[-1][2] == k:
        ranges[-1][1] = c
    elif k:
        ranges.append([c, c, k])
lines += [f"C {a:04X} {b:04X} {k}" for a, b, k in ranges]
target = pathlib.Path(__file__).parents[2] / "SkinClassifier.Core" / "Data" / "CanonicalForm.txt"
target.write_text(f"# Unicode {u.unidata_version}, written by assets/unicode/make_canonical.py\n" + "\n".join(lines) + "\n")
