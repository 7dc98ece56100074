//! Records: values by names, as WIT has none.

use wasmtime::Result;
use wasmtime::component::Resource;

use super::Front;
use super::bindings;
use super::label::dropped;
use super::things::{Constants, Record, Sizes};

/// What a value takes besides its name, in bytes.
const ENTRY: usize = 128;

macro_rules! record {
    ($host:path, $record:ident, $value:ty) => {
        impl $host for Front<'_> {
            fn new(&mut self) -> Result<Resource<$record>> {
                self.add($record::default())
            }

            fn add(&mut self, record: Resource<$record>, key: String, value: $value) -> Result<()> {
                let taken = self.gpu().text(key.len().saturating_add(ENTRY))?;
                self.get_mut(&record)?.0.insert(key, (value, taken));
                Ok(())
            }

            fn get(&mut self, record: Resource<$record>, key: String) -> Result<Option<$value>> {
                Ok(Front::get(self, &record)?.0.get(&key).map(|(value, _)| *value))
            }

            fn has(&mut self, record: Resource<$record>, key: String) -> Result<bool> {
                Ok(Front::get(self, &record)?.0.contains_key(&key))
            }

            fn remove(&mut self, record: Resource<$record>, key: String) -> Result<()> {
                self.get_mut(&record)?.0.remove(&key);
                Ok(())
            }

            fn keys(&mut self, record: Resource<$record>) -> Result<Vec<String>> {
                Ok(Front::get(self, &record)?.0.keys().cloned().collect())
            }

            fn values(&mut self, record: Resource<$record>) -> Result<Vec<$value>> {
                Ok(Front::get(self, &record)?.0.values().map(|(value, _)| *value).collect())
            }

            fn entries(&mut self, record: Resource<$record>) -> Result<Vec<(String, $value)>> {
                let all = &Front::get(self, &record)?.0;
                Ok(all.iter().map(|(key, (value, _))| (key.clone(), *value)).collect())
            }

            dropped!($record);
        }
    };
}

record!(bindings::first::HostRecordGpuPipelineConstantValue, Constants, f64);
record!(bindings::first::HostRecordOptionGpuSize64, Sizes, Option<u64>);
#[cfg(feature = "wasi03")]
record!(bindings::later::HostRecordGpuPipelineConstantValue, Constants, f64);
#[cfg(feature = "wasi03")]
record!(bindings::later::HostRecordOptionGpuSize64, Sizes, Option<u64>);

impl Front<'_> {
    /// Takes the values of constants.
    pub(super) fn constants(&mut self, constants: Option<Resource<Constants>>) -> Result<Record<f64>> {
        Ok(match constants {
            Some(constants) => self.table().delete(constants)?.0,
            None => Record::new(),
        })
    }

    /// Drops what goes with the description of something that is not made.
    pub(super) fn forget(
        &mut self,
        all: impl IntoIterator<Item = Option<Resource<Constants>>>,
    ) -> Result<()> {
        all.into_iter().try_for_each(|constants| self.constants(constants).map(drop))
    }
}
