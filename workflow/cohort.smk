# What is called: the table of samples, and the parts of the genome.
import csv
import os
import re
import shlex

from snakemake.exceptions import WorkflowError


def read_samples(path):
    """The rows of the table by sample."""
    with open(path, newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    samples = {}
    for number, row in enumerate(rows, start=2):
        name, reads = row.get("sample"), row.get("reads")
        if not name or not reads:
            raise WorkflowError(f"{path}: line {number}: needs values in the columns sample and reads, with a tab between them")
        if not re.fullmatch(r"[\w+-][\w.+-]*(?<!\.g)", name):
            raise WorkflowError(f'{path}: line {number}: "{name}" cannot name files: use letters, digits, and . _ + - (but no .g at the end)')
        if name in samples:
            raise WorkflowError(f"{path}: line {number}: the sample {name} is in the table twice: put its files into one row, with commas between them")
        samples[name] = row
    if not samples:
        raise WorkflowError(f"{path}: has no samples")
    return samples


def read_lengths():
    """The reference's contigs with their lengths."""
    index = config["reference"] + ".fai"
    if not os.path.exists(index):
        raise WorkflowError(f"{index}: no such file: samtools faidx {config['reference']}")
    with open(index) as lines:
        return {name: int(length) for name, length in (line.split("\t")[:2] for line in lines)}


def read_parts(count, lengths):
    """BED lines of the parts of the genome: whole contigs in the reference's order, parts of about the same size."""
    called = {name: [(0, length)] for name, length in lengths.items()}
    if config["regions"]:
        if not config["regions"].endswith(".bed"):
            raise WorkflowError(f"regions: {config['regions']}: with scatter this must be a .bed file")
        called = {name: [] for name in lengths}
        with open(config["regions"]) as lines:
            for line in lines:
                if not line.startswith("#"):
                    name, start, end = line.rstrip("\n").split("\t")[:3]
                    called.get(name, []).append((int(start), int(end)))
    size = {name: sum(end - start for start, end in pieces) for name, pieces in called.items()}
    total, done, parts = sum(size.values()), 0, {}
    for name, pieces in called.items():
        if pieces:
            part = int((done + size[name] / 2) * count / total)
            parts.setdefault(part, []).extend(f"{name}\t{start}\t{end}\n" for start, end in pieces)
            done += size[name]
    if not parts:
        raise WorkflowError(f"{config['regions']}: has no region on a contig of {config['reference']}")
    return list(parts.values())


def check_flags(flags):
    """A run in parts gives the records of one run, unless the flags ask for what is counted from its begin."""
    names = [word.split("=")[0].lstrip("-").replace("-", "_") for word in shlex.split(flags)]
    if "output_phase_info" in names:
        raise WorkflowError("--output_phase_info does not go with scatter: phase sets are numbered within a run: set scatter to 1")
    if "regions" in names:
        raise WorkflowError("--regions among the flags does not go with scatter: set regions in the configuration")
