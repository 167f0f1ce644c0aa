#!/usr/bin/env python3
"""What the reads themselves allow: the indels that no caller can get right on simulated data.

    bench/accuracy/upper_bound_indels.py REF.fa PREFIX [PREFIX ...]      files PREFIX.bam, PREFIX.truth.vcf.gz, PREFIX.confident.bed

The caller imagined here is told every indel, its alleles and all variants around it, and never calls anything else. It misses indels that
fewer than two reads fit better than the other alleles (a candidate needs two), and decides between one and two copies by how many edits each
read is from the haplotypes with and without the indel, the costs chosen, by length of the repeat, so that it errs least. Needs samtools.
"""
import collections
import gzip
import itertools
import math
import re
import subprocess
import sys

AROUND = 420
REPEATS = (6, 10, 15, 25)


def edits(pattern, text):
    """Fewest edits between the pattern and any part of the text (Myers' bit vectors)."""
    places = collections.defaultdict(int)
    for i, letter in enumerate(pattern):
        places[letter] |= 1 << i
    every, top = (1 << len(pattern)) - 1, 1 << (len(pattern) - 1)
    plus, minus, score = every, 0, len(pattern)
    best = score
    for letter in text:
        equal = places.get(letter, 0)
        vertical = equal | minus
        horizontal = (((equal & plus) + plus) ^ plus) | equal
        up, down = (minus | ~(horizontal | plus)) & every, plus & horizontal
        score += 1 if up & top else -1 if down & top else 0
        up, down = (up << 1) & every, (down << 1) & every
        plus, minus = (down | ~(vertical | up)) & every, up & vertical
        best = min(best, score)
    return best


def contigs_of(path):
    contigs = {}
    for line in open(path):
        if line[0] == ">":
            name = line[1:].split()[0]
            contigs[name] = []
        else:
            contigs[name].append(line.strip().upper())
    return {name: "".join(lines) for name, lines in contigs.items()}


def variants_of(path):
    """By contig: 0-based position, REF, ALTs, alleles of the two haplotypes."""
    variants = collections.defaultdict(list)
    for line in gzip.open(path, "rt"):
        if line[0] != "#":
            f = line.rstrip().split("\t")
            variants[f[0]].append((int(f[1]) - 1, f[3], f[4].split(","), [int(a) for a in re.split(r"[|/]", f[9].split(":")[0])]))
    return variants


def haplotype(sequence, low, high, near, side, position, ref, allele):
    """The reference with the variants of one haplotype, and an allele at the site."""
    parts, at = [], low
    for start, reference, alts, genotype in near:
        if start == position and reference == ref:
            here = allele
        elif genotype[side] and not (start < position + len(ref) and position < start + len(reference)):
            here = alts[genotype[side] - 1]
        else:
            continue
        if start >= at:
            parts += [sequence[at:start], here]
            at = start + len(reference)
    return "".join(parts) + sequence[at:high]


def repeat_at(sequence, position):
    """Bases of the longest repeat, of units of up to six, right of a position."""
    best = 0
    for unit in range(1, 7):
        end = position + 1
        while end + unit < len(sequence) and sequence[end] == sequence[end + unit]:
            end += 1
        if end - position - 1 >= unit:
            best = max(best, end - position - 1 + unit)
    return best


def sites_of(contigs, prefix):
    """Genotype, length of the repeat, and of every read its edits from each allele."""
    regions = [(c, int(a), int(b)) for c, a, b in (line.split() for line in open(prefix + ".confident.bed"))]
    for contig, variants in variants_of(prefix + ".truth.vcf.gz").items():
        sequence = contigs[contig]
        for k, (position, ref, alts, genotype) in enumerate(variants):
            inside = any(c == contig and a <= position and position + len(ref) <= b for c, a, b in regions)
            if not inside or (len(ref) == 1 and all(len(a) == 1 for a in alts)):
                continue
            low, high = max(0, position - AROUND), min(len(sequence), position + len(ref) + AROUND)
            near = [v for v in variants[max(0, k - 60) : k + 60] if v[0] >= low and v[0] + len(v[1]) <= high]
            alleles = [ref, *alts]
            texts = {g: {haplotype(sequence, low, high, near, side, position, ref, alleles[g]) for side in (0, 1)} for g in {0, *genotype}}
            command = ["samtools", "view", "-q", "5", "-F", "3844", prefix + ".bam", f"{contig}:{position + 1}-{position + len(ref)}"]
            reads = []
            for line in subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines():
                f = line.split("\t")
                clipped = re.match(r"(\d+)S", f[5])
                start = int(f[3]) - 1 - (int(clipped[1]) if clipped else 0) - low
                reads.append({g: min(edits(f[9], t[max(0, start - 80) : start + len(f[9]) + 80]) for t in ts) for g, ts in texts.items()})
            yield genotype, repeat_at(sequence, position), reads


def wrong(sites, cost, prior, foreign):
    """Sites whose reads look like the other number of copies."""
    count = 0
    for reads, copies in sites:
        het, hom = 0, prior
        for alt, ref in reads:
            a, r = -cost * alt, -cost * ref
            het += max(a, r) + math.log(0.5 + 0.5 * math.exp(-abs(a - r)))
            hom += a if a >= r else max(a, r + math.log(foreign))
        count += (2 if hom > het else 1) != copies
    return count


def main():
    contigs = contigs_of(sys.argv[1])
    sites = missed = told = 0
    undecided = collections.defaultdict(list)
    for genotype, repeat, reads in itertools.chain.from_iterable(sites_of(contigs, p) for p in sys.argv[2:]):
        sites += 1
        present = set(genotype) - {0}
        others = {0, *genotype}
        if any(sum(all(r[g] < r[o] for o in others - {g}) for r in reads) < 2 for g in present):
            missed += 1
        elif len(present) > 1:
            told += 1
        else:
            (g,) = present
            undecided[sum(repeat >= r for r in REPEATS)].append(([(r[g], r[0]) for r in reads if r[g] != r[0]], genotype.count(g)))
    costs = list(itertools.product((0.5, 1, 1.5, 2, 3, 4.6, 6), (-3, -2, -1, -0.5, 0, 0.5, 1, 2, 3), (1e-9, 0.001, 0.01, 0.05)))
    errors = sum(min(wrong(group, *c) for c in costs) for group in undecided.values())
    right = told + sum(map(len, undecided.values())) - errors
    print(f"{sites} indels: {missed} that fewer than two reads show, {errors} whose reads look like the other genotype: F1 at most {2 * right / (2 * right + missed + 2 * errors):.4f}")


main()
