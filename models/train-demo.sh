#!/usr/bin/env bash
# From nothing to a network of one's own in minutes: simulated reads of two made-up genomes, labelled examples, training on the
# one, accuracy on the other, calls with the result.
#   models/train-demo.sh [OUT_FOLDER]
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
. tools/setup.sh
shrike_setup
shrike_need_tools bwa samtools
out=${1:-out/training}
rm -rf "$out"
mkdir -p "$out"
threads=$(nproc)
precision=$(grep -qw avx512_bf16 /proc/cpuinfo && echo bf16 || echo fp32)
dotnet build src/Shrike.Training -c Release -v quiet --nologo
sample() { # NAME SEED BLOCKS
  local n=$out/$1
  ./shrike simulate --output_prefix "$n" --synthetic_length $(($3 * 50000)) --blocks "$3" --block_length 20000 --min_depth 20 --max_depth 40 --seed "$2"
  tools/align.sh "$n.fa" "$n" "$threads" demo
  ./shrike make-examples --mode training --ref "$n.fa" --reads "$n.bam" --truth_variants "$n.truth.vcf.gz" --confident_regions "$n.confident.bed" \
    --channel_list BASE_CHANNELS,insert_size --examples "$n.tfrecord.gz"
}
sample train 21 300
sample held 22 60
./shrike train --data "$out/train.tfrecord.gz" --validation "$out/held.tfrecord.gz" \
  --out "$out/model" --name demo --epochs 10 --precision "$precision" --seed 1
./shrike run --customized_model "$out/model" --disable_small_model --ref "$out/held.fa" --reads "$out/held.bam" --output_vcf "$out/held.calls.vcf.gz"
./shrike score --ref "$out/held.fa" --truth "$out/held.truth.vcf.gz" --bed "$out/held.confident.bed" --calls "$out/held.calls.vcf.gz"
