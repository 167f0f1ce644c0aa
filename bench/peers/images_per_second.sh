#!/usr/bin/env bash
# Images a second and core of both networks, FP32 and INT8, beside the machine's rate for a large FP32 matrix product,
# and the gain of a second worker, all in one run.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
export SHRIKE_MODELS="${SHRIKE_MODELS:-$root/models}"
dotnet build "$root/bench/Shrike.Benchmarks" -c Release -v quiet --nologo >&2
exec "$root/bench/Shrike.Benchmarks/bin/Release/net10.0/Shrike.Benchmarks" images-per-second
