#!/usr/bin/env bash
# Makes the small WGS model from public inputs: simulated reads of real individuals' variants on reference slices, aligned by
# bwa mem; candidates, features and labels by stage 1; then training. Needs bwa, samtools and the reference data
# (SHRIKE_TESTDATA). No real read takes part. Files that are there already are not made again.
#   models/train-small.sh WORK_FOLDER ; RUNS="14 15 ..." names the runs
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
data=$(cd "${SHRIKE_TESTDATA:-$root/../shared/testdata}" && pwd)
work=${1:?work folder}
runs=${RUNS:-$(seq -s " " 14 53)}
mkdir -p "$work"
shrike="$root/shrike"
"$shrike" --version >/dev/null
dotnet build "$root/src/Shrike.Training" -c Release -v quiet --nologo >/dev/null
training="dotnet $root/src/Shrike.Training/bin/Release/net10.0/shrike-training.dll"
truth1=$data/upstream/truth/HG002_GRCh38_1_22_v4.2.1_benchmark.chr20.1_10M.vcf.gz
truth2=$data/platinum/PG_NA12878_hg38.chr21_22_23Mb.vcf.gz
[ -e "$work/hg38.fa" ] || gzip -dc "$data/upstream/input/grch38.chr20_and_21_10M.fa.gz" >"$work/hg38.fa"
[ -e "$work/pg.fa" ] || gzip -dc "$data/platinum/hg38_chr21_22000000_23000000.fa.gz" >"$work/pg.fa"
for fa in "$work/hg38.fa" "$work/pg.fa"; do
  samtools faidx "$fa"
  [ -e "$fa.bwt" ] || bwa index "$fa" 2>/dev/null
done
profiles=(hiseq100 hiseqx150 novaseq150 hiseq125 miseq250 hiseqx150 novaseq150)
depths=("35 60" "14 26" "25 40" "40 55" "20 35" "10 20")
one() { # NAME REF TRUTH PROFILE LEAST_DEPTH MOST_DEPTH SEED BLOCKS [MORE]
  local name=$1 n=$work/$1 ref=$2 truth=$3 profile=$4 least=$5 most=$6 seed=$7 blocks=$8
  shift 8
  [ -e "$n.feat" ] && return
  if [ ! -e "$n.bam.bai" ]; then
    "$shrike" simulate --ref "$ref" --truth "$truth" --profile "$profile" --min_depth "$least" --max_depth "$most" --seed "$seed" --blocks "$blocks" "$@" --output_prefix "$n" 2>/dev/null
    bwa mem -t 1 -R '@RG\tID:1\tSM:simulated' "$ref" "${n}_1.fq" "${n}_2.fq" 2>/dev/null | samtools sort -m 300M -o "$n.bam" - 2>/dev/null
    rm -f "${n}"_[12].fq
    samtools index "$n.bam"
  fi
  echo "$name $($training features --ref "$ref" --reads "$n.bam" --truth "$n.truth.vcf.gz" --bed "$n.confident.bed" --out "$n.feat")"
}
for i in $runs; do # library and depth by turns, on chr20 and chr21:1-10M
  read -r least most <<<"${depths[$((i % 6))]}"
  one "t$i" "$work/hg38.fa" "$truth1" "${profiles[$((i % 7))]}" "$least" "$most" $((5000 + i)) 50 &
  while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
done
wait
# Held out: another individual, chr21:22-23M, at three depths.
one v15 "$work/pg.fa" "$truth2" hiseqx150 14 16 6015 24 --truth_offset 21999999
one v30 "$work/pg.fa" "$truth2" novaseq150 28 32 6030 24 --truth_offset 21999999
one v60 "$work/pg.fa" "$truth2" hiseq100 55 62 6060 24 --truth_offset 21999999
$training train-small --data "$(for i in $runs; do echo "$work/t$i.feat"; done | paste -sd,)" --held "$work/v15.feat,$work/v30.feat,$work/v60.feat" \
  --out "$root/models/wgs-small" --epochs 40 --seed 1 --threads 1 | tee "$work/training.log"
