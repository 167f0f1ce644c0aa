#!/usr/bin/env bash
# Whole-process seconds on one core, NA12878 100 kb (52x): Shrike's stages and whole run against
# `bcftools mpileup | bcftools call`, alternating in one run; prints the minimum of each and the ratio.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
data=$(cd "${SHRIKE_TESTDATA:-$root/../shared/testdata}" && pwd)
runs=${RUNS:-5}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
reads=$data/upstream/input/NA12878_S1.chr20.10_10p1mb.bam
region=chr20:10000000-10100000
command -v bcftools >/dev/null || { echo "bcftools is missing: apt-get install bcftools" >&2; exit 2; }
ref=$out/ref.fa
gzip -dc "$data/upstream/input/ucsc.hg19.chr20.unittest.fasta.gz" >"$ref"
"$root/shrike" --version >/dev/null   # builds when stale
samtools faidx "$ref" 2>/dev/null || bcftools faidx "$ref"
channels=BASE_CHANNELS,insert_size

peer() { bcftools mpileup -f "$ref" -r "$region" "$reads" 2>/dev/null | bcftools call -mv -Oz -o "$out/b.vcf.gz"; }
stage1() { "$root/shrike" make-examples --mode calling --ref "$ref" --reads "$reads" --regions "$region" --channel_list "$channels" --examples /dev/null --threads 1; }
whole() { "$root/shrike" run --model_type WGS --ref "$ref" --reads "$reads" --regions "$region" --output_vcf "$out/s.vcf.gz" --num_shards 1; }
start() { "$root/shrike" --version; }

pin=""
command -v taskset >/dev/null && pin="taskset -c 0"
export -f peer stage1 whole start
export root out ref reads region channels
declare -A best
for _ in $(seq "$runs"); do
  for what in peer start stage1 whole; do
    begin=$(date +%s.%N)
    $pin bash -c "$what" >/dev/null 2>&1
    seconds=$(awk -v a="$begin" -v b="$(date +%s.%N)" 'BEGIN { printf "%.3f", b - a }')
    best[$what]=$(printf '%s\n' "${best[$what]:-999}" "$seconds" | sort -n | head -1)
  done
done
row() { awk -v n="$1" -v s="$2" -v p="${best[peer]}" 'BEGIN { printf "%-42s %7.3f s  %5.2f x the peer\n", n, s, s / p }'; }
row "bcftools mpileup | bcftools call" "${best[peer]}"
row "shrike start-up (--version)" "${best[start]}"
row "shrike make-examples (/dev/null)" "${best[stage1]}"
row "shrike run" "${best[whole]}"
