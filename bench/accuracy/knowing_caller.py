#!/usr/bin/env python3
"""How well indels can be called at all on simulated reads: by a caller who knows the rules that they were made by.

    bench/accuracy/knowing_caller.py REF.fa DEPTH DRAWS PREFIX ...

PREFIX is FOLDER/LIBRARY_DEPTH_SEED as simulated.sh leaves them, of which PREFIX.truth.vcf.gz and PREFIX.confident.bed are read.

For every repeat, and every other indel of the truth, it draws molecules as `shrike simulate` does (depth with its waves, the haplotypes'
balance, stutter, somebody else's molecules) and sees the length of each that a read reaches across, without an error of base or
alignment. The caller knows what no real one does: where the repeats are, how often lengths change and by how much, how the library
stutters on average. It calls whatever is wrong least often in expectation. Three figures: told also how strongly each single repeat
stutters; not told so; not told so, and proposing only alleles that two reads show, as the original does. Needs python3-numpy.
"""
import collections
import gzip
import json
import math
import os
import re
import sys

import numpy as np

# The simulator's rules: Individual.cs, Repeats.cs, ReadSimulator.cs.
MOST = 4
HOMOZYGOUS, TWO_CHANGED, REPEAT_CHANGE, INDELS = 1 / 3, 0.15, 0.06, 2e-4
MOST_STUTTER = 0.45
CHANGES = range(-MOST, MOST + 1)
GENOTYPES = [(a, b) for a in CHANGES for b in CHANGES if a <= b]
ZERO = MOST + 3  # column of no change in what is seen
SEEN = 2 * ZERO + 1
NO_CHANGE = GENOTYPES.index((0, 0))


def geometric(success, most):
    p = [(1 - success) ** k * success for k in range(most - 1)]
    return [*p, 1 - sum(p)]


CHANGE = {0: 0.0, **{sign * n: p / 2 for n, p in enumerate(geometric(0.65, MOST), 1) for sign in (-1, 1)}}
STEP = {sign * n: p * (0.4 if sign > 0 else 0.6) for n, p in enumerate(geometric(0.88, 3), 1) for sign in (-1, 1)}
# Seven equal parts of the normal distribution, each by its middle.
DEVIATES = (-1.4652, -0.7916, -0.3661, 0.0, 0.3661, 0.7916, 1.4652)


def is_repeat(unit, copies):
    return copies >= (6 if unit == 1 else 4)


def stutter_chance(unit, copies):
    return min(0.3, 0.003 * 1.4 ** (copies - 6) if unit == 1 else 0.004 * 1.22 ** (copies - 4))


def repeats(bases):
    """(start, unit, copies)."""
    found, i = [], 0
    while i < len(bases):
        best = (0, 0)
        for unit in range(1, 5):
            j = i + unit
            while j < len(bases) and bases[j] == bases[j - unit]:
                j += 1
            copies = (j - i) // unit
            if is_repeat(unit, copies) and bases[i] != "N" and unit * copies > best[0] * best[1]:
                best = (unit, copies)
        if best[1]:
            found.append((i, *best))
        i += best[0] * best[1] or 1
    return found


def prior_of(rate, copies):
    prior = np.zeros(len(GENOTYPES))
    for k, (a, b) in enumerate(GENOTYPES):
        if a <= -copies:
            continue
        if a == b == 0:
            prior[k] = 1 - rate
        elif 0 in (a, b):
            prior[k] = rate * (1 - TWO_CHANGED) * (1 - HOMOZYGOUS) * CHANGE[a + b]
        else:
            prior[k] = rate * (TWO_CHANGED * CHANGE[a] * CHANGE[b] * (1 + (a != b)) + (1 - TWO_CHANGED) * HOMOZYGOUS * CHANGE[a] * (a == b))
    return prior / prior.sum()


def seen_by_change(unit, copies, strength):
    """What a molecule with a change of length shows: a row for each change, a column for each length seen."""
    table = np.zeros((len(CHANGES), SEEN))
    for row, change in zip(table, CHANGES):
        n = copies + change
        chance = min(MOST_STUTTER, stutter_chance(unit, n) * strength) if n > 0 and is_repeat(unit, n) else 0
        row[ZERO + change] = 1 - chance
        for step, p in STEP.items():
            row[ZERO + max(change + step, 1 - copies)] += chance * p
    return table


def wrong(call, truth):
    """False and missed alleles; one in the wrong number of copies is both."""
    bad = [a for a in {*call, *truth} - {0} if call.count(a) != truth.count(a)]
    return sum(a in call for a in bad), sum(a in truth for a in bad)


WRONG = np.array([[sum(wrong(c, t)) for t in GENOTYPES] for c in GENOTYPES], float)


def posterior_of(observed, tables, prior, foreign):
    """Of the genotypes; the tables are equally likely."""
    likelihood = np.zeros(len(GENOTYPES))
    for table in tables:
        own = (1 - foreign) * table
        mixed = np.array([(own[MOST + a] + own[MOST + b]) / 2 for a, b in GENOTYPES]) + foreign * table[MOST]
        likelihood += np.prod(mixed**observed, axis=1)
    posterior = prior * likelihood
    return posterior / posterior.sum() if posterior.sum() > 0 else prior


def call_of(posterior, observed, least):
    able = [all(g == 0 or observed[ZERO + g] >= least for g in genotype) for genotype in GENOTYPES]
    return GENOTYPES[int(np.argmin(np.where(able, WRONG @ posterior, np.inf)))]


def sites_of(bases, loci, prefix):
    """Unit, copies, the changes of both haplotypes and the chance of a change; an indel outside repeats has neither unit nor chance."""
    contig_of = {}
    for line in open(prefix + ".confident.bed"):
        contig, a, b = line.split()
        contig_of.setdefault(contig, np.zeros(len(bases[contig]) + 1, bool))[int(a) : int(b)] = True
    indels = {}
    for line in gzip.open(prefix + ".truth.vcf.gz", "rt"):
        if line[0] != "#":
            f = line.split("\t")
            lengths = [len(a) for a in (f[3], *f[4].split(","))]
            change = [lengths[int(g)] - lengths[0] for g in re.split(r"[|/]", f[9].strip().split(":")[0])]
            if any(change) and f[0] in contig_of and contig_of[f[0]][int(f[1]) - 1]:
                indels[f[0], int(f[1]) - 1] = change
    for contig, inside in contig_of.items():
        for start, unit, copies in loci[contig]:
            if not (inside[start - 1] and inside[start + unit * copies]):
                continue
            truth = (0, 0)
            for at in range(start - 1, start + unit * copies):
                if (change := indels.pop((contig, at), None)) is not None:
                    truth = tuple(max(-MOST, min(MOST, round(c / unit) or (1 if c > 0 else -1))) if c else 0 for c in change)
            yield unit, copies, truth, REPEAT_CHANGE * min(4, stutter_chance(unit, copies) / 0.01)
    for a, b in indels.values():
        yield None, 99, (int(a != 0), 0 if b == 0 else 1 if b == a or a == 0 else 2), None


def main():
    ref, depth, draws, prefixes = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
    lines = collections.defaultdict(list)
    for line in open(ref):
        if line[0] == ">":
            name = line[1:].split()[0]
        else:
            lines[name].append(line.strip().upper())
    bases = {name: "".join(parts) for name, parts in lines.items()}
    loci = {name: repeats(text) for name, text in bases.items()}
    rules = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src/Shrike.Simulation/Profiles/profiles.json")
    profiles = {p["name"]: p for p in json.load(open(rules))}
    random = np.random.default_rng(1)
    names = ("told each repeat's stutter", "told the library's", "and two reads an allele")
    totals = collections.defaultdict(lambda: np.zeros(3))
    for prefix in prefixes:
        library = os.path.basename(prefix).split("_")[0]
        profile = profiles[library]
        length, spread, wave = profile["read_length"], profile["stutter_spread"], profile["depth_wave"]
        strength = lambda deviate: profile["stutter"] * math.exp(spread * deviate - spread**2 / 2)
        for unit, copies, truth, rate in list(sites_of(bases, loci, prefix)) * draws:
            # Starts of a fragment of which one read or the other reaches across the repeat and a base on each side of it.
            across = max(0, length - (unit * copies if unit else 0) - 1)
            apart = np.maximum(length + 10, random.normal(profile["insert_mean"], profile["insert_sd"], 20)) - length
            starts = 2 * across - np.mean(np.maximum(0, across - apart))
            molecules = random.poisson(depth / (2 * length) * starts * (1 + wave / (1 - wave) * math.sin(2 * math.pi * random.random())))
            if unit:
                tables = [seen_by_change(unit, copies, strength(random.normal()))]
                known = prior_of(min(1, rate), copies)
            else:
                tables = [np.eye(len(CHANGES), SEEN, ZERO - MOST)]
                known = prior_of(INDELS, 99)
            foreign = 2 * profile["contamination"] * random.random()
            balance = 0.5 + random.normal(0, profile["balance_sd"])
            share = (1 - foreign) * (balance * tables[0][MOST + truth[0]] + (1 - balance) * tables[0][MOST + truth[1]]) + foreign * tables[0][MOST]
            observed = random.multinomial(molecules, share / share.sum())
            if observed.sum() == observed[ZERO] and truth == (0, 0):
                continue
            told = posterior_of(observed, tables, known, foreign)
            untold = posterior_of(observed, [seen_by_change(unit, copies, strength(d)) for d in DEVIATES] if unit else tables, known, profile["contamination"])
            truth = tuple(sorted(truth))
            for name, posterior, least in zip(names, (told, untold, untold), (1, 1, 2)):
                call = call_of(posterior, observed, least)
                false, missed = wrong(call, truth)
                right = sum(call.count(a) == truth.count(a) for a in {*truth} - {0})
                for key in (library, "all"):
                    totals[key, names.index(name)] += (right, false, missed)
    for (library, k), (right, false, missed) in sorted(totals.items()):
        print(f"{library:10} {names[k]:26} TP {right / draws:.0f} FP {false / draws:.1f} FN {missed / draws:.1f} F1 {2 * right / (2 * right + false + missed):.4f}")


main()
