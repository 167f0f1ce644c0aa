#!/usr/bin/env bash
# Makes the default network's package in 8 bits: ranges from simulated images at 30x, compared with float32 on another library at
# 15x. Needs what train-default.sh needs, and its WORK_FOLDER with the references.
#   models/quantize-default.sh WORK_FOLDER [MODELS_FOLDER]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=${1:?work folder}
models=${2:-$root/models}
examples() { # SEED LIBRARY LOW HIGH
  local n=$work/q$1
  "$root/shrike" simulate --threads 1 --ref "$work/hg38.fa" --output_prefix "$n" --profile "$2" --min_depth "$3" --max_depth "$4" --blocks 8 --truth "$work/truth1.vcf.gz" --seed "$1"
  "$root/tools/align.sh" "$work/hg38.fa" "$n"
  "$root/shrike" make-examples --mode calling --ref "$work/hg38.fa" --reads "$n.bam" --regions "$n.confident.bed" --channel_list BASE_CHANNELS,insert_size --examples "$n.tfrecord.gz"
}
examples 12001 novaseq150 28 32
examples 12003 hiseq125 12 18
rm -rf "$models/wgs-int8"
"$root/shrike" models quantize "$models/wgs" --examples "$work/q12001.tfrecord.gz" --held_out_examples "$work/q12003.tfrecord.gz" --output "$models/wgs-int8"
