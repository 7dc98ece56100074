//! Puts a symbolic link in the place of the result that its first argument names; the second is where it leads.

use std::fs;

fn main() {
    let (result, target) = (guests::argument(1), guests::argument(2));
    if let Err(error) = fs::remove_file(&result).or_else(|_| fs::remove_dir(&result)) {
        println!("remove: {}", guests::errno::name(&error));
    }
    match guests::wasi::symlink(&target, guests::wasi::ROOT, result.trim_start_matches('/')) {
        Ok(()) => println!("linked"),
        Err(error) => println!("symlink: {error}"),
    }
}
