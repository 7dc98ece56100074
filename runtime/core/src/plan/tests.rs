//! Plans of jobs for which there is no executor, and for one that tells nothing.
