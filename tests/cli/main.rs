//! The binary from outside: what a user types, and what it leaves behind.
//!
//! One file a theme. Every test has a folder of its own to work in and a home of its own for dayfly's state, see
//! [`support`].

// Tests may fail loudly, their helpers too.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod admission;
mod bad_jobs;
mod bad_modules;
mod bad_places;
mod bare_module;
mod battery;
mod cache;
mod careful;
mod compiling;
mod completions;
mod components;
mod composition;
mod constraints;
mod convert;
mod doctor;
mod egress;
mod escapes;
mod examples;
mod exit_status;
mod explain;
mod functions;
mod gpu;
mod gpu_examples;
mod grants;
mod guest_files;
mod help;
mod import_modules;
mod inspect;
mod invoke;
mod json;
mod kills;
mod learn;
mod legacy;
mod limits;
mod logs;
mod man;
mod module_snapshot;
mod new;
mod plan;
mod processor;
mod ps;
mod publishers;
mod requests;
mod results;
mod retention;
mod run;
mod sarif;
mod schema;
mod serve;
mod serve_secure;
mod show;
mod signals;
mod support;
mod swiftshader;
mod templates;
mod validate;
mod wasi03;
mod webgpu;
mod webgpu_first;
