//! Records: values by names, as WIT has none.

use std::collections::BTreeMap;

use wasmtime::component::Resource;
use wasmtime::{Result, bail};

use super::Front;
use super::bindings::wasi::webgpu::webgpu::{HostRecordGpuPipelineConstantValue, HostRecordOptionGpuSize64};
use super::label::dropped;
use super::things::{Constants, Sizes};

/// The most names of a record, and the most bytes of one.
const MOST: usize = 1_024;

macro_rules! record {
    ($host:ident, $record:ident, $value:ty) => {
        impl $host for Front<'_> {
            fn new(&mut self) -> Result<Resource<$record>> {
                self.add($record::default())
            }

            fn add(&mut self, record: Resource<$record>, key: String, value: $value) -> Result<()> {
                insert(&mut self.get_mut(&record)?.0, key, value)
            }

            fn get(&mut self, record: Resource<$record>, key: String) -> Result<Option<$value>> {
                Ok(Front::get(self, &record)?.0.get(&key).copied())
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
                Ok(Front::get(self, &record)?.0.values().copied().collect())
            }

            fn entries(&mut self, record: Resource<$record>) -> Result<Vec<(String, $value)>> {
                let all = &Front::get(self, &record)?.0;
                Ok(all.iter().map(|(key, value)| (key.clone(), *value)).collect())
            }

            dropped!($record);
        }
    };
}

record!(HostRecordGpuPipelineConstantValue, Constants, f64);
record!(HostRecordOptionGpuSize64, Sizes, Option<u64>);

fn insert<V>(record: &mut BTreeMap<String, V>, key: String, value: V) -> Result<()> {
    if record.len() >= MOST && !record.contains_key(&key) || key.len() > MOST {
        bail!("a record has at most {MOST} names, of {MOST} bytes");
    }
    record.insert(key, value);
    Ok(())
}

impl Front<'_> {
    /// Takes the values of constants.
    pub(super) fn constants(&mut self, constants: Option<Resource<Constants>>) -> Result<Vec<(String, f64)>> {
        Ok(match constants {
            Some(constants) => self.table().delete(constants)?.0.into_iter().collect(),
            None => Vec::new(),
        })
    }
}
