#!/usr/bin/env bash
# Precision and recall on simulated reads: five libraries at 15x, 30x and 60x, an individual and a stretch (chr21:22-23M) of
# which no training run has anything. Every SEED gives other reads and other made-up variants.
#   bench/accuracy/simulated.sh WORK_FOLDER [SEED [FLAGS OF shrike run ...]]     MODELS=folder names other models
# PEERS=1 also scores bcftools and freebayes (QUAL >= 10) on the same reads, before Shrike.
# Needs bwa and samtools from Debian (for the peers bcftools, freebayes, tabix), python3, and the reference data (SHRIKE_TESTDATA).
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
data=$(cd "${SHRIKE_TESTDATA:-$root/../shared/testdata}" && pwd)
work=${1:?work folder} seed=${2:-8300}
shift $(($# < 2 ? $# : 2))
peers=${PEERS:+bcftools freebayes}
for tool in bwa samtools python3 $peers ${PEERS:+bgzip}; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: apt-get install bwa samtools python3 bcftools freebayes tabix" >&2; exit 2; }
done
export work root extra="$*" models=${MODELS:-$root/models}
calls=$work/calls-$(basename "$models")
export calls peers
mkdir -p "$work" "$calls"
"$root/shrike" --version >/dev/null
gzip -dc "$data/platinum/hg38_chr21_22000000_23000000.fa.gz" >"$work/pg.fa"
cp "$data"/platinum/PG_NA12878_hg38.chr21_22_23Mb.vcf.gz "$work/truth.vcf.gz"
cp "$data"/platinum/PG_NA12878_hg38.chr21_22_23Mb.vcf.gz.tbi "$work/truth.vcf.gz.tbi"
samtools faidx "$work/pg.fa"
[ -e "$work/pg.fa.bwt" ] || bwa index "$work/pg.fa" 2>/dev/null

peer() { # NAME RUN
  local n=$work/$2 to=$work/calls-$1/$2
  [ ! -e "$to.score" ] || return 0
  mkdir -p "$work/calls-$1"
  case $1 in
  bcftools) bcftools mpileup -f "$work/pg.fa" "$n.bam" 2>/dev/null | bcftools call -mv -Ou - 2>/dev/null | bcftools view -i 'QUAL>=10' -Oz -o "$to.vcf.gz" ;;
  freebayes) freebayes -f "$work/pg.fa" "$n.bam" | bcftools view -i 'QUAL>=10' -Oz -o "$to.vcf.gz" ;;
  esac
  "$root/shrike" score --ref "$work/pg.fa" --truth "$n.truth.vcf.gz" --bed "$n.confident.bed" --calls "$to.vcf.gz" >"$to.score"
}
export -f peer

one() { # LIBRARY DEPTH SEED
  set -euo pipefail
  n=$work/$1_$2_$3
  if [ ! -e "$n.bam.bai" ]; then
    "$root/shrike" simulate --threads 1 --ref "$work/pg.fa" --output_prefix "$n" --profile "$1" --min_depth $(($2 - 1)) --max_depth $(($2 + 1)) \
      --blocks 36 --truth "$work/truth.vcf.gz" --truth_offset 21999999 --seed "$3" 2>/dev/null
    "$root/tools/align.sh" "$work/pg.fa" "$n"
  fi
  for name in $peers; do peer "$name" "$1_$2_$3"; done
  # shellcheck disable=SC2086
  SHRIKE_MODELS=$models "$root/shrike" run --model_type WGS --ref "$work/pg.fa" --reads "$n.bam" --output_vcf "$calls/$1_$2_$3.vcf.gz" --num_shards 1 --quiet $extra
  "$root/shrike" score --gq --ref "$work/pg.fa" --truth "$n.truth.vcf.gz" --bed "$n.confident.bed" --calls "$calls/$1_$2_$3.vcf.gz" >"$calls/$1_$2_$3.score"
}
export -f one
runs=$(for depth in 15 30 60; do for library in hiseq100 hiseq125 hiseqx150 novaseq150 miseq250; do seed=$((seed + 1)); echo "$library $depth $seed"; done; done)
xargs -P "$(nproc)" -L 1 bash -c 'one "$@"' _ <<<"$runs"
scores() { awk -v c="$1" '{ print c "/" $1 "_" $2 "_" $3 ".score" }' <<<"$runs"; }
for name in $peers; do
  # shellcheck disable=SC2046
  python3 "$root/bench/accuracy/pooled.py" $(scores "$work/calls-$name") | sed -n "/ all /s/^/$name /p"
done
# shellcheck disable=SC2046
python3 "$root/bench/accuracy/pooled.py" $(scores "$calls")
