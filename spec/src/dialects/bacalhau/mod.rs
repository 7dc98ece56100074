//! Bacalhau's job files. The legacy form stands beside the current one.

pub(super) mod current;
