#!/usr/bin/env bash
# Makes the default WGS model, its small model and its model of sites with two ALTs on the CPU, from public inputs: simulated reads of real variants on reference
# slices, aligned by bwa mem, drawn and labelled by stage 1, then training in two rounds: from nothing, then on from there with other
# runs, half of their SNPs left out. Needs bwa, samtools and the reference data (SHRIKE_TESTDATA). No real read takes part. What is there
# already is not made again; an interrupted training goes on from its last checkpoint.
# Last the model of sites with two ALTs, on the network's predictions of runs that it has not seen.
#   models/train-default.sh WORK_FOLDER [OUT_FOLDER]
# RUNS="1 2 ...", MORE="101 102 ...": the runs of the rounds; EPOCHS, MORE_EPOCHS: their passes; INIT=package: start with the second round from there;
# SITES="301 302 ...": the runs of the last model.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
data=$(cd "${SHRIKE_TESTDATA:-$root/../shared/testdata}" && pwd)
work=${1:?work folder}
out=${2:-$root/models}
runs=${RUNS:-$(seq -s " " 1 92)}
# Deep runs cost most and teach least: from 120 on those of 35x and more are left out of three groups of six in four.
lean() { for i in $(seq "$1" "$2"); do case $((i % 6)) in 0 | 3) [ $((i / 6 % 4)) -eq 0 ] || continue ;; esac; echo "$i"; done; }
more=${MORE:-$(seq 101 119; lean 120 233)}
sites=${SITES:-$(lean 301 431)}
[ -z "${INIT:-}" ] || runs=""
mkdir -p "$work"
"$root/shrike" --version >/dev/null
dotnet build "$root/src/Shrike.Training" -c Release -v quiet --nologo >/dev/null
training="dotnet $root/src/Shrike.Training/bin/Release/net10.0/shrike-training.dll"
export SHRIKE=$root/shrike TRAINING=$training
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
held="v15 v22 v30 v40 v60"
for i in $held $runs $more $(printf 's%s ' $sites); do
  "$root/models/make-images.sh" "$work" "$i" &
  while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
done
wait
list() { local ending=$1; shift; for i in "$@"; do echo "$work/$i.$ending"; done | paste -sd,; }
# The allocator keeps what it has: tensors of the same sizes come and go with every step.
export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=8000000000 MALLOC_ARENA_MAX=1
round() { # OUT RUNS FLAGS ...
  local to=$1 of=$2
  shift 2
  # shellcheck disable=SC2046,SC2086
  $training train --data "$(list images $(printf 'r%s ' $of))" --validation "$(list images $held)" --out "$to" --precision "${PRECISION:-bf16}" --averaging 0.999 \
    --validate_every 4000 --seed 3 --name wgs --checkpoint_dir "$work/checkpoints-$(basename "$to")" --resume "$@"
}
start=${INIT:-$work/wgs-first}
if [ -n "$runs" ] && [ ! -e "$work/wgs-first/model.json" ]; then
  round "$work/wgs-first" "$runs" --epochs "${EPOCHS:-9}" --learning_rate 2e-3 --version 0.4.0 | tee "$work/training-first.log"
fi
round "$out/wgs" "$more" --init "$start" --epochs "${MORE_EPOCHS:-9}" --learning_rate 1.5e-3 --snp_share 0.5 --version "${VERSION:-0.5.0}" | tee "$work/training.log"
# shellcheck disable=SC2046,SC2086
$training train-small --data "$(list feat $(printf 'r%s ' $more))" --held "$(list feat $held)" --out "$out/wgs-small" --epochs 40 --seed 1 --threads 1 \
  --snp_gq_threshold 34 --indel_gq_threshold 48 --version "${SMALL_VERSION:-0.4.1}" | tee "$work/training-small.log"
# shellcheck disable=SC2046,SC2086
$training train-multiallelic --data "$(list tfrecord.gz $(printf 's%s ' $sites))" --model "$out/wgs" --out "$out/wgs-multiallelic" \
  --version "${MULTIALLELIC_VERSION:-0.1.0}" | tee "$work/training-multiallelic.log"
