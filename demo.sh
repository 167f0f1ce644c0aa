#!/usr/bin/env bash
# The main job on a fresh machine: make a small simulated sample, call it with the model that ships,
# and score the calls against the simulated truth. Nothing is downloaded but what the build needs.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
. tools/setup.sh
shrike_setup
shrike_need_tools bwa samtools
out=${1:-out/demo}
rm -rf "$out"
mkdir -p "$out"
threads=$(nproc)
./shrike simulate --output_prefix "$out/demo" --sample demo --synthetic_length 400000 --blocks 12 --block_length 25000 --seed 7
tools/align.sh "$out/demo.fa" "$out/demo" "$threads" demo
./shrike run --model_type WGS --ref "$out/demo.fa" --reads "$out/demo.bam" \
  --output_vcf "$out/demo.calls.vcf.gz" --output_gvcf "$out/demo.calls.g.vcf.gz" --num_shards "$threads"
echo
echo "Calls against the simulated truth, in the confident regions:"
./shrike score --ref "$out/demo.fa" --truth "$out/demo.truth.vcf.gz" --bed "$out/demo.confident.bed" --calls "$out/demo.calls.vcf.gz"
echo
echo "VCF:  $out/demo.calls.vcf.gz (index beside it)"
echo "gVCF: $out/demo.calls.g.vcf.gz"
