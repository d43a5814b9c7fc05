#!/usr/bin/env python3
"""How well the colours of series stand out and differ, for all kinds of colour vision.

    python3 Scripts/golden/charts/palette.py

Reads the palettes of the light and the dark theme from Sources/IFCharts/Themes/Theme.swift, and Petroff's, which they
come from. Prints for each the contrast of every colour against its background (WCAG 2.2 asks graphics for 3:1), and
the least distance among the first n colours in CIELAB (CIE 1976, D65): to usual vision and without one kind of cone,
as Machado, Oliveira and Fernandes (2009) model it at full severity, and Viénot, Brettel and Mollon (1999) for the two
kinds that they treat. ThemeTests asks for what is printed here. Needs no package.
"""
import itertools
import math
import pathlib
import re

SOURCE = pathlib.Path(__file__).resolve().parents[3] / "Sources/IFCharts/Themes/Theme.swift"
FIRST = (2, 3, 4, 6, 8, 10)

VISIONS = {
    "usual": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia (Machado)": [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia (Machado)": [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia (Machado)": [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "protanopia (Viénot)": [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    "deuteranopia (Viénot)": [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
}


def linear(code):
    parts = [(code >> shift & 255) / 255 for shift in (16, 8, 0)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector)) for row in matrix]


def luminance(code):
    return sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), linear(code)))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(code, vision):
    seen = [min(1, max(0, part)) for part in times(vision, linear(code))]
    xyz = times([
        [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]], seen)
    x, y, z = (
        math.cbrt(t) if t > 0.008856 else 7.787 * t + 16 / 116
        for t in (part / white for part, white in zip(xyz, (0.95047, 1, 1.08883))))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def show(name, colors, background):
    print(f"{name}, on #{background:06X}")
    print("  " + ", ".join(f"{color:06X} {contrast(color, background):.2f}:1" for color in colors))
    print("  least distance of the first" + "".join(f"{count:7d}" for count in FIRST))
    for vision, matrix in VISIONS.items():
        seen = [lab(color, matrix) for color in colors]
        least = (min(math.dist(*pair) for pair in itertools.combinations(seen[:count], 2)) for count in FIRST)
        print(f"  {vision:<27}" + "".join(f"{distance:7.1f}" for distance in least))


def palette(source, name):
    body = re.search(rf"static let {name}: \[Color\] = \[(.*?)\]", source, re.DOTALL).group(1)
    return [int(code, 16) for code in re.findall("0x([0-9A-F]{6})", body)]


def main():
    source = SOURCE.read_text(encoding="utf-8")
    for name, background in [
        ("petroff10", 0xFFFFFF), ("seriesOnLight", 0xFFFFFF), ("petroff10", 0x15191F), ("seriesOnDark", 0x15191F),
    ]:
        show(name, palette(source, name), background)


main()
