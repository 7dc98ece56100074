//! What a guest finds when it starts.

use wasip2::cli::environment::{get_arguments, get_environment, initial_cwd as where_it_starts};
use wasip2::clocks::{monotonic_clock, wall_clock};

/// The arguments are the same by WASI and by the standard library.
pub fn args() {
    let arguments = get_arguments();
    assert_eq!(arguments, std::env::args().collect::<Vec<_>>());
    println!("{:?}", &arguments[2..]);
}

/// The first argument is the program's name.
pub fn argv0() {
    println!("{}", get_arguments()[0]);
}

/// The variables are the same by WASI and by the standard library.
pub fn env() {
    let mut variables = get_environment();
    let mut known: Vec<_> = std::env::vars().collect();
    variables.sort();
    known.sort();
    assert_eq!(variables, known);
    for (name, value) in variables {
        println!("{name}={value}");
    }
}

/// As many variables, and as long, as the host was told.
pub fn large_env() {
    let variables = get_environment();
    let bytes: usize = variables.iter().map(|(name, value)| name.len() + value.len()).sum();
    println!("{} variables of {bytes} bytes", variables.len());
}

/// It starts in its root.
pub fn initial_cwd() {
    assert_eq!(where_it_starts().as_deref(), Some("/"));
    println!("{}", std::env::current_dir().unwrap().display());
}

/// Results of the host lie where the guest's own allocator put them, also between calls of the adapter of preview 1,
/// which has another.
pub fn export_cabi_realloc() {
    for _ in 0..100 {
        let ours = get_arguments();
        let theirs: Vec<String> = std::env::args().collect();
        assert_eq!(ours, theirs);
        assert!(std::fs::metadata("/").unwrap().is_dir());
    }
    println!("{}", get_arguments()[2]);
}

/// Both clocks go, and only ahead.
pub fn default_clocks() {
    assert!(monotonic_clock::resolution() > 0);
    let resolution = wall_clock::resolution();
    assert!(resolution.seconds > 0 || resolution.nanoseconds > 0);
    let (start, date) = (monotonic_clock::now(), wall_clock::now());
    monotonic_clock::subscribe_duration(1_000_000).block();
    assert!(monotonic_clock::now() >= start + 1_000_000);
    let later = wall_clock::now();
    assert!((later.seconds, later.nanoseconds) > (date.seconds, date.nanoseconds));
    assert!(later.nanoseconds < 1_000_000_000);
    println!("ok");
}
