//! Sets of queries, and which of them were written: a driver that is asked for another one waits for ever.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Resource;
use super::command::Command;
use crate::gpu::Error;

/// A set of queries.
#[derive(Debug)]
pub(in crate::gpu) struct Queries {
    pub(super) set: wgpu::QuerySet,
    /// Which of them were written by what was submitted.
    written: Mutex<Vec<bool>>,
}

/// Which queries are written when commands are done.
pub(super) struct Written<'a>(HashMap<usize, (&'a Queries, Vec<bool>)>);

impl Queries {
    pub(in crate::gpu) fn new(set: wgpu::QuerySet, count: u32) -> Queries {
        Queries { set, written: Mutex::new(vec![false; count as usize]) }
    }
}

impl<'a> Written<'a> {
    /// Which queries are written when these commands are done.
    ///
    /// # Errors
    /// One is resolved before it is written.
    pub(super) fn by(commands: &'a [Command]) -> Result<Written<'a>, Error> {
        let mut sets = HashMap::new();
        for command in commands {
            match command {
                Command::Begin(Some(stamps)) => {
                    let written = of(&mut sets, &stamps.set);
                    for index in [stamps.begin, stamps.end].into_iter().flatten() {
                        if let Some(written) = written.get_mut(index as usize) {
                            *written = true;
                        }
                    }
                }
                Command::Resolve { set, first, count, .. } => {
                    let written = of(&mut sets, set);
                    let asked = written.iter().skip(*first as usize).take(*count as usize);
                    if let Some(index) = asked.into_iter().position(|written| !written) {
                        let index = *first as usize + index;
                        let text =
                            format!("the query {index} is resolved, and no pass before has written it");
                        return Err(Error::validation(text));
                    }
                }
                _ => {}
            }
        }
        Ok(Written(sets))
    }

    /// Notes that the commands are submitted.
    pub(super) fn note(self) {
        for (queries, written) in self.0.into_values() {
            *queries.written.lock().unwrap_or_else(PoisonError::into_inner) = written;
        }
    }
}

fn of<'a, 'b>(
    sets: &'b mut HashMap<usize, (&'a Queries, Vec<bool>)>,
    set: &'a Arc<Resource<Queries>>,
) -> &'b mut Vec<bool> {
    let key = Arc::as_ptr(set).addr();
    let before = || set.written.lock().unwrap_or_else(PoisonError::into_inner).clone();
    &mut sets.entry(key).or_insert_with(|| (&**set, before())).1
}
