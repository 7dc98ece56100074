# shellcheck shell=bash
# Installing what a script needs, on Debian and its kin. Sourced, not run.

# install_packages PACKAGE...: installs those that are missing, and says so.
install_packages() {
    local package missing=()
    for package in "$@"; do
        if ! dpkg --status "$package" 2>/dev/null | grep --quiet '^Status: install ok installed'; then
            missing+=("$package")
        fi
    done
    if [[ ${#missing[@]} -eq 0 ]]; then return; fi
    if ! command -v apt-get >/dev/null; then
        echo "these are missing, and there is no apt-get to install them with: ${missing[*]}" >&2
        return 1
    fi
    echo "installing with apt: ${missing[*]}"
    as_root apt-get update --quiet=2
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends "${missing[@]}" \
        >/dev/null </dev/null
}

as_root() {
    if [[ $(id --user) -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "neither root nor sudo: can't run $*" >&2
        return 1
    fi
}
