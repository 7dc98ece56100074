//! The two drafts of the interfaces.

use wasmtime::component::Resource;

use super::operations::{Bucket, Error, KeyValue, Swap};

mod first {
    wasmtime::component::bindgen!({
        path: "wit/keyvalue-draft",
        world: "wasi:keyvalue/imports",
        imports: { default: async | trappable },
        with: { "wasi:keyvalue/store.bucket": crate::component::key_value::operations::Bucket },
        trappable_error_type: {
            "wasi:keyvalue/store.error" => crate::component::key_value::operations::Error,
        },
    });
}

mod second {
    wasmtime::component::bindgen!({
        path: "wit/keyvalue-draft2",
        world: "wasi:keyvalue/imports",
        imports: { default: async | trappable },
        with: {
            "wasi:keyvalue/store.bucket": crate::component::key_value::operations::Bucket,
            "wasi:keyvalue/atomics.cas": crate::component::key_value::operations::Swap,
        },
        trappable_error_type: {
            "wasi:keyvalue/store.error" => crate::component::key_value::operations::Error,
        },
    });
}

pub(super) use first::wasi::keyvalue as draft;
pub(super) use second::wasi::keyvalue as draft2;

/// Where a page of keys ends, as a draft has it.
trait Cursor: Sized {
    fn of(place: u64) -> Self;
    fn place(self) -> Result<u64, Error>;
}

impl Cursor for u64 {
    fn of(place: u64) -> u64 {
        place
    }

    fn place(self) -> Result<u64, Error> {
        Ok(self)
    }
}

impl Cursor for String {
    fn of(place: u64) -> String {
        place.to_string()
    }

    fn place(self) -> Result<u64, Error> {
        self.parse().map_err(|_| Error::Other("no list of this store gave such a cursor".to_owned()))
    }
}

/// What the drafts have in common.
macro_rules! front {
    ($draft:ident, $cursor:ty) => {
        impl $draft::store::Host for KeyValue<'_> {
            async fn open(&mut self, identifier: String) -> Result<Resource<Bucket>, Error> {
                KeyValue::open(self, &identifier).await
            }

            fn convert_error(&mut self, error: Error) -> wasmtime::Result<$draft::store::Error> {
                match error {
                    Error::NoSuchStore => Ok($draft::store::Error::NoSuchStore),
                    Error::Other(why) => Ok($draft::store::Error::Other(why)),
                    Error::Trap(error) => Err(error),
                }
            }
        }

        impl $draft::store::HostBucket for KeyValue<'_> {
            async fn get(&mut self, bucket: Resource<Bucket>, key: String) -> Result<Option<Vec<u8>>, Error> {
                KeyValue::get(self, &bucket, &key).await
            }

            async fn set(
                &mut self,
                bucket: Resource<Bucket>,
                key: String,
                value: Vec<u8>,
            ) -> Result<(), Error> {
                KeyValue::set(self, &bucket, &key, &value).await
            }

            async fn delete(&mut self, bucket: Resource<Bucket>, key: String) -> Result<(), Error> {
                KeyValue::delete(self, &bucket, &key).await
            }

            async fn exists(&mut self, bucket: Resource<Bucket>, key: String) -> Result<bool, Error> {
                KeyValue::exists(self, &bucket, &key).await
            }

            async fn list_keys(
                &mut self,
                bucket: Resource<Bucket>,
                cursor: Option<$cursor>,
            ) -> Result<$draft::store::KeyResponse, Error> {
                let after = cursor.map_or(Ok(0), Cursor::place)?;
                let page = KeyValue::keys(self, &bucket, after).await?;
                Ok($draft::store::KeyResponse { keys: page.keys, cursor: page.next.map(Cursor::of) })
            }

            async fn drop(&mut self, bucket: Resource<Bucket>) -> wasmtime::Result<()> {
                self.close(bucket).map_err(trap)
            }
        }

        impl $draft::batch::Host for KeyValue<'_> {
            async fn get_many(
                &mut self,
                bucket: Resource<Bucket>,
                keys: Vec<String>,
            ) -> Result<Vec<Option<(String, Vec<u8>)>>, Error> {
                KeyValue::get_many(self, &bucket, keys).await
            }

            async fn set_many(
                &mut self,
                bucket: Resource<Bucket>,
                entries: Vec<(String, Vec<u8>)>,
            ) -> Result<(), Error> {
                KeyValue::set_many(self, &bucket, &entries).await
            }

            async fn delete_many(
                &mut self,
                bucket: Resource<Bucket>,
                keys: Vec<String>,
            ) -> Result<(), Error> {
                KeyValue::delete_many(self, &bucket, &keys).await
            }
        }
    };
}

front!(draft, u64);
front!(draft2, String);

impl draft::atomics::Host for KeyValue<'_> {
    async fn increment(&mut self, bucket: Resource<Bucket>, key: String, delta: u64) -> Result<u64, Error> {
        let range = 0..=i128::from(u64::MAX);
        let sum = KeyValue::increment(self, &bucket, &key, delta.into(), range).await?;
        // Within the range.
        Ok(u64::try_from(sum).unwrap_or(u64::MAX))
    }
}

impl draft2::atomics::Host for KeyValue<'_> {
    async fn increment(&mut self, bucket: Resource<Bucket>, key: String, delta: i64) -> Result<i64, Error> {
        let range = i128::from(i64::MIN)..=i128::from(i64::MAX);
        let sum = KeyValue::increment(self, &bucket, &key, delta.into(), range).await?;
        // Within the range.
        Ok(i64::try_from(sum).unwrap_or(i64::MAX))
    }

    async fn swap(
        &mut self,
        swap: Resource<Swap>,
        value: Vec<u8>,
    ) -> wasmtime::Result<Result<(), draft2::atomics::CasError>> {
        Ok(match KeyValue::swap(self, swap, &value).await {
            Ok(None) => Ok(()),
            Ok(Some(again)) => Err(draft2::atomics::CasError::CasFailed(again)),
            Err(error) => {
                let error = draft2::store::Host::convert_error(self, error)?;
                Err(draft2::atomics::CasError::StoreError(error))
            }
        })
    }
}

impl draft2::atomics::HostCas for KeyValue<'_> {
    async fn new(&mut self, bucket: Resource<Bucket>, key: String) -> Result<Resource<Swap>, Error> {
        self.new_swap(&bucket, key).await
    }

    async fn current(&mut self, swap: Resource<Swap>) -> Result<Option<Vec<u8>>, Error> {
        KeyValue::current(self, &swap).await
    }

    async fn drop(&mut self, swap: Resource<Swap>) -> wasmtime::Result<()> {
        self.drop_swap(swap).map_err(trap)
    }
}

/// What can go wrong when a guest gives back what it does not have.
fn trap(error: Error) -> wasmtime::Error {
    match error {
        Error::Trap(error) => error,
        Error::NoSuchStore => wasmtime::Error::msg("there is no such store"),
        Error::Other(why) => wasmtime::Error::msg(why),
    }
}
