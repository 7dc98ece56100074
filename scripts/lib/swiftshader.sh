# shellcheck shell=bash
# SwiftShader, a program that does a GPU's work on the processor and ends no loop by itself: what Debian's browser has of
# it. Sourced, not run; needs lib/target.sh.

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
        (cd "$package" && apt-get download --quiet=2 chromium-common 2>/dev/null) || {
            rm --recursive --force "$package"
            return 1
        }
        mkdir --parents "$folder"
        dpkg-deb --fsys-tarfile "$package"/chromium-common_*.deb |
            tar --extract --directory "$package" ./usr/lib/chromium/libvk_swiftshader.so ./usr/lib/chromium/vk_swiftshader_icd.json
        # The one that is looked for comes last.
        mv "$package/usr/lib/chromium/libvk_swiftshader.so" "$folder/"
        mv "$package/usr/lib/chromium/vk_swiftshader_icd.json" "$folder/"
        rm --recursive --force "$package"
    fi
    echo "$folder/vk_swiftshader_icd.json"
}
