#!/usr/bin/env bash
# Makes the default WGS model from public inputs: simulated reads of two real individuals' variants on reference slices,
# aligned by bwa mem, drawn and labelled by stage 1, then training. Needs bwa, samtools and the reference data
# (SHRIKE_TESTDATA). No real read takes part.
#   models/train-default.sh WORK_FOLDER [MINUTES] ; RUNS="0 1 2 ..." names the runs
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
data=$(cd "${SHRIKE_TESTDATA:-$root/../shared/testdata}" && pwd)
work=${1:?work folder}
runs=${RUNS:-$(seq -s " " 0 19) 21}
minutes=${2:-12}
mkdir -p "$work"
shrike="$root/shrike"
"$shrike" --version >/dev/null
dotnet build "$root/src/Shrike.Training" -c Release -v quiet --nologo >/dev/null
training="dotnet $root/src/Shrike.Training/bin/Release/net10.0/shrike-training.dll"
truth1=$data/upstream/truth/HG002_GRCh38_1_22_v4.2.1_benchmark.chr20.1_10M.vcf.gz
truth2=$data/platinum/PG_NA12878_hg38.chr21_22_23Mb.vcf.gz
gzip -dc "$data/upstream/input/grch38.chr20_and_21_10M.fa.gz" >"$work/hg38.fa"
gzip -dc "$data/platinum/hg38_chr21_22000000_23000000.fa.gz" >"$work/pg.fa"
for fa in "$work/hg38.fa" "$work/pg.fa"; do
  samtools faidx "$fa"
  [ -e "$fa.bwt" ] || bwa index "$fa" 2>/dev/null
done
profiles=(hiseq100 hiseqx150 novaseq150 hiseq125 miseq250 hiseq100 hiseqx150)
depths=("35 60" "14 26" "25 40" "40 55" "20 35")
one() { # INDEX: seed 1000 + INDEX, library and depth by turns; every ninth from index 4 on the second individual
  local i=$1 n=$work/r$1 ref=$work/hg38.fa
  local d=(${depths[$((i % 5))]})
  local more=(--blocks 50 --truth "$truth1")
  if [ $((i % 9)) = 4 ]; then
    ref=$work/pg.fa
    more=(--blocks 22 --truth "$truth2" --truth_offset 21999999)
  fi
  "$shrike" simulate --ref "$ref" --output_prefix "$n" --profile "${profiles[$((i % 7))]}" --min_depth "${d[0]}" --max_depth "${d[1]}" --seed $((1000 + i)) "${more[@]}" 2>/dev/null
  bwa mem -t 1 -R '@RG\tID:1\tSM:simulated' "$ref" "${n}_1.fq" "${n}_2.fq" 2>/dev/null | samtools sort -m 200M -o "$n.bam" - 2>/dev/null
  samtools index "$n.bam"
  $training images --ref "$ref" --reads "$n.bam" --truth "$n.truth.vcf.gz" --bed "$n.confident.bed" --out "$n.images"
  rm -f "${n}"_[12].fq "$n.bam" "$n.bam.bai"
}
jobs_at_once=$(nproc)
for i in $runs; do
  one "$i" &
  while [ "$(jobs -rp | wc -l)" -ge "$jobs_at_once" ]; do wait -n; done
done
wait
files=$(for i in $runs; do echo "$work/r$i.images"; done | paste -sd,)
$training train --data "$files" --out "$root/models/wgs" --minutes "$minutes" --epochs 40 --seed 1 | tee "$work/training.log"
