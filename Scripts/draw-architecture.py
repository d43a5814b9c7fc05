#!/usr/bin/env python3
"""Draws Docs/Architecture/targets.svg from the manifest: every target of ours and what it imports.

    swift package dump-package | Scripts/draw-architecture.py > Docs/Architecture/targets.svg

Edges that follow from others (A imports B imports C, A imports C) are left out, so that the drawing shows the
ladder and not the net.
"""
import json
import sys

manifest = json.load(sys.stdin)
targets = {t["name"]: t for t in manifest["targets"] if t["type"] != "test"}
imports = {}
for name, target in targets.items():
    found = set()
    for dependency in target["dependencies"]:
        by_name = dependency.get("byName") or dependency.get("target")
        if by_name and by_name[0] in targets:
            found.add(by_name[0])
    imports[name] = found


def reach(name):
    out = set()
    for child in imports[name]:
        out |= {child} | reach(child)
    return out


direct = {n: {c for c in cs if not any(c in reach(o) for o in cs if o != c)} for n, cs in imports.items()}
level = {}


def depth(name):
    if name not in level:
        level[name] = 1 + max((depth(c) for c in imports[name]), default=-1)
    return level[name]


for name in targets:
    depth(name)
# What the pipeline wires stands in one row, beside the contract suites.
stages = [n for n in direct.get("IFPipeline", ()) if n not in ("IFCore", "IFLinearAlgebra")] + ["IFTesting"]
for name in stages:
    level[name] = max(level[n] for n in stages)
rows = {}
for name, value in level.items():
    rows.setdefault(value, []).append(name)
top = max(rows)
width, box_w, box_h, gap_y = 1420, 116, 38, 92
position = {}
for value in range(0, top + 1):
    names = sorted(rows[value])
    if not value:
        names = sorted(names, key=lambda n: (n == "IFCore", not n.endswith("System"), n))
        names.insert(len(names) // 2 + 1, names.pop())
    else:  # near what they import, so that lines stay short
        names.sort(key=lambda n: (sum(position[c][0] for c in imports[n]) / max(1, len(imports[n])), n))
    step = width / len(names)
    least = 0
    for index, name in enumerate(names):
        x = step * (index + 0.5)
        if value and len(names) < 5:  # a short row stands above what it imports, out of the way of longer lines
            x = max(least, sum(position[c][0] for c in direct[name]) / len(direct[name]))
        least = x + box_w + 10
        position[name] = (x, 30 + (top - value) * gap_y)
height = 30 + top * gap_y + box_h + 20
colours = {"C": ("#fdf0d5", "#b08900"), "IFC": ("#dbeafe", "#1d4ed8"), "IF": ("#e8f5ee", "#15803d")}
print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
      'role="img" aria-label="Targets of InsightFlow and what they import" font-family="Inter, Helvetica, sans-serif">')
print("<title>Targets of InsightFlow and what they import</title>")
print(f'<rect width="{width}" height="{height}" fill="#ffffff"/>')
print('<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
      '<path d="M0 0 L8 4 L0 8 z" fill="#64748b"/></marker></defs>')
for name in sorted(direct):
    x, y = position[name]
    for child in sorted(direct[name]):
        cx, cy = position[child]
        y0, y1 = y + box_h, cy
        bend = (y1 - y0) / 2
        print(f'<path d="M{x:.0f} {y0:.0f} C{x:.0f} {y0 + bend:.0f} {cx:.0f} {y1 - bend:.0f} {cx:.0f} {y1 - 2:.0f}" '
              'fill="none" stroke="#94a3b8" stroke-width="1.3" marker-end="url(#tip)"/>')
for name in sorted(position):
    x, y = position[name]
    kind = "C" if name.startswith("C") else "IFC" if name in ("IFCore", "IFLinearAlgebra") else "IF"
    fill, stroke = colours[kind]
    print(f'<rect x="{x - box_w / 2:.0f}" y="{y:.0f}" width="{box_w}" height="{box_h}" rx="7" fill="{fill}" '
          f'stroke="{stroke}" stroke-width="1.4"/>')
    print(f'<text x="{x:.0f}" y="{y + box_h / 2 + 5:.0f}" text-anchor="middle" font-size="13" fill="#0f172a">'
          f'{name}</text>')
print("</svg>")
