#!/usr/bin/env python3
"""What the reads themselves allow: the SNPs that no caller can get right on simulated data.

    bench/accuracy/upper_bound.py REF.fa PREFIX [PREFIX ...]      files PREFIX.bam, PREFIX.truth.vcf.gz, PREFIX.confident.bed

The caller imagined here is told every SNP and its two alleles, and never calls anything else. It misses those with fewer than two
reads of the ALT (a candidate needs two), and decides between one and two copies by the likelihood of the reads it sees. Needs samtools.
"""
import gzip
import math
import re
import subprocess
import sys
import tempfile

MISREAD = 0.005
LOG_HET, LOG_HOM = math.log(0.6), math.log(0.4)


def truth_of(prefix):
    """Position -> contig, ALT, copies; biallelic SNPs inside the confident regions."""
    regions = [(c, int(a), int(b)) for c, a, b in (line.split() for line in open(prefix + ".confident.bed"))]
    truth = {}
    for line in gzip.open(prefix + ".truth.vcf.gz", "rt"):
        if line[0] == "#":
            continue
        fields = line.rstrip().split("\t")
        contig, position = fields[0], int(fields[1])
        if len(fields[3]) != 1 or len(fields[4]) != 1 or not any(contig == c and a < position <= b for c, a, b in regions):
            continue
        truth[position] = contig, fields[4], sum(allele != "0" for allele in re.split(r"[|/]", fields[9].split(":")[0]))
    return truth


def bases_of(column):
    """The read bases of a column of mpileup, without marks of read ends and indels."""
    column = re.sub(r"\^.", "", column)
    bases, i = [], 0
    while i < len(column):
        if column[i] in "+-":
            length = re.match(r"\d+", column[i + 1 :])[0]
            i += 1 + len(length) + int(length)
        else:
            bases.append(column[i].upper())
            i += 1
    return bases


def main():
    reference, prefixes = sys.argv[1], sys.argv[2:]
    sites = missed = wrong = 0
    for prefix in prefixes:
        truth = truth_of(prefix)
        with tempfile.NamedTemporaryFile("w") as positions:
            positions.writelines(f"{truth[p][0]}\t{p}\n" for p in sorted(truth))
            positions.flush()
            command = ["samtools", "mpileup", "-B", "-A", "-x", "-q", "5", "-Q", "10", "-l", positions.name, "-f", reference, prefix + ".bam"]
            output = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
        seen = {int(f[1]): bases_of(f[4]) for f in (line.split("\t") for line in output.splitlines())}
        for position, (_, alt, copies) in truth.items():
            bases = seen.get(position, [])
            n, k = bases.count(alt), sum(b in ".," for b in bases)
            sites += 1
            if n < 2:
                missed += 1
            else:
                het = LOG_HET + (n + k) * math.log(0.5)
                hom = LOG_HOM + n * math.log(1 - MISREAD) + k * math.log(MISREAD)
                wrong += (2 if hom > het else 1) != copies
    right = sites - missed - wrong
    print(f"{sites} SNPs: {missed} with fewer than two ALT reads, {wrong} whose reads look like the other genotype: F1 at most {2 * right / (2 * right + missed + 2 * wrong):.4f}")


main()
