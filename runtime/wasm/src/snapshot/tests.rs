//! Modules that are initialised, and start again.
