#!/usr/bin/env bash
# One run of the training data: simulate, align, draw and label.
#   models/make-images.sh WORK_FOLDER INDEX
# The index decides seed, library, depth and individual. SHRIKE and TRAINING name the two programs, bwa and samtools are on
# the PATH; WORK_FOLDER holds hg38.fa and pg.fa with their indexes, truth1.vcf.gz and truth2.vcf.gz.
set -euo pipefail
work=$1 i=$2
n=$work/r$i
profiles=(hiseq100 hiseqx150 novaseq150 hiseq125 miseq250 hiseq100 hiseqx150)
depths=("35 60" "14 26" "25 40" "40 55" "20 35" "9 18")
read -r low high <<<"${depths[$((i % 6))]}"
ref=$work/hg38.fa
more=(--blocks 50 --truth "$work/truth1.vcf.gz")
if [ $((i % 9)) = 4 ]; then
  ref=$work/pg.fa
  more=(--blocks 22 --truth "$work/truth2.vcf.gz" --truth_offset 21999999)
fi
$SHRIKE simulate --ref "$ref" --output_prefix "$n" --profile "${profiles[$((i % 7))]}" --min_depth "$low" --max_depth "$high" --seed $((1000 + i)) "${more[@]}" 2>/dev/null
bwa mem -t 1 -R '@RG\tID:1\tSM:simulated' "$ref" "${n}_1.fq" "${n}_2.fq" 2>/dev/null | samtools sort -m 200M -o "$n.bam" - 2>/dev/null
samtools index "$n.bam"
$TRAINING images --ref "$ref" --reads "$n.bam" --truth "$n.truth.vcf.gz" --bed "$n.confident.bed" --out "$n.images" >/dev/null
rm -f "${n}"_[12].fq "$n.bam" "$n.bam.bai" "$n.truth.vcf.gz" "$n.truth.vcf.gz.tbi" "$n.confident.bed"
