#!/usr/bin/env bash
# Makes the default WGS model on the CPU, from public inputs: simulated reads of two real individuals' variants on reference slices,
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
export SHRIKE=$shrike TRAINING=$training
for suffix in "" .tbi; do
  cp "$data/upstream/truth/HG002_GRCh38_1_22_v4.2.1_benchmark.chr20.1_10M.vcf.gz$suffix" "$work/truth1.vcf.gz$suffix"
  cp "$data/platinum/PG_NA12878_hg38.chr21_22_23Mb.vcf.gz$suffix" "$work/truth2.vcf.gz$suffix"
done
gzip -dc "$data/upstream/input/grch38.chr20_and_21_10M.fa.gz" >"$work/hg38.fa"
gzip -dc "$data/platinum/hg38_chr21_22000000_23000000.fa.gz" >"$work/pg.fa"
for fa in "$work/hg38.fa" "$work/pg.fa"; do
  samtools faidx "$fa"
  [ -e "$fa.bwt" ] || bwa index "$fa" 2>/dev/null
done
jobs_at_once=$(nproc)
for i in $runs; do
  "$root/models/make-images.sh" "$work" "$i" &
  while [ "$(jobs -rp | wc -l)" -ge "$jobs_at_once" ]; do wait -n; done
done
wait
files=$(for i in $runs; do echo "$work/r$i.images"; done | paste -sd,)
$training train --data "$files" --out "$root/models/wgs" --minutes "$minutes" --epochs 40 --seed 1 | tee "$work/training.log"
