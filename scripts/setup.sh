#!/usr/bin/env bash
# Installs what Heddle needs on Debian 12 and starts none of it. Run it as often as you like: when nothing is missing it
# only looks.
#
#   scripts/setup.sh              packages (as root, or through sudo) and the Swift toolchain's version
#   scripts/setup.sh --packages   packages only
#
# Heddle starts PostgreSQL and Kamailio itself, as its own children with its own files. So the packages' services stay
# off: nothing is started while they are installed, no `main` cluster is made, no unit is enabled. What was installed
# before keeps running as it did.
set -euo pipefail

packages=(
    # The embedded database, psql, pgbench; and what the client is compiled against.
    postgresql-15 libpq-dev pkg-config
    # What unpacks bodies of requests.
    zlib1g-dev
    # What keeps passwords: bcrypt.
    libcrypt-dev
    # What sends mail.
    libcurl4-openssl-dev
    # The SIP edge: extra-modules has jansson.so, which reads routing answers.
    kamailio kamailio-extra-modules
    # The other end of the phone, for the demonstration call and the tests.
    sip-tester
    # The tests put it between Heddle and PostgreSQL.
    pgbouncer
    # Ask the API as fast as it answers, and for all of a table: for the measurements.
    wrk curl jq
    # Draws the entity-relationship diagram, with letters.
    graphviz fonts-liberation
    # Prints invoices as PDF, in the scripts that names are written in; and reads them again in the tests.
    weasyprint fonts-noto-core fonts-noto-cjk poppler-utils
    # Fetches DuckDB, below.
    python3-venv
    # The packages that the build fetches.
    git ca-certificates
)
# Packages whose service, called the same, would start with the machine. PostgreSQL's does nothing without a cluster.
units=(kamailio pgbouncer)

# DuckDB writes and reads the archive (docs/decisions/0028). Debian has no package of it: it is one file of the wheel
# that the DuckDB Foundation keeps on PyPI, taken by its digest.
duckdb_version=1.5.6
duckdb_x86_64=9797555bd39095d730eb0d0b3bf29e95e148c96a4cdce1e363f01c7bf7003a44
duckdb_aarch64=9b03301a14310a4ef7f86386e87b36954fe099ed762c8a81f94f7bd0ba073542
duckdb_home=/usr/local/lib/heddle

oldest_swift=6.2
wanted_swift=6.3
swift_home=https://www.swift.org/install/linux

policy=/usr/sbin/policy-rc.d
policy_mark="# Written by Heddle's scripts/setup.sh"
policy_before=$policy.before-heddle
no_cluster=/etc/postgresql-common/createcluster.d/heddle-setup.conf

say() { printf 'setup: %s\n' "$*" >&2; }
fail() {
    say "$@"
    exit 1
}

missing_packages() {
    local installed package
    # dpkg-query fails when it knows nothing of one of them; what it prints about the others is still right.
    installed=$(dpkg-query --show --showformat='${Package}=${db:Status-Status}\n' "${packages[@]}" 2>/dev/null || true)
    for package in "${packages[@]}"; do
        grep -qxF "$package=installed" <<<"$installed" || printf '%s\n' "$package"
    done
    # The C++ library that the compiler links with; which package has it depends on the compiler.
    compgen -G '/usr/include/c++/*/vector' >/dev/null || printf '%s\n' libstdc++-12-dev
}

# A run that was killed leaves its policy behind, and with it no service could be started any more.
left_policy() { [[ -e $policy ]] && grep -qF "$policy_mark" "$policy"; }

# Takes the packages that are going to be installed.
forbid_services() {
    trap allow_services EXIT
    trap 'exit 130' INT TERM HUP
    if [[ -e $policy || -L $policy ]] && ! left_policy; then mv "$policy" "$policy_before"; fi
    printf '#!/bin/sh\n%s; it goes away when that ends.\n# units off: %s\nexit 101\n' \
        "$policy_mark" "$(grep -xF -f <(printf '%s\n' "${units[@]}") <(printf '%s\n' "$@") | tr '\n' ' ')" >"$policy"
    chmod 755 "$policy"
    mkdir -p "$(dirname "$no_cluster")"
    printf 'create_main_cluster = false\n' >"$no_cluster"
}

# Also after a run that was killed: the policy names the units that came with it.
allow_services() {
    local unit
    rm -f "$no_cluster"
    if left_policy; then
        for unit in $(sed -n 's/^# units off: //p' "$policy"); do
            if [[ -e /etc/init.d/$unit ]]; then update-rc.d "$unit" disable; fi
        done
        rm -f "$policy"
    fi
    if [[ -e $policy_before || -L $policy_before ]]; then mv "$policy_before" "$policy"; fi
}

apt() {
    DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
        apt-get --quiet --yes -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" >&2
}

install_packages() {
    local missing=("$@")
    # An earlier installation that was cut off has to be ended first.
    if [[ -n $(dpkg --audit) ]]; then DEBIAN_FRONTEND=noninteractive dpkg --configure --pending >&2; fi
    # The lists may be missing, or older than the mirror: one more try with fresh ones.
    if ! apt-cache show "${missing[@]}" >/dev/null 2>&1 || ! apt install --no-install-recommends "${missing[@]}"; then
        say "fetching fresh package lists"
        apt update || fail "apt-get update failed (see above); is the network there?"
        apt install --no-install-recommends "${missing[@]}" ||
            fail "apt-get could not install ${missing[*]} (see above); Heddle is made for Debian 12"
    fi
}

has_duckdb() { [[ -x $duckdb_home/duckdb-$duckdb_version && -e $duckdb_home/duckdb ]]; }

# Everything but the archive works without it, so that a machine that does not see PyPI is set up all the same.
install_duckdb() {
    local work wanted found
    if has_duckdb; then return; fi
    say "fetching DuckDB $duckdb_version"
    work=$(mktemp -d)
    wanted="duckdb-cli==$duckdb_version --hash=sha256:$duckdb_x86_64 --hash=sha256:$duckdb_aarch64"
    printf '%s\n' "$wanted" >"$work/wanted.txt"
    if python3 -m venv "$work/venv" >&2 &&
        "$work/venv/bin/pip" --quiet --disable-pip-version-check --retries 2 --timeout 20 install --no-deps \
            --only-binary :all: --require-hashes --requirement "$work/wanted.txt" >&2 &&
        found=$(find "$work/venv" -path '*/duckdb_cli/duckdb' -type f) && [[ -n $found ]]; then
        mkdir -p "$duckdb_home"
        install --mode 755 "$found" "$duckdb_home/.duckdb.new"
        mv "$duckdb_home/.duckdb.new" "$duckdb_home/duckdb-$duckdb_version"
        ln -sfn "duckdb-$duckdb_version" "$duckdb_home/duckdb"
    else
        say "DuckDB could not be fetched (see above); without it \`heddle archive\` does not work, all else does"
    fi
    rm -rf "$work"
}

# Under a lock, since two clones may be set up at once.
install_as_root() {
    exec 9>/run/heddle-setup.lock
    flock --timeout 900 9 || fail "another set-up has been running for 15 minutes; end it, then run this again"
    local missing
    mapfile -t missing < <(missing_packages)
    if left_policy; then allow_services; fi
    if ((${#missing[@]} == 0)); then
        install_duckdb
        return
    fi
    say "installing ${missing[*]}"
    local had_cluster=no
    if [[ -d /etc/postgresql/15/main ]]; then had_cluster=yes; fi
    forbid_services "${missing[@]}"
    install_packages "${missing[@]}" 9>&-
    allow_services
    trap - EXIT INT TERM HUP
    install_duckdb
    if [[ $had_cluster == no && -d /etc/postgresql/15/main ]]; then
        say "by your createcluster.conf there is a cluster 15/main now, which Heddle does not use;"
        say "it is not running; to remove it: pg_dropcluster 15 main"
    fi
}

set_up_packages() {
    local missing self
    mapfile -t missing < <(missing_packages)
    if ((${#missing[@]} == 0)) && ! left_policy && has_duckdb; then return; fi
    self=$(readlink -f "${BASH_SOURCE[0]}")
    if ((EUID == 0)); then
        install_as_root
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        sudo -n "$self" --packages
    elif ((${#missing[@]} == 0)); then
        say "DuckDB is missing, which \`heddle archive\` needs; as root run: '$self' --packages"
        return
    elif command -v sudo >/dev/null && [[ -t 0 ]]; then
        say "these packages are missing, and sudo may ask for your password to install them: ${missing[*]}"
        sudo "$self" --packages || fail "nothing could be installed through sudo; as root run: '$self' --packages"
    else
        local run="sudo '$self' --packages"
        command -v sudo >/dev/null || run="su -c \"'$self' --packages\""
        say "these packages are missing, and installing them takes root: ${missing[*]}"
        say "run this once, then again what you ran:"
        printf '\n    %s\n\n' "$run" >&2
        exit 1
    fi
    mapfile -t missing < <(missing_packages)
    if ((${#missing[@]} > 0)); then fail "still missing after the installation: ${missing[*]}"; fi
    if ((EUID == 0)); then say "packages are in place"; fi
}

check_swift() {
    local said version
    command -v swift >/dev/null ||
        fail "there is no 'swift' in PATH; install Swift $wanted_swift ($swift_home), then run this again"
    said=$(swift --version 2>&1 || true)
    version=$(sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' <<<"$said" | head -n 1)
    [[ -n $version ]] || fail "'swift --version' tells no version, but: $said"
    if [[ $(printf '%s\n' "$oldest_swift" "$version" | sort --version-sort | head -n 1) != "$oldest_swift" ]]; then
        fail "this is Swift $version; Heddle needs $wanted_swift ($swift_home)"
    fi
    if [[ $(printf '%s\n' "$wanted_swift" "$version" | sort --version-sort | head -n 1) != "$wanted_swift" ]]; then
        say "Swift $version may do; Heddle is made and tested with $wanted_swift"
    fi
}

command -v dpkg-query >/dev/null || fail "this is no Debian; install these yourself: ${packages[*]}"
set_up_packages
if [[ ${1-} != --packages ]]; then check_swift; fi
