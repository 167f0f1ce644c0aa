#!/usr/bin/env bash
# Measures the CUDA backend on a machine with an NVIDIA GPU; needs no network and no .NET.
#   bench/gpu/run.sh PUBLISH_FOLDER RESULT_FOLDER [COMPACT_MODEL_FOLDER [DATA_FOLDER]]
# PUBLISH_FOLDER holds the self-contained program:
#   dotnet publish src/Shrike.Cli -c Release -r linux-x64 --self-contained -o PUBLISH_FOLDER
# DATA_FOLDER holds ref.fa with ref.fa.fai and reads.bam with reads.bam.bai; libhts.so.3 must be where the loader looks.
# Every step runs even if one before it failed; the exit status is the number of failed steps. After SECONDS_IN_ALL (570) no
# step begins or goes on, so that the summary is always written; the most telling steps come first. All results are also
# in RESULT_FOLDER/all.tar.gz.
set -u
deadline=${SECONDS_IN_ALL:-570}
program=$(realpath "$1")/shrike
results=$2
compact=${3:-}
data=${4:-}
here=$(dirname "$(realpath "$0")")
mkdir -p "$results"
failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if [ -z "${SHRIKE_CUDA_LIBS:-}" ] && command -v python3 >/dev/null; then
  SHRIKE_CUDA_LIBS=$(python3 - <<'PY'
import glob, site, sys
found = [p for s in site.getsitepackages() for p in glob.glob(s + "/nvidia/*/lib") + glob.glob(s + "/nvidia")]
print(":".join(found))
PY
  )
  export SHRIKE_CUDA_LIBS
fi
[ -z "${SHRIKE_CUDA_LIBS:-}" ] || export LD_LIBRARY_PATH=$SHRIKE_CUDA_LIBS${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

step() { # name limit command...
  local name=$1 limit=$2 begin=$SECONDS
  shift 2
  if [ $((deadline - SECONDS)) -lt "$limit" ]; then limit=$((deadline - SECONDS)); fi
  if [ "$limit" -le 0 ]; then
    echo "left out $name: no time"
    return
  fi
  if timeout -k 5 "$limit" "$@" >"$results/$name.out" 2>"$results/$name.err"; then
    echo "ok      $name ($((SECONDS - begin)) s)"
  else
    echo "FAILED  $name (status $?, $((SECONDS - begin)) s): $(tail -n 1 "$results/$name.err" | cut -c1-400)"
    failed=$((failed + 1))
  fi
}

step doctor 20 "$program" doctor
step driver 20 nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm --format=csv
nvidia-smi --query-gpu=timestamp,utilization.gpu,memory.used,power.draw --format=csv -lms 500 >"$results/utilisation.csv" 2>/dev/null &
sampler=$!
has_torch=
if command -v python3 >/dev/null && python3 -c 'import torch, safetensors' 2>/dev/null; then has_torch=yes; fi
step inception_fp16_512 90 "$program" bench-network --batch_size=512 --save_model="$scratch/inception"
if [ -n "$data" ]; then
  # The painter byte for byte, then the whole way: the slice's examples, linked until they are 100,000.
  step painter 90 "$program" bench-painter --device=cuda --ref="$data/ref.fa" --reads="$data/reads.bam"
  [ -z "$compact" ] || step painter_compact 60 "$program" bench-painter --device=cuda --customized_model="$compact" --ref="$data/ref.fa" --reads="$data/reads.bam"
fi
[ -z "$has_torch" ] || step torch_512 90 python3 "$here/torch_peer.py" "$scratch/inception" 512 eager
[ -z "$compact" ] || step compact_fp16_512 60 "$program" bench-network --customized_model="$compact"
step inception_bf16_512 60 "$program" bench-network --batch_size=512 --bf16
if [ -n "$data" ]; then
  step examples 60 "$program" make-examples --mode=calling --ref="$data/ref.fa" --reads="$data/reads.bam" --examples="$scratch/slice.tfrecord.gz" --channel_list=BASE_CHANNELS,insert_size
  each=$(grep -oE '[0-9]+ examples' "$results/examples.err" | grep -oE '[0-9]+' | tail -1)
  copies=$((100000 / ${each:-100000} + 1))
  for ((i = 0; i < copies; i++)); do ln -sf slice.tfrecord.gz "$(printf '%s/many.tfrecord-%05d-of-%05d.gz' "$scratch" $i $copies)"; done
  step call_variants 240 "$program" call-variants --device=cuda --checkpoint="$scratch/inception" --examples="$scratch/many.tfrecord@$copies.gz" --outfile="$scratch/calls.tfrecord.gz"
  if [ -n "$compact" ]; then
    for painter in cpu gpu; do step "run_$painter" 60 "$program" run --device=cuda --painter=$painter --disable_small_model --customized_model="$compact" --ref="$data/ref.fa" --reads="$data/reads.bam" --output_vcf="$scratch/$painter.vcf"; done
    step same_calls 10 cmp "$scratch/cpu.vcf" "$scratch/gpu.vcf"
  fi
fi
[ -z "$compact" ] || step compact_bf16_512 60 "$program" bench-network --customized_model="$compact" --bf16
for batch in 256 1024 64; do step "inception_fp16_$batch" 60 "$program" bench-network --batch_size=$batch; done
[ -z "$has_torch" ] || step torch_compile_512 150 python3 "$here/torch_peer.py" "$scratch/inception" 512 compile
kill "$sampler" 2>/dev/null
python3 - "$results" <<'PY' || failed=$((failed + 1))
import glob, json, os, sys
rows, bad = {}, 0
for path in sorted(glob.glob(sys.argv[1] + "/*.out")):
    try:
        rows[os.path.basename(path)[:-4]] = json.loads(open(path).read().strip().splitlines()[-1])
    except (ValueError, IndexError):
        pass
json.dump(rows, open(sys.argv[1] + "/results.json", "w"), indent=1)
print(f"{'step':24} {'images/s':>10} {'busy':>6} {'max diff':>10} {'flips':>6}")
for name, r in rows.items():
    if "painter_equal" in r:
        print(f"{name:24} {r['images_per_second']:10.0f} images/s painted here, {r['images_per_second_painted_on_device']:.0f} painted there ({r['compact_bytes_per_image']:.0f} of {r['bytes_per_image']} bytes); equal: {r['painter_equal']}")
        continue
    print(f"{name:24} {r['images_per_second']:10.0f} {r.get('kernel_busy_fraction', float('nan')):6.2f} {r.get('max_difference', float('nan')):10.2g} {r.get('argmax_flips_beyond_margin', '-'):>6}")
    if r.get("precision") == "fp16" and (r["max_difference"] > 2e-3 or r["argmax_flips_beyond_margin"]):
        bad = 1
        print("   beyond the bound of 2e-3, or a flip beyond a margin of 1e-3")
peers = [r["images_per_second"] for n, r in rows.items() if n.startswith("torch")]
ours = [r["images_per_second"] for n, r in rows.items() if n.startswith("inception_fp16")]
if peers and ours:
    print(f"best here / best PyTorch: {max(ours) / max(peers):.2f}")
sys.exit(bad)
PY
tar -czf "$scratch/all.tar.gz" -C "$results" --exclude=all.tar.gz . && mv "$scratch/all.tar.gz" "$results/"
exit $failed
