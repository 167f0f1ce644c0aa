#!/usr/bin/env bash
# Precision and recall on real reads: Shrike beside bcftools and freebayes, same BAM, same truth, same scorer.
#   bench/accuracy/na12878.sh [FOLDER]                all reads
#   bench/accuracy/na12878.sh FOLDER 30 [DRAWS]       30 % of them, DRAWS times (5), each time others; the counts are summed
# Needs samtools' companions from Debian: bcftools, freebayes, tabix; python3; the reference data (SHRIKE_TESTDATA).
# The reads are evaluation data: nothing in Shrike may be trained or tuned on them.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
data=$(cd "${SHRIKE_TESTDATA:-$root/../shared/testdata}" && pwd)
score="$data/../tools/vcf_f1.py"
out=${1:-$(mktemp -d)} percent=${2:-100} draws=${3:-5}
[[ $percent =~ ^([1-9][0-9]?|100)$ && $draws =~ ^[1-9][0-9]*$ ]] || { echo "PERCENT is 1 to 100, DRAWS 1 or more" >&2; exit 2; }
mkdir -p "$out"
region=chr20:10000000-10100000
truth=$data/upstream/input/test_nist.b37_chr20_100kbp_at_10mb.vcf.gz
confident=$data/derived/NA12878_confident.chr20_100kbp_at_10mb.bed
reads=${SHRIKE_READS:-$data/upstream/input/NA12878_S1.chr20.10_10p1mb.bam}
for tool in bcftools freebayes bgzip samtools python3; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: apt-get install bcftools freebayes tabix samtools python3" >&2; exit 2; }
done

# freebayes and bcftools want a plain indexed FASTA; the slice keeps hg19 coordinates.
ref=$out/ref.fa
gzip -dc "$data/upstream/input/ucsc.hg19.chr20.unittest.fasta.gz" >"$ref"
samtools faidx "$ref"

one() { # NAME VCF MIN_QUAL
  python3 "$score" --ref "$ref" --truth "$truth" --bed "$confident" --calls "$2" --min-qual "$3" | sed "s/^/$1 /"
}

callers() { # BAM
  "$root/shrike" run --model_type WGS --ref "$ref" --reads "$1" --regions "$region" --output_vcf "$out/shrike.vcf.gz" --num_shards "$(nproc)" --quiet
  bcftools mpileup -f "$ref" -r "$region" "$1" 2>/dev/null | bcftools call -mv -Oz -o "$out/bcftools.vcf.gz"
  freebayes -f "$ref" -r "chr20:9999999-10100000" "$1" >"$out/freebayes.vcf"
  one "shrike             " "$out/shrike.vcf.gz" 0
  one "bcftools QUAL >= 10" "$out/bcftools.vcf.gz" 10
  one "freebayes QUAL>= 10" "$out/freebayes.vcf" 10
}

if [ "$percent" = 100 ]; then
  callers "$reads"
  bcftools stats "$out/shrike.vcf.gz" >"$out/shrike.stats.txt"
  exit 0
fi
for seed in $(seq "$draws"); do
  samtools view -b -s "$seed.$(printf %02d "$percent")" -o "$out/part.bam" "$reads"
  samtools index "$out/part.bam"
  callers "$out/part.bam"
done >"$out/scores.txt"
awk '{
  caller = $0; sub(/ +(SNP|INDEL) .*/, "", caller)
  match($0, / (SNP|INDEL) /); key = caller substr($0, RSTART, RLENGTH)
  if (!(key in tp)) keys[++n] = key
  match($0, /TP [0-9]+/); tp[key] += substr($0, RSTART + 3, RLENGTH - 3)
  match($0, /FP [0-9]+/); fp[key] += substr($0, RSTART + 3, RLENGTH - 3)
  match($0, /FN [0-9]+/); fn[key] += substr($0, RSTART + 3, RLENGTH - 3)
} END {
  for (i = 1; i <= n; i++) { k = keys[i]; printf "%sTP %d FP %d FN %d F1 %.4f\n", k, tp[k], fp[k], fn[k], 2 * tp[k] / (2 * tp[k] + fp[k] + fn[k]) }
}' "$out/scores.txt"
