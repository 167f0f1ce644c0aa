#!/usr/bin/env bash
# Stage 3 on synthetic predictions (sorted, five contigs, eight shards): records per second and peak memory of the whole
# process, without and with a gVCF, for the thread counts given.
#   RECORDS=5000000 THREADS="1 2" bench/postprocess/run.sh
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
records=${RECORDS:-5000000}
threads=${THREADS:-1 2}
data=${DATA:-$root/out/bench-postprocess}
. "$root/tools/setup.sh"
shrike_setup
"$root/shrike" --version >/dev/null   # builds when stale
if [ "$(cat "$data/records" 2>/dev/null)" != "$records" ]; then
  dotnet run --project "$root/bench/Shrike.Benchmarks" -c Release -v quiet -- predictions "$data" "$records"
  echo "$records" >"$data/records"
fi
ROOT=$root DATA=$data RECORDS=$records THREADS=$threads python3 - <<'PY'
import os, resource, subprocess, time
root, data, records = os.environ["ROOT"], os.environ["DATA"], int(os.environ["RECORDS"])
env = dict(os.environ, DOTNET_gcServer="0")
for name, extra in (("VCF", []), ("VCF and gVCF", ["--nonvariant_site_tfrecord_path", f"{data}/gvcf@8.tfrecord.gz", "--gvcf_outfile", f"{data}/out.g.vcf.gz"])):
    for threads in os.environ["THREADS"].split():
        begin = time.time()
        child = subprocess.Popen([f"{root}/artifacts/shrike/shrike", "postprocess-variants", "--ref", f"{data}/ref.fa", "--infile", f"{data}/cvo@8.tfrecord.gz",
                                  "--outfile", f"{data}/out.vcf.gz", "--cpus", threads, *extra], env=env, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.time() - begin
        if status: raise SystemExit("shrike postprocess-variants failed")
        print(f"{name:14s} {threads} thread(s): {seconds:6.2f} s, {records / seconds:9,.0f} predictions/s, {usage.ru_maxrss / 1024:5.0f} MiB, {usage.ru_utime + usage.ru_stime:6.2f} core seconds")
PY
