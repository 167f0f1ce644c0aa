#!/usr/bin/env bash
# Starts a Slurm cluster of one node on this machine, runs cohort.sbatch and the Snakemake workflow on it, and compares the results
# with plain runs. Needs root, SHRIKE_TESTDATA, and: apt-get install slurm-wlm munge samtools (snakemake, if that is to be checked).
# Nothing of the machine's own configuration is touched. Takes about three minutes.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
data=$(cd "${SHRIKE_TESTDATA:-$here/../../shared/testdata}" && pwd)/upstream/input
export SHRIKE=${SHRIKE:-$here/../shrike}
read -ra shrike <<<"$SHRIKE"
[ "$(id -u)" = 0 ] || { echo "check-slurm.sh: must be root: Slurm's daemons start jobs as other users" >&2; exit 2; }
for tool in munged slurmctld slurmd sbatch samtools; do
  command -v "$tool" >/dev/null || { echo "check-slurm.sh: $tool is missing: apt-get install slurm-wlm munge samtools" >&2; exit 2; }
done

work=$(mktemp -d /tmp/check-slurm.XXXXXX)
daemons=()
finish() {
  local status=$?
  trap - EXIT
  [ ${#daemons[@]} = 0 ] || kill "${daemons[@]}" 2>/dev/null || true
  wait || true
  if [ "$status" = 0 ]; then rm -rf "$work"; else echo "check-slurm.sh: failed: the logs are in $work" >&2; fi
  exit "$status"
}
trap finish EXIT
trap 'echo "check-slurm.sh: line $LINENO: failed" >&2' ERR
cd "$work"

# The cluster.
chmod 755 .
mkdir munge state spool
dd if=/dev/urandom of=munge.key bs=1024 count=1 status=none
chmod 600 munge.key
munged --foreground --key-file="$work/munge.key" --socket="$work/munge/socket" --pid-file="$work/munge/pid" --log-file="$work/munge/log" --seed-file="$work/munge/seed" >munged.log 2>&1 &
daemons+=($!)
node=$(hostname -s)
cat >slurm.conf <<CONF
ClusterName=check
SlurmctldHost=$node(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
NodeName=$node NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=16000
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$work/slurm.conf
for _ in $(seq 50); do [ -S munge/socket ] && break; sleep 0.1; done
slurmctld -D >slurmctld.log 2>&1 &
daemons+=($!)
slurmd -D >slurmd.log 2>&1 &
daemons+=($!)
for _ in $(seq 60); do sinfo -h 2>/dev/null | grep -q idle && break; sleep 1; done
sinfo -h | grep -q idle
echo "cluster: $(sbatch --version), node $node, $(nproc) CPUs"

# Three samples: the slice, the slice with other flags, and the slice with too many partitions to end in time.
ref=ref.fa reads=$data/NA12878_S1.chr20.10_10p1mb.bam
gzip -dc "$data/ucsc.hg19.chr20.unittest.fasta.gz" >"$ref"
samtools faidx "$ref"
slow="--partition_size 2"
printf 'sample\treads\tflags\none\t%s\t--log_json one.jsonl\ntwo\t%s\t--min_mapping_quality=20 --log_json two.jsonl\nslow\t%s\t%s\n' "$reads" "$reads" "$reads" "$slow" >samples.tsv
run() { "${shrike[@]}" run --model_type WGS --ref "$ref" --reads "$reads" --quiet "$@"; }
run --sample_name one --output_vcf one.vcf.gz --output_gvcf one.g.vcf.gz
run --sample_name two --output_vcf two.vcf.gz --output_gvcf two.g.vcf.gz --min_mapping_quality=20
text() { gzip -dc "$1" | grep -v '^##shrike_command='; }
same() {
  for sample in one two; do
    for kind in vcf.gz g.vcf.gz; do cmp <(text "$sample.$kind") <(text "$1/$sample.$kind"); done
    [ -e "$1/$sample.vcf.gz.tbi" ] && [ -e "$1/$sample.g.vcf.gz.tbi" ] && [ -s "$1/${sample}_mqc.json" ]
  done
  [ "$(text one.vcf.gz | grep -vc '^#')" -gt 200 ]
  ! cmp -s <(text one.vcf.gz) <(text two.vcf.gz)
}
job() { sbatch --parsable --mem=1G "$@" | cut -d';' -f1; }
ended() { # waits for a job and prints its state
  while scontrol show job "$1" | grep -qE 'JobState=(PENDING|RUNNING|COMPLETING|CONFIGURING)'; do sleep 1; done
  scontrol show job "$1" | grep -oE 'JobState=[A-Z]+|ExitCode=[0-9:]+' | tr '\n' ' '
}

threads=$(nproc)
sbatch --wait --mem=1G --cpus-per-task="$threads" --array=1-2 "$here/cohort.sbatch" samples.tsv "$ref" array --model_type WGS >/dev/null
same array
grep -qE "\"threads\":$threads[,}]" one.jsonl
grep -qE "\"threads\":$threads[,}]" two.jsonl
echo "array: equal to plain runs; $threads threads of --cpus-per-task=$threads"

sbatch --wait --mem=1G --cpus-per-task=1 --array=1-2 "$here/cohort.sbatch" samples.tsv "$ref" single --model_type WGS >/dev/null
same single
grep -qE '"threads":1[,}]' one.jsonl
echo "array: equal to plain runs; 1 thread of --cpus-per-task=1"

stamp=$(stat -c %y array/one.vcf.gz)
sbatch --wait --mem=1G --cpus-per-task=1 --array=1 --output=again.log "$here/cohort.sbatch" samples.tsv "$ref" array --model_type WGS >/dev/null
grep -q 'one is called already' again.log
[ "$stamp" = "$(stat -c %y array/one.vcf.gz)" ]
echo "submitted again: what is there is left alone"

stopped() { # NAME STATE: nothing is left of a stopped job
  echo "$1: $2"
  grep -q 'shrike: error: stopped; nothing was left half-written' "$1.log"
  [ -z "$(ls -A "$1")" ]
}
id=$(job --cpus-per-task=1 --array=3 --time=1 --signal=B:TERM@30 --output=limit.log "$here/cohort.sbatch" samples.tsv "$ref" limit --model_type WGS)
state=$(ended "$id")
stopped limit "$state"
grep -q 'ExitCode=143:0' <<<"$state"

id=$(job --cpus-per-task=1 --array=3 --output=cancel.log "$here/cohort.sbatch" samples.tsv "$ref" cancel --model_type WGS)
for _ in $(seq 60); do compgen -G 'cancel/.*.tmp-*' >/dev/null && break; sleep 0.5; done
scancel "$id"
stopped cancel "$(ended "$id")"

if command -v snakemake >/dev/null && snakemake --help | grep -qE '^ +--cluster '; then
  head -3 samples.tsv >two.tsv
  snakemake --snakefile "$here/Snakefile" --config samples=two.tsv reference="$ref" output=snakes threads=1 shrike="$SHRIKE" \
    --jobs 2 --latency-wait 30 --cluster 'sbatch --parsable --cpus-per-task={threads} --mem={resources.mem_mb} --output=snakes.%j.log' >snakemake.log 2>&1
  same snakes
  echo "snakemake $(snakemake --version) --cluster: equal to plain runs"
else
  echo "snakemake: not checked: there is none that knows --cluster (version 7)"
fi
echo "check-slurm.sh: all is well"
