//! The functions, from a guest's numbers to what they mean.

mod commands;
mod data;
mod devices;
mod resources;

pub(super) use commands::*;
pub(super) use data::*;
pub(super) use devices::*;
pub(super) use resources::*;

use crate::gpu::Error;

type Result<T> = std::result::Result<T, Error>;
