#!/usr/bin/env bash
# Whether the packages of tools/package.sh do what they are for: the archive unpacked elsewhere calls real reads like the checkout, with no .NET and
# no htslib in reach and from a folder that it may not write. With --bare (root, debootstrap) both packages in a system that has nothing
# but Debian's smallest set: the archive, and the .deb installed by apt.
#   tools/check-package.sh FOLDER [--bare ROOT]       SHRIKE names another program than the checkout's
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
data=$(cd "${SHRIKE_TESTDATA:-$root/../shared/testdata}/upstream/input" && pwd)
packages=$(cd "${1:?folder of the packages}" && pwd)
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
call=(run --model_type WGS --regions chr20:10,000,000-10,020,000 --quiet)
records() { gzip -dc "$1" | grep -v '^##'; }
${SHRIKE:-$root/shrike} "${call[@]}" --ref "$data/ucsc.hg19.chr20.unittest.fasta.gz" --reads "$data/NA12878_S1.chr20.10_10p1mb.bam" --output_vcf "$work/checkout.vcf.gz"
[ "$(records "$work/checkout.vcf.gz" | wc -l)" -gt 50 ]

mkdir "$work/home" "$work/unpacked"
tar -C "$work/unpacked" -xzf "$packages"/shrike-*-linux-x64.tar.gz
shrike=$(echo "$work"/unpacked/shrike-*/bin/shrike)
chmod -R a-w "$work/unpacked"
bare() { env -i PATH=/usr/bin:/bin HOME="$work/home" "$shrike" "$@"; }
bare doctor >"$work/doctor"
grep -q "^htslib .*$work/unpacked" "$work/doctor" || { echo "the archive's htslib is not the one in use:"; cat "$work/doctor"; exit 1; }
bare "${call[@]}" --ref "$data/ucsc.hg19.chr20.unittest.fasta.gz" --reads "$data/NA12878_S1.chr20.10_10p1mb.bam" --output_vcf "$work/archive.vcf.gz"
cmp <(records "$work/checkout.vcf.gz") <(records "$work/archive.vcf.gz")
[ -z "$(ls -A "$work/home")" ] || { echo "the program left files in the home folder:"; ls -A "$work/home"; exit 1; }
echo "the archive calls as the checkout does"

[ "${2:-}" = --bare ] || exit 0
system=${3:?folder for the bare system}
[ -e "$system/bin/sh" ] || debootstrap --variant=minbase "${SUITE:-bookworm}" "$system" >/dev/null
mountpoint -q "$system/proc" || { mount -t proc proc "$system/proc"; trap 'umount "$system/proc"; chmod -R u+w "$work"; rm -rf "$work"' EXIT; } # the runtime wants it
inside() { chroot "$system" env -i PATH=/usr/bin:/bin HOME=/root "$@"; }
rm -rf "$system/check"
mkdir "$system/check"
cp "$data"/ucsc.hg19.chr20.unittest.fasta.gz* "$data"/NA12878_S1.chr20.10_10p1mb.bam* "$packages"/*.deb "$system/check/"
tar -C "$system/check" -xzf "$packages"/shrike-*-linux-x64.tar.gz
here=("${call[@]}" --ref /check/ucsc.hg19.chr20.unittest.fasta.gz --reads /check/NA12878_S1.chr20.10_10p1mb.bam)
inside /check/"$(basename "$(echo "$work"/unpacked/shrike-*)")"/bin/shrike "${here[@]}" --output_vcf /check/archive.vcf.gz
cmp <(records "$work/checkout.vcf.gz") <(records "$system/check/archive.vcf.gz")
echo "the archive calls as the checkout does on a bare system"
inside sh -c 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq /check/*.deb' >/dev/null 2>&1
inside shrike doctor
inside shrike "${here[@]}" --output_vcf /check/deb.vcf.gz
cmp <(records "$work/checkout.vcf.gz") <(records "$system/check/deb.vcf.gz")
inside apt-get purge -y -qq shrike >/dev/null 2>&1
[ ! -e "$system/usr/lib/shrike" ]
echo "the .deb installs, calls as the checkout does, and goes without a trace"
