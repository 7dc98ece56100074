//! Where this program's memory comes from.

/// Guests and compilers allocate a lot from several threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Gives the C library's own allocator one arena. It is used for next to nothing here, and would set one of 64 MiB up for
/// each thread that asks it for a few bytes when it starts: four system calls for every guest.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)]
pub(crate) fn share_c_arena() {
    // SAFETY: called before there is a second thread. An unknown parameter would be refused.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) };
}

/// Other C libraries have no arenas.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn share_c_arena() {}
