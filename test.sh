#!/usr/bin/env bash
# Set-up, build and all tests; ends with "N passed, N failed, N skipped".
# Tests on reference data need SHRIKE_TESTDATA (default ../shared/testdata); without it they are skipped.
set -uo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
. tools/setup.sh
shrike_setup || exit $?
shrike_need_tools bcftools || true   # tests that need it say so
# A browser to look at the page of charts, without what it recommends: half a minute.
command -v chromium >/dev/null || shrike_apt_install --no-install-recommends chromium || true
dotnet build Shrike.slnx -c Release -v quiet --nologo || exit 1
passed=0 failed=0 skipped=0
for project in tests/*/*.csproj; do
  name=$(basename "$project" .csproj)
  log=$(mktemp)
  "tests/$name/bin/Release/net10.0/$name" -noLogo -noColor >"$log" 2>&1
  status=$?
  # The runner's summary: "Total: 12, Errors: 0, Failed: 0, Skipped: 1, Not Run: 0, Time: 1.2s"
  summary=$(grep -oE 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -1)
  if [ -z "$summary" ]; then
    summary="Total: 1, Errors: 1, Failed: 0, Skipped: 0"
    echo "$name did not run to its end (status $status)"
  fi
  read -r total errors fails skips <<<"$(tr -cd '0-9 ' <<<"$summary")"
  bad=$((errors + fails))
  if [ "$bad" -gt 0 ] || [ "$status" -ne 0 ]; then cat "$log"; [ "$bad" -gt 0 ] || bad=1; fi
  grep -E '\[SKIP\]' "$log" | head -3
  echo "$name: $((total - fails - skips)) passed, $bad failed, $skips skipped"
  passed=$((passed + total - fails - skips)) failed=$((failed + bad)) skipped=$((skipped + skips))
  rm -f "$log"
done
# The GPU's code on the CPU, where there is a C++ compiler.
if command -v g++ >/dev/null; then
  emulator=$(mktemp)
  if g++ -std=c++20 -O2 -w tools/gpu/emulate.cpp -o "$emulator" && "$emulator"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  rm -f "$emulator"
else
  echo "no g++: the GPU's code was not emulated"
  skipped=$((skipped + 1))
fi
# What people install: made, unpacked and run with nothing else in reach.
if [ -d "${SHRIKE_TESTDATA:-../shared/testdata}" ] && shrike_need_tools patchelf 2>/dev/null; then
  packages=$(mktemp -d)
  if tools/package.sh "$packages" && SHRIKE="dotnet tests/Shrike.EndToEnd/bin/Release/net10.0/shrike.dll" tools/check-package.sh "$packages"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  rm -rf "$packages"
else
  echo "no reference data or no patchelf: the packages were not tried"
  skipped=$((skipped + 1))
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
