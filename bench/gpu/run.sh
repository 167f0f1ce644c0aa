#!/usr/bin/env bash
# Measures the CUDA backend on a machine with an NVIDIA GPU; needs no network and no .NET.
#   bench/gpu/run.sh PUBLISH_FOLDER RESULT_FOLDER [COMPACT_MODEL_FOLDER]
# PUBLISH_FOLDER holds the self-contained program:
#   dotnet publish src/Shrike.Cli -c Release -r linux-x64 --self-contained -o PUBLISH_FOLDER
# Every step runs even if one before it failed; the exit status is the number of failed steps.
set -u
program=$(realpath "$1")/shrike
results=$2
compact=${3:-}
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

step() { # name limit command...
  local name=$1 limit=$2 begin=$SECONDS
  shift 2
  if timeout "$limit" "$@" >"$results/$name.out" 2>"$results/$name.err"; then
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
step inception_fp16_512 90 "$program" bench-network --batch_size=512 --save_model="$scratch/inception"
for batch in 64 256 1024; do step "inception_fp16_$batch" 60 "$program" bench-network --batch_size=$batch; done
step inception_bf16_512 60 "$program" bench-network --batch_size=512 --bf16
if [ -n "$compact" ]; then
  step compact_fp16_512 60 "$program" bench-network --customized_model="$compact"
  step compact_bf16_512 60 "$program" bench-network --customized_model="$compact" --bf16
fi
kill "$sampler" 2>/dev/null
if command -v python3 >/dev/null && python3 -c 'import torch, safetensors' 2>/dev/null; then
  step torch_512 90 python3 "$here/torch_peer.py" "$scratch/inception" 512 eager
  step torch_compile_512 150 python3 "$here/torch_peer.py" "$scratch/inception" 512 compile
fi

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
exit $failed
