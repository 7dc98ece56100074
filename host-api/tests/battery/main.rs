//! The file-system battery on the fronts of all generations of WASI, and what only the streams of components have.
#![allow(clippy::unwrap_used, reason = "tests fail loudly")]
#![cfg(feature = "testing")]

#[cfg(feature = "wasi03")]
mod ends;
#[cfg(feature = "components")]
mod guest;
mod preview1;
#[cfg(feature = "components")]
mod preview2;
#[cfg(feature = "wasi03")]
mod preview3;
#[cfg(feature = "components")]
mod streams2;
#[cfg(feature = "wasi03")]
mod streams3;

/// The battery on one front.
macro_rules! battery {
    ($name:ident, $make:expr) => {
        mod $name {
            use dayfly_host_api::testing;

            #[test]
            fn files() {
                testing::files::all(&$make);
            }

            #[test]
            fn folders() {
                testing::folders::all(&$make);
            }

            #[test]
            fn links() {
                testing::links::all(&$make);
            }

            #[test]
            fn mounts() {
                testing::mounts::all(&$make);
            }

            #[test]
            fn names() {
                testing::names::all(&$make);
            }

            #[test]
            fn limits() {
                testing::limits::all(&$make);
            }

            #[test]
            fn escapes() {
                testing::escapes::all(&$make);
            }
        }
    };
}

battery!(on_preview1, crate::preview1::make);
#[cfg(feature = "components")]
battery!(on_preview2, crate::preview2::make);
#[cfg(feature = "components")]
battery!(on_preview2_by_streams, crate::preview2::make_by_streams);
#[cfg(feature = "wasi03")]
battery!(on_preview3, crate::preview3::make);
