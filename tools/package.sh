#!/usr/bin/env bash
# Makes what people install:
#   OUT/shrike-VERSION-linux-x64.tar.gz   unpack it anywhere and run bin/shrike; brings the .NET runtime, htslib and its libraries, and the models;
#                                         needs a Linux with glibc 2.34 or later (Debian 12, Ubuntu 22.04, RHEL 9) and its libstdc++
#   OUT/shrike_VERSION_amd64.deb          the same for apt, which brings htslib
# Needs the .NET SDK 10, libhts3, patchelf and dpkg-deb (Debian or Ubuntu).
#   tools/package.sh [OUT]
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
out=${1:-$root/artifacts/packages}
. "$root/tools/setup.sh"
shrike_setup
shrike_need_tools patchelf
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d "$out/.package.XXXXXX")
trap 'rm -rf "$work"' EXIT
version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' "$root/Directory.Build.props")
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH

# Compiled ahead as far as that goes, and without symbols: a run on one sample of a panel is over before a compiler has warmed up.
dotnet publish "$root/src/Shrike.Cli" -c Release -r linux-x64 --self-contained -p:PublishReadyToRun=true -p:DebugType=none -o "$work/program" -v quiet --nologo >&2
mkdir "$work/program/models"
for model in "$root"/models/*/model.json; do cp -r "$(dirname "$model")" "$work/program/models/"; done
chmod -R u=rwX,go=rX "$work/program"

notices() { # FOLDER MODELS: documents, and licences of what is inside; MODELS as seen from FOLDER/models
  mkdir -p "$1"
  cp "$root/LICENSE" "$root/README.md" "$root/CHANGELOG.md" "$root/CITATION.cff" "$root/ARCHITECTURE.md" "$root/CONTRIBUTING.md" "$1"
  cp -r "$root/docs" "$root/workflow" "$1"
  mkdir -p "$1/bench" "$1/models"
  cp "$root/bench/NOTES.md" "$1/bench"
  cp "$root/models/TRAINING-LOG.md" "$1/models"
  for model in "$root"/models/*/model.json; do ln -s "$2/$(basename "$(dirname "$model")")" "$1/models/"; done # where the documents name them
  local packages=${NUGET_PACKAGES:-$HOME/.nuget/packages} file
  mkdir -p "$1/licences"
  cp "$packages"/microsoft.netcore.app.runtime.linux-x64/*/THIRD-PARTY-NOTICES.TXT "$1/licences/dotnet-third-party.txt"
  cp "$packages"/microsoft.netcore.app.runtime.linux-x64/*/LICENSE.TXT "$1/licences/dotnet.txt"
  cp "$packages"/microsoft.ml.onnxruntime/*/ThirdPartyNotices.txt "$1/licences/onnxruntime-third-party.txt"
  cp "$packages"/microsoft.ml.onnxruntime/*/LICENSE "$1/licences/onnxruntime.txt"
}

# The archive.
tree=$work/shrike-$version
mkdir -p "$tree/bin" "$tree/lib"
cp -r "$work/program" "$tree/lib/shrike"
ln -s ../lib/shrike/shrike "$tree/bin/shrike"
notices "$tree/share/doc/shrike" ../../../../lib/shrike/models
hts=${SHRIKE_HTSLIB:-$(ldconfig -p | sed -n 's|.*libhts\.so\.3 .*x86-64.* => ||p' | head -1)}
# htslib and what it needs beside the C library, found by each other wherever the archive lies.
needed=$(ldd "$hts" | sed -n 's|.* => \(/[^ ]*\) .*|\1|p' | grep -vE '/lib(c|m|pthread|dl|rt)\.so')
for library in "$hts" $needed; do
  cp -L "$library" "$tree/lib/shrike/"
  patchelf --set-rpath '$ORIGIN' "$tree/lib/shrike/$(basename "$library")"
  package=$(dpkg -S "*/$(basename "$(readlink -f "$library")")" 2>/dev/null | head -1 | cut -d: -f1 || true)
  copyright=/usr/share/doc/$package/copyright
  if [ -n "$package" ] && [ -e "$copyright" ]; then cp "$copyright" "$tree/share/doc/shrike/licences/$package.txt"; fi
done
tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -C "$work" -cf - "shrike-$version" | gzip -9n >"$work/archive"
mv "$work/archive" "$out/shrike-$version-linux-x64.tar.gz"

# The Debian package.
deb=$work/deb
mkdir -p "$deb/DEBIAN" "$deb/usr/lib" "$deb/usr/bin"
cp -r "$work/program" "$deb/usr/lib/shrike"
ln -s ../lib/shrike/shrike "$deb/usr/bin/shrike"
notices "$deb/usr/share/doc/shrike" ../../../../lib/shrike/models
mv "$deb/usr/share/doc/shrike/LICENSE" "$deb/usr/share/doc/shrike/copyright"
cat >"$deb/DEBIAN/control" <<TEXT
Package: shrike
Version: $version
Architecture: amd64
Maintainer: The Shrike developers
Installed-Size: $(du -sk "$deb/usr" | cut -f1)
Depends: libc6 (>= 2.34), libstdc++6 (>= 8), libhts3 (>= 1.16) | libhts3t64 (>= 1.16)
Section: science
Priority: optional
Description: germline small-variant caller
 Aligned reads (BAM, CRAM) in, VCF and gVCF out: candidate sites, pileup
 images, a convolutional network, genotypes, as DeepVariant 1.9 does it, in
 one program with models of its own.
TEXT
chmod -R u=rwX,go=rX "$deb"
find "$deb" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz --build "$deb" "$work/package.deb" >/dev/null
mv "$work/package.deb" "$out/shrike_${version}_amd64.deb"
ls -l "$out/shrike-$version-linux-x64.tar.gz" "$out/shrike_${version}_amd64.deb" | awk '{print $5, $9}'
