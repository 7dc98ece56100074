//! The projects to begin with, one a language.

use crate::cli::Language;

/// What stands for the project's name.
pub(super) const NAME: &str = "{{name}}";

/// A project to begin with.
#[derive(Clone, Copy)]
pub(super) struct Template {
    /// What builds it, in its folder.
    pub(super) build: &'static str,
    /// Its files: their paths, and what they hold.
    pub(super) files: &'static [(&'static str, &'static str)],
}

/// The project of a language.
pub(super) fn of(language: Language) -> Template {
    match language {
        Language::Rust => RUST,
        Language::C => C,
        Language::JavaScript => JAVASCRIPT,
        Language::Python => PYTHON,
    }
}

macro_rules! template {
    ($folder:literal, $build:literal: $($path:literal = $file:literal),* $(,)?) => {
        Template {
            build: $build,
            files: &[$(($path, include_str!(concat!("templates/", $folder, "/", $file)))),*],
        }
    };
}

// A manifest or a list of what git ignores would act where the templates lie: both have other names there.
const RUST: Template = template!("rust", "cargo build --release --target wasm32-wasip2":
    "job.yaml" = "job.yaml",
    "Cargo.toml" = "manifest.toml",
    "src/lib.rs" = "lib.rs",
    "README.md" = "README.md",
    ".gitignore" = "ignore",
);

const C: Template = template!("c", "make":
    "job.yaml" = "job.yaml",
    "function.c" = "function.c",
    "Makefile" = "Makefile",
    "README.md" = "README.md",
    ".gitignore" = "ignore",
);

const JAVASCRIPT: Template = template!("javascript", "npm install && npm run build":
    "job.yaml" = "job.yaml",
    "function.js" = "function.js",
    "function.wit" = "function.wit",
    "package.json" = "package.json",
    "README.md" = "README.md",
    ".gitignore" = "ignore",
);

const PYTHON: Template = template!("python", "componentize-py -d function.wit -w function componentize function -o function.wasm":
    "job.yaml" = "job.yaml",
    "function.py" = "function.py",
    "function.wit" = "function.wit",
    "requirements.txt" = "requirements.txt",
    "README.md" = "README.md",
    ".gitignore" = "ignore",
);
