#!/usr/bin/env bash
# Makes training images on all cores for a while, then trains on the GPU; for a machine with PyTorch that needs no network.
#   models/train-on-gpu.sh KIT_FOLDER OUT_FOLDER IMAGE_SECONDS TRAIN_SECONDS [FIRST_INDEX [WEIGHTS]]
# KIT_FOLDER: programs/ (self-contained shrike and shrike-training, bwa, samtools and their libraries), hg38.fa.gz, pg.fa.gz,
# truth1.vcf.gz and truth2.vcf.gz with their indexes. Runs are independent: whatever is whole when the time is over is used.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
kit=$(cd "$1" && pwd) out=$2 image_seconds=$3 train_seconds=$4 first=${5:-1000} weights=${6:-}
work=$(mktemp -d)
python() { env LD_LIBRARY_PATH="$libraries" python3 "$@"; } # not with the kit's libraries
libraries=${LD_LIBRARY_PATH:-}
export PATH=$kit/programs:$PATH LD_LIBRARY_PATH=$kit/programs:$libraries
export SHRIKE=$kit/programs/shrike TRAINING=$kit/programs/shrike-training
began=$SECONDS
for name in hg38 pg; do
  (gzip -dc "$kit/$name.fa.gz" >"$work/$name.fa" && samtools faidx "$work/$name.fa" && bwa index "$work/$name.fa" 2>/dev/null) &
done
# Meanwhile a trial on noise: better to fail now than after the images are made.
mkdir "$work/trial"
python -c '
import os, struct, sys
with open(sys.argv[1], "wb") as f:
    for i in range(2000):
        rows = 5 + i % 60
        f.write(bytes([i % 3, i // 3 % 3]) + struct.pack("<i", rows * 1547) + os.urandom(rows * 1547))
' "$work/trial/noise.images"
python "$root/models/train-on-gpu.py" "$work/trial" "$work/trial/out" 4 1 $weights || exit 1
wait
cp "$kit"/truth*.vcf.gz* "$work/"
touch "$work"/*.tbi
echo "indexed after $((SECONDS - began)) s on $(nproc) cores"
# The held-out sets come first. Every worker makes each nproc-th run; what is not whole when the time is over is given up.
for v in v15 v22 v30 v40 v60; do "$root/models/make-images.sh" "$work" "$v" || echo "$v failed" & done
wait
for w in $(seq "$first" $((first + $(nproc) - 1))); do
  timeout $((image_seconds - (SECONDS - began))) bash -c '
    for ((i = $1; SECONDS < $3; i += $(nproc))); do "$0" "$2" "$i" || echo "run $i failed"; done
  ' "$root/models/make-images.sh" "$w" "$work" $((image_seconds - (SECONDS - began) - 25)) >"$work/worker$w.log" 2>&1 &
done
wait
cat "$work"/worker*.log | head -20
echo "$(ls "$work"/*.images | wc -l) runs, $(du -sm "$work" | cut -f1) MB after $((SECONDS - began)) s"
python "$root/models/train-on-gpu.py" "$work" "$out" "$train_seconds" 1 $weights
status=$?
rm -rf "$work"
exit $status
