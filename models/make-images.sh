#!/usr/bin/env bash
# One run of simulated data: simulate, align, draw and label; small-model features of the same reads.
#   models/make-images.sh WORK_FOLDER INDEX              training data; the index decides seed, library and depth
#   models/make-images.sh WORK_FOLDER vNN                held out: another individual on chr21:22-23M, about NN-fold
#   models/make-images.sh WORK_FOLDER sINDEX             the same reads as INDEX; only labelled examples, for the model of sites with two ALTs
# SHRIKE and TRAINING name the two programs, bwa and samtools are on the PATH; WORK_FOLDER holds hg38.fa and pg.fa with
# their indexes, truth1.vcf.gz and truth2.vcf.gz. No training run has anything of chr21:22-23M.
set -euo pipefail
work=$1 i=$2
n=$work/r$i result=feat
if [ "${i#s}" != "$i" ]; then
  n=$work/$i i=${i#s} result=tfrecord.gz
fi
case $i in
v15) profile=hiseqx150 low=14 high=16 ;;
v22) profile=hiseq125 low=18 high=26 ;;
v30) profile=novaseq150 low=28 high=32 ;;
v40) profile=miseq250 low=36 high=44 ;;
v60) profile=hiseq100 low=55 high=62 ;;
*)
  profiles=(hiseq100 hiseqx150 novaseq150 hiseq125 miseq250 hiseq100 hiseqx150)
  depths=("35 60" "14 26" "25 40" "40 55" "20 35" "9 18")
  profile=${profiles[$((i % 7))]}
  read -r low high <<<"${depths[$((i % 6))]}"
  ;;
esac
if [ "${i#v}" != "$i" ]; then
  n=$work/$i ref=$work/pg.fa
  more=(--blocks 36 --truth "$work/truth2.vcf.gz" --truth_offset 21999999 --seed $((6200 + ${i#v})))
else
  ref=$work/hg38.fa
  # Every second run has more changed repeats than nature: they are what is hardest.
  repeats=(0.06 0.15) change=${repeats[$((i % 2))]} stutter=1
  if [ "$i" -gt 100 ]; then
    # The second round: depth, changed repeats and stutter vary independently of each other.
    repeats=(0.06 0.10) change=${repeats[$((i / 6 % 2))]}
    stutters=(1 0.6 1.4) stutter=${stutters[$((i / 12 % 3))]}
  fi
  more=(--blocks 50 --truth "$work/truth1.vcf.gz" --seed $((11000 + i)) --repeat_change "$change" --stutter "$stutter")
fi
[ -e "$n.$result" ] && exit 0
$SHRIKE simulate --threads 1 --ref "$ref" --output_prefix "$n" --profile "$profile" --min_depth "$low" --max_depth "$high" "${more[@]}" 2>/dev/null
"$(dirname "$0")/../tools/align.sh" "$ref" "$n"
if [ "$result" = feat ]; then
  $TRAINING images --ref "$ref" --reads "$n.bam" --truth "$n.truth.vcf.gz" --bed "$n.confident.bed" --out "$n.images" >/dev/null
  $TRAINING features --ref "$ref" --reads "$n.bam" --truth "$n.truth.vcf.gz" --bed "$n.confident.bed" --out "$n.feat" >/dev/null
else
  $SHRIKE make-examples --mode training --ref "$ref" --reads "$n.bam" --truth_variants "$n.truth.vcf.gz" --confident_regions "$n.confident.bed" \
    --channel_list BASE_CHANNELS,insert_size --examples "$n.tfrecord.gz" 2>/dev/null
fi
rm -f "$n.bam" "$n.bam.bai" "$n.truth.vcf.gz" "$n.truth.vcf.gz.tbi" "$n.confident.bed"
