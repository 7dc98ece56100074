# shellcheck shell=bash
# SwiftShader, a program that does a GPU's work on the processor and ends no loop by itself: what Debian's browser has of
# it. Sourced, not run; needs lib/target.sh.

# fetch_swiftshader SCRATCH FOLDER: puts it there. No step is left out by which it would be half there.
fetch_swiftshader() {
    local files=$1/usr/lib/chromium
    (cd "$1" && apt-get download --quiet=2 chromium-common 2>/dev/null) &&
        dpkg-deb --fsys-tarfile "$1"/chromium-common_*.deb >"$1/files.tar" &&
        tar --extract --file "$1/files.tar" --directory "$1" \
            ./usr/lib/chromium/libvk_swiftshader.so ./usr/lib/chromium/vk_swiftshader_icd.json &&
        mkdir --parents "$2" &&
        mv "$files/libvk_swiftshader.so" "$2/" &&
        # The one that is looked for comes last.
        mv "$files/vk_swiftshader_icd.json" "$2/"
}

# swiftshader: the path of the file that tells Vulkan's loader of it, in cargo's target folder. It is fetched where it is
# missing.
swiftshader() {
    local folder package
    folder=$(target_directory)/tools/swiftshader
    if [[ ! -e $folder/vk_swiftshader_icd.json ]]; then
        command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
        package=$(mktemp --directory)
        chmod a+rwx "$package"
        echo "fetching with apt: SwiftShader, of chromium-common" >&2
        fetch_swiftshader "$package" "$folder" || true
        rm --recursive --force "$package"
    fi
    [[ -e $folder/vk_swiftshader_icd.json ]] && echo "$folder/vk_swiftshader_icd.json"
}
