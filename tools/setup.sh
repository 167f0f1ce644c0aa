# Sourced by the scripts at the root: what a fresh Debian or Ubuntu machine lacks.
# Needs: .NET SDK 10 (checked), libhts (installed where we may).

shrike_need_sdk() {
  if ! command -v dotnet >/dev/null 2>&1 || ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
    cat >&2 <<'TEXT'
shrike: the .NET SDK 10 is missing. Install it, then run this script again:
  Debian/Ubuntu: see https://learn.microsoft.com/dotnet/core/install/linux, then apt-get install dotnet-sdk-10.0
  anywhere:      curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0 && export PATH="$HOME/.dotnet:$PATH"
TEXT
    return 2
  fi
}

shrike_have_htslib() {
  [ -n "${SHRIKE_HTSLIB:-}" ] && [ -e "$SHRIKE_HTSLIB" ] && return 0
  [ -n "${CONDA_PREFIX:-}" ] && [ -e "$CONDA_PREFIX/lib/libhts.so.3" ] && return 0
  { ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null; } | grep 'libhts\.so\.3' >/dev/null
}

# apt_install PACKAGE...: as root or through sudo; fails quietly where neither is possible.
shrike_apt_install() {
  command -v apt-get >/dev/null 2>&1 || return 1
  local as=""
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null || return 1
    as="sudo"
  fi
  $as env DEBIAN_FRONTEND=noninteractive sh -c "apt-get install -y -qq $* >/dev/null 2>&1 || { apt-get update -qq >/dev/null && apt-get install -y -qq $* >/dev/null; }"
}

shrike_need_htslib() {
  shrike_have_htslib && return 0
  echo "shrike: installing htslib (libhts3) ..." >&2
  if ! shrike_apt_install libhts3 || ! shrike_have_htslib; then
    cat >&2 <<'TEXT'
shrike: htslib >= 1.16 (libhts.so.3) is missing. Install it, then run this script again:
  Debian/Ubuntu: sudo apt-get install libhts3
  conda:         conda install -c bioconda htslib
  elsewhere:     export SHRIKE_HTSLIB=/path/to/libhts.so.3
TEXT
    return 2
  fi
}

# shrike_need_tools PROGRAM...: programs whose package has their name.
shrike_need_tools() {
  local missing="" tool
  for tool in "$@"; do command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"; done
  [ -z "$missing" ] && return 0
  echo "shrike: installing$missing ..." >&2
  shrike_apt_install $missing || true
  for tool in "$@"; do
    command -v "$tool" >/dev/null 2>&1 && continue
    echo "shrike: $tool is missing. Install it, then run this script again: sudo apt-get install$missing" >&2
    return 2
  done
}

shrike_setup() {
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
  shrike_need_sdk && shrike_need_htslib
}
