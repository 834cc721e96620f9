#!/usr/bin/env bash
# Prepares this machine: system packages (apt), the Python environment, the npm packages.
# `tools/setup.sh` for running the platform, `tools/setup.sh test` for its tests too.
# What is there already is left alone, so that a second run takes no time. Details go to .fleet/setup.log.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

purpose=${1:-run}
log=.fleet/setup.log
python=${PYTHON:-python3}
oldest_postgres=15
steps=4

if [ ! -d .fleet ]; then mkdir .fleet && chmod 711 .fleet; fi || exit 1

fail() {
  printf 'setup: %s\n' "$1" >&2
  exit 1
}

# step NUMBER NAME COMMAND...: runs the command quietly, says how long it took, shows the end of the log when it fails.
step() {
  local number=$1 name=$2 started=$SECONDS
  shift 2
  printf '[%s/%s] %s …' "$number" "$steps" "$name"
  printf '\n== %s\n' "$name" >>"$log"
  if "$@" >>"$log" 2>&1; then
    printf ' %s s\n' "$((SECONDS - started))"
    return
  fi
  printf ' failed\n'
  tail -n 15 "$log" >&2
  if grep -q 'No space left on device' <(tail -n 40 "$log"); then fail "the disk is full: free some space and run it again."; fi
  fail "\"$name\" failed. The whole output is in $log; run it again once the cause is gone."
}

# System packages ------------------------------------------------------------------------------------------------------

newest_server() {
  local bin
  for bin in /usr/lib/postgresql/*/bin/initdb; do
    [ -x "$bin" ] && basename "${bin%/bin/initdb}"
  done | sort -n | tail -n 1
}

has_extension() { [ -f "/usr/share/postgresql/$1/extension/$2.control" ]; }

python_is_new() { "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# The packages that are missing; MAJOR stands for the PostgreSQL version that the distribution has.
wanted_packages() {
  local major
  [ -x .venv/bin/python ] || "$python" -c 'import ensurepip, venv' 2>/dev/null || echo python3 python3-venv
  command -v node >/dev/null || echo nodejs
  command -v npm >/dev/null || echo npm
  [ -d /etc/ssl/certs ] && [ -n "$(ls -A /etc/ssl/certs)" ] || echo ca-certificates
  command -v setpriv >/dev/null || echo util-linux
  major=$(newest_server)
  if [ "${major:-0}" -lt "$oldest_postgres" ]; then
    echo postgresql-MAJOR postgresql-MAJOR-postgis-3
    [ "$purpose" = test ] && echo postgresql-MAJOR-pgtap
  else
    has_extension "$major" postgis || echo "postgresql-$major-postgis-3"
    [ "$purpose" = test ] && { has_extension "$major" pgtap || echo "postgresql-$major-pgtap"; }
  fi
  [ "$purpose" = test ] && ! command -v chromium >/dev/null && chromium_is_a_package && echo chromium
  return 0
}

chromium_is_a_package() { ! grep -qs '^ID=ubuntu' /etc/os-release; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -y "$@"; }

# The version that the distribution's package `postgresql` stands for.
packaged_major() { apt-cache show postgresql | sed -n 's/^Version: \([0-9]*\).*/\1/p' | head -n 1; }

install_packages() {
  apt_get update || return 1
  if [[ "$*" == *postgresql-MAJOR* ]]; then without_a_cluster || return 1; fi
  local major
  major=$(packaged_major)
  apt_get install --no-install-recommends "${@//MAJOR/$major}"
}

# Debian makes and starts a cluster when a server is installed; nobody asked for that one.
without_a_cluster() {
  apt_get install --no-install-recommends postgresql-common || return 1
  as_root sed -i 's/^#\? *create_main_cluster *=.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
}

system_packages() {
  local missing
  missing=$(wanted_packages | xargs)
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null || fail "this needs: ${missing//MAJOR/<version>}. They are installed for you only where there is apt; install them and run it again."
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    fail "system packages are missing and there is no sudo. As root: apt-get install ${missing//MAJOR/<version>}"
  fi
  # shellcheck disable=SC2086 # a list of words
  step 1 "System packages (${missing//-MAJOR/})" install_packages $missing
}

# Python and npm -------------------------------------------------------------------------------------------------------

checksum() { cat "$@" | sha256sum | cut -d ' ' -f 1; }

stamped() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }

python_environment() {
  local venv_works=no
  .venv/bin/python -c 'import pip' 2>/dev/null && venv_works=yes
  if [ "$venv_works" = no ]; then
    python_is_new || fail "Python 3.11 or newer is needed, $("$python" --version 2>&1) was found. Set PYTHON to a newer one."
    step 2 "Python environment" "$python" -m venv --clear .venv
  fi
}

install_locked() {
  .venv/bin/python -m pip install --disable-pip-version-check --require-hashes --requirement "$1" || return 1
  local site
  site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  printf '%s\n' "$PWD/src" >"$site/fleet.pth"
  printf '#!/bin/sh\nexec "%s/.venv/bin/python" -m fleet "$@"\n' "$PWD" >.venv/bin/fleet
  chmod +x .venv/bin/fleet
}

python_packages() {
  local run_sum test_sum
  run_sum=$(printf '%s' "$PWD" | checksum requirements.lock -)
  test_sum=$(printf '%s' "$PWD" | checksum requirements-dev.lock -)
  stamped .venv/test.stamp "$test_sum" && return
  if [ "$purpose" = test ]; then
    step 3 "Python packages" install_locked requirements-dev.lock
    echo "$test_sum" >.venv/test.stamp
  elif ! stamped .venv/run.stamp "$run_sum"; then
    step 3 "Python packages" install_locked requirements.lock
    rm -f .venv/test.stamp
    echo "$run_sum" >.venv/run.stamp
  fi
}

npm_packages() {
  local sum without=(--omit=dev)
  sum=$(checksum package.json package-lock.json)
  stamped node_modules/.stamp "test $sum" && return
  if [ "$purpose" = test ]; then without=(); sum="test $sum"; fi
  stamped node_modules/.stamp "$sum" && return
  step 4 "npm packages" npm ci "${without[@]}" --no-audit --no-fund
  echo "$sum" >node_modules/.stamp
}

: >"$log"
system_packages
python_environment
python_packages
npm_packages
if [ "$purpose" = test ] && ! command -v chromium >/dev/null; then
  echo "No Chromium: the tests in a browser are skipped. (Ubuntu's package is a snap shim, which cannot be used here.)"
fi
