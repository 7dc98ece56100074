//! How much a template may do.

/// Texts, actions and blocks of a template.
pub(super) const NODES: usize = 200_000;

/// Blocks inside one another, templates that call one another counted in.
pub(super) const DEPTH: usize = 100;

/// Parentheses inside one another.
pub(super) const PARENTHESES: usize = 30;

/// Variables that are known in one place.
pub(super) const VARIABLES: usize = 1000;

/// Bytes of a text that a function gives.
pub(super) const TEXT: usize = 16 << 20;

/// Bytes of the rendered file.
pub(super) const OUTPUT: usize = 64 << 20;

/// What rendering may cost in all: a byte read or written costs one, a step [`STEP`].
pub(super) const COST: usize = 256 << 20;

/// What one step costs.
pub(super) const STEP: usize = 256;

/// Names that one finding lists.
pub(super) const NAMES: usize = 12;

/// Names that are unknown, or variables that are missing, of which each gives a finding.
pub(super) const FAULTS: usize = 100;
