#!/usr/bin/env python3
"""Adds up scores of `shrike score --gq` by depth, and by depth and library, with 95 % intervals of F1 by the number of errors
(Poisson); then wrong calls by genotype quality, beside what the qualities say.

    bench/accuracy/pooled.py LIBRARY_DEPTH_SEED.score ...
"""
import collections
import math
import os
import re
import sys


def bounds(errors):
    """95 % interval of a Poisson mean (Wilson and Hilferty's approximation)."""
    cube = lambda n, sign: n * (1 - 1 / (9 * n) + sign * 1.96 / (3 * math.sqrt(n))) ** 3
    return (cube(errors, -1) if errors else 0.0), cube(errors + 1, 1)


def main():
    scores = collections.defaultdict(lambda: [0, 0, 0])
    qualities = collections.defaultdict(lambda: [0, 0, 0.0])
    for path in sys.argv[1:]:
        library, depth, _ = os.path.basename(path).split("_")
        for line in open(path):
            if line.startswith("GQ"):
                least, calls, wrong, said = re.match(r"GQ (\d+)\S* +calls (\d+) wrong (\d+) said ([\d.]+)", line).groups()
                for key in ("all", depth):
                    for i, n in enumerate((int(calls), int(wrong), float(said))):
                        qualities[key, int(least)][i] += n
                continue
            kind, *counts = re.match(r"(\w+) +TP (\d+) FP (\d+) FN (\d+)", line).groups()
            for key in ((int(depth), kind, "all"), (int(depth), kind, library)):
                for i, n in enumerate(counts):
                    scores[key][i] += int(n)
    for depth, kind, library in sorted(scores, key=lambda k: (k[0], k[1] != "SNP", k[2] != "all", k[2])):
        tp, fp, fn = scores[depth, kind, library]
        f1 = lambda errors: 2 * tp / max(1, 2 * tp + errors)
        least, most = bounds(fp + fn)
        print(f"{depth}x {kind:5} {library:10} TP {tp} FP {fp} FN {fn} F1 {f1(fp + fn):.4f} ({f1(most):.4f}-{f1(least):.4f})")
    for depth, least in sorted(qualities, key=lambda k: (k[0] != "all", int(k[0]) if k[0] != "all" else 0, k[1])):
        calls, wrong, said = qualities[depth, least]
        low, high = bounds(wrong)
        rate = lambda n: n / max(1, calls)
        print(f"GQ {least}-{least + 9 if least < 50 else ''} depth {depth}: {calls} calls, {wrong} wrong: {rate(wrong):.2g} ({rate(low):.2g}-{rate(high):.2g}), said {rate(said):.2g}")


main()
