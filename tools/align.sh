#!/usr/bin/env bash
# Aligns the reads of `shrike simulate`: PREFIX_1.fq and PREFIX_2.fq become PREFIX.bam, sorted and with its index, and are deleted.
#   tools/align.sh REF.fa PREFIX [THREADS [SAMPLE]]
# Makes the index of bwa where it is missing. Needs bwa and samtools; what they say is shown only if they fail.
set -euo pipefail
ref=$1 prefix=$2 threads=${3:-1} sample=${4:-simulated}
log=$prefix.align.log
trap 'status=$?; [ "$status" -eq 0 ] || cat "$log" >&2; rm -f "$log"; exit "$status"' EXIT
[ -e "$ref.bwt" ] || bwa index "$ref" 2>"$log"
bwa mem -t "$threads" -R "@RG\tID:1\tSM:$sample" "$ref" "${prefix}_1.fq" "${prefix}_2.fq" 2>"$log" |
  samtools sort -@ "$((threads - 1))" -l 1 -m 200M -o "$prefix.bam" - 2>>"$log"
samtools index "$prefix.bam"
rm -f "${prefix}_1.fq" "${prefix}_2.fq"
