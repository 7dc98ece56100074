//! A guest that calls what the test tells it to: a module whose functions hand on what they are called with.

use std::time::Duration;

use dayfly_host_api::gpu::{Context, Errno, Gpus, Isolation, Program, Quotas, abi};
use wasmtime::{Engine, Instance, Linker, Memory, Module, Store, Val};

/// Where the guest's memory ends.
pub(crate) const END: u32 = 64 << 16;

/// Where texts and lists of the test are put.
const SCRATCH: u32 = 0x10_0000;
/// Where answers go.
pub(crate) const OUT: u32 = 0x20_0000;

/// Where drivers run: `DAYFLY_TESTS_ISOLATION=process` has all tests compute in processes of their own.
pub(crate) fn isolation() -> Isolation {
    match std::env::var_os("DAYFLY_TESTS_ISOLATION").is_some_and(|value| value == "process") {
        true => Isolation::Process(this()),
        false => Isolation::None,
    }
}

/// The tests themselves, as a program that runs drivers.
pub(crate) fn this() -> Program {
    let arguments =
        ["--exact", "guest::is_a_worker_where_it_is_started_as_one", "--nocapture", "--test-threads=1"];
    arguments.into_iter().fold(Program::this().unwrap(), Program::argument)
}

#[test]
fn is_a_worker_where_it_is_started_as_one() {
    dayfly_host_api::gpu::worker();
}

pub(crate) struct Guest {
    store: Store<Context>,
    instance: Instance,
    memory: Memory,
    runtime: tokio::runtime::Runtime,
    dies: bool,
}

/// A module that hands every function on, and has a memory.
fn module() -> String {
    let wasm = |ty: &str| if ["u32", "i32"].contains(&ty) { "i32" } else { "i64" };
    let mut text = String::from("(module\n");
    for function in abi::FUNCTIONS {
        let parameters: Vec<&str> = function.parameters.iter().map(|(_, ty)| wasm(ty)).collect();
        let (name, parameters) = (function.name, parameters.join(" "));
        let result = wasm(function.returns);
        text += &format!(
            "(import \"{}\" \"{name}\" (func ${name} (param {parameters}) (result {result})))\n",
            abi::MODULE
        );
    }
    text += &format!("(memory (export \"memory\") {})\n", END >> 16);
    for function in abi::FUNCTIONS {
        let parameters: Vec<&str> = function.parameters.iter().map(|(_, ty)| wasm(ty)).collect();
        let gets: String = (0..parameters.len()).map(|index| format!("(local.get {index})")).collect();
        let (name, parameters, result) = (function.name, parameters.join(" "), wasm(function.returns));
        text += &format!(
            "(func (export \"{name}\") (param {parameters}) (result {result}) (call ${name} {gets}))\n"
        );
    }
    text + ")"
}

impl Guest {
    /// A guest with one GPU of these.
    pub(crate) fn on(gpus: &Gpus) -> Guest {
        Guest::with(Context::new(gpus.reserve(1).expect("there is a GPU that nobody has")))
    }

    /// One with an adapter that does nothing.
    pub(crate) fn noop() -> Guest {
        Guest::on(&Gpus::isolated_noop(Quotas::default(), isolation()))
    }

    pub(crate) fn with(context: Context) -> Guest {
        let engine = Engine::default();
        let module = Module::new(&engine, wat::parse_str(module()).unwrap()).unwrap();
        let mut linker = Linker::new(&engine);
        abi::add_to_linker(&mut linker, |context: &mut Context| context).unwrap();
        let mut store = Store::new(&engine, context);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let instance = runtime.block_on(linker.instantiate_async(&mut store, &module)).unwrap();
        let memory = instance.get_memory(&mut store, "memory").unwrap();
        Guest { store, instance, memory, runtime, dies: false }
    }

    /// Calls a function; no call ends the guest.
    pub(crate) fn call(&mut self, name: &str, arguments: &[i64]) -> i64 {
        let values = values(name, arguments);
        let function = self.instance.get_func(&mut self.store, name).unwrap();
        let mut results = [Val::I32(0)];
        self.runtime.block_on(function.call_async(&mut self.store, &values, &mut results)).unwrap();
        match results[0] {
            Val::I32(value) => value.into(),
            Val::I64(value) => value,
            _ => unreachable!(),
        }
    }

    /// Calls a function that has to do well.
    pub(crate) fn ok(&mut self, name: &str, arguments: &[i64]) -> i64 {
        let given = self.call(name, arguments);
        assert!(given >= 0, "{name} {arguments:?}: {given}: {}", self.last_error());
        given
    }

    /// Calls a function that has to fail like this, and gives why.
    pub(crate) fn fails(&mut self, errno: Errno, name: &str, arguments: &[i64]) -> String {
        let given = self.call(name, arguments);
        let why = self.last_error();
        assert_eq!(given, i64::from(errno.code()), "{name} {arguments:?}: {why}");
        assert!(!why.is_empty(), "{name} does not say why it fails");
        why
    }

    pub(crate) fn last_error(&mut self) -> String {
        let length = self.call("gpu_last_error", &[OUT.into(), 4096]);
        String::from_utf8(self.get(OUT, length as usize)).unwrap()
    }

    pub(crate) fn put(&mut self, at: u32, bytes: &[u8]) {
        self.memory.write(&mut self.store, at as usize, bytes).unwrap();
    }

    pub(crate) fn get(&mut self, at: u32, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.memory.read(&self.store, at as usize, &mut bytes).unwrap();
        bytes
    }

    pub(crate) fn u64s(&mut self, at: u32, count: usize) -> Vec<u64> {
        let bytes = self.get(at, count * 8);
        bytes.chunks_exact(8).map(|bytes| u64::from_le_bytes(bytes.try_into().unwrap())).collect()
    }

    pub(crate) fn u32s(&mut self, at: u32, count: usize) -> Vec<u32> {
        let bytes = self.get(at, count * 4);
        bytes.chunks_exact(4).map(|bytes| u32::from_le_bytes(bytes.try_into().unwrap())).collect()
    }

    pub(crate) fn context(&mut self) -> &mut Context {
        self.store.data_mut()
    }

    /// Has the guest end, as who runs it does.
    pub(crate) fn end(&mut self) {
        self.runtime.block_on(self.store.data_mut().end());
    }

    /// Is gone, and has nobody wait for what it had.
    pub(crate) fn die(mut self) {
        self.dies = true;
    }

    /// Calls a function, and gives it up after so long. True where it was done by then.
    pub(crate) fn call_for(&mut self, time: Duration, name: &str, arguments: &[i64]) -> bool {
        let values = values(name, arguments);
        let function = self.instance.get_func(&mut self.store, name).unwrap();
        let mut results = [Val::I32(0)];
        let call = function.call_async(&mut self.store, &values, &mut results);
        self.runtime.block_on(async { tokio::time::timeout(time, call).await.is_ok() })
    }

    pub(crate) fn device(&mut self) -> i64 {
        self.ok("device_open", &[0, 0, 0])
    }

    /// A device with these features, and limits.
    pub(crate) fn device_with(&mut self, features: u64, limits: &[(u32, u64)]) -> i64 {
        let length = self.describe(features, limits);
        let device = self.open(length);
        assert!(device > 0, "{}", self.last_error());
        device
    }

    /// Puts a description of a device there; gives its length.
    pub(crate) fn describe(&mut self, features: u64, limits: &[(u32, u64)]) -> i64 {
        let mut bytes = features.to_le_bytes().to_vec();
        bytes.extend((limits.len() as u64).to_le_bytes());
        for (number, value) in limits {
            bytes.extend(u64::from(*number).to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        self.put(SCRATCH, &bytes);
        bytes.len() as i64
    }

    /// Opens a device that was described; gives its handle, or why there is none.
    pub(crate) fn open(&mut self, length: i64) -> i64 {
        self.call("device_open", &[0, SCRATCH.into(), length])
    }

    pub(crate) fn shader(&mut self, device: i64, text: &str) -> i64 {
        self.put(SCRATCH, text.as_bytes());
        self.ok("shader_create", &[device, SCRATCH.into(), text.len() as i64])
    }

    pub(crate) fn shader_fails(&mut self, errno: Errno, device: i64, text: &str) -> String {
        self.put(SCRATCH, text.as_bytes());
        self.fails(errno, "shader_create", &[device, SCRATCH.into(), text.len() as i64])
    }

    pub(crate) fn pipeline(&mut self, device: i64, text: &str) -> i64 {
        let shader = self.shader(device, text);
        self.ok("pipeline_create", &[device, shader, 0, 0, 0, 0, 0])
    }

    /// A buffer for storage and copies, with these numbers.
    pub(crate) fn buffer_of(&mut self, device: i64, numbers: &[u32]) -> i64 {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        let buffer =
            self.ok("buffer_create", &[device, bytes.len() as i64, STORAGE | COPY_SRC | COPY_DST | INDIRECT]);
        self.put(SCRATCH, &bytes);
        self.ok("buffer_write", &[buffer, 0, SCRATCH.into(), bytes.len() as i64]);
        buffer
    }

    pub(crate) fn read(&mut self, buffer: i64, count: usize) -> Vec<u32> {
        self.ok("buffer_read", &[buffer, 0, OUT.into(), count as i64 * 4]);
        self.u32s(OUT, count)
    }

    /// Binds whole buffers in order, to what a pipeline has for its first group.
    pub(crate) fn group(&mut self, device: i64, pipeline: i64, buffers: &[i64]) -> i64 {
        let layout = self.ok("pipeline_get_layout", &[pipeline, 0]);
        let entries = self.entries(buffers);
        self.ok("bind_group", &[device, layout, entries, buffers.len() as i64])
    }

    /// Puts the entries of a group there.
    pub(crate) fn entries(&mut self, buffers: &[i64]) -> i64 {
        let mut entries = Vec::new();
        for (binding, buffer) in buffers.iter().enumerate() {
            entries.extend((binding as u32).to_le_bytes());
            entries.extend((*buffer as u32).to_le_bytes());
            entries.extend([0; 16]);
        }
        self.put(SCRATCH, &entries);
        SCRATCH.into()
    }

    /// Dispatches once, and submits that; gives the number of the submission.
    pub(crate) fn dispatch(&mut self, device: i64, pipeline: i64, group: i64, groups: [i64; 3]) -> i64 {
        let encoder = self.ok("encoder", &[device]);
        let pass = self.ok("pass_begin", &[encoder, 0, -1, -1]);
        self.ok("pass_pipeline", &[pass, pipeline]);
        self.ok("pass_bind", &[pass, 0, group, 0, 0]);
        self.ok("pass_dispatch", &[pass, groups[0], groups[1], groups[2]]);
        self.ok("pass_end", &[pass]);
        self.ok("submit", &[encoder, OUT.into()]);
        self.u64s(OUT, 1)[0] as i64
    }
}

/// A test that ends, and its process with it, would take the driver down under the threads that are in it.
impl Drop for Guest {
    fn drop(&mut self) {
        if !self.dies {
            self.end();
        }
    }
}

pub(crate) const COPY_SRC: i64 = 4;
pub(crate) const COPY_DST: i64 = 8;
pub(crate) const UNIFORM: i64 = 0x40;
pub(crate) const STORAGE: i64 = 0x80;
pub(crate) const INDIRECT: i64 = 0x100;
pub(crate) const RESOLVE: i64 = 0x200;

/// What a function is called with, by the types that it is described with.
fn values(name: &str, arguments: &[i64]) -> Vec<Val> {
    let described = abi::FUNCTIONS.iter().find(|function| function.name == name).expect(name);
    assert_eq!(described.parameters.len(), arguments.len(), "{name}");
    let value = |((_, ty), &value): (&(&str, &str), &i64)| match ty.ends_with("32") {
        true => Val::I32(value as i32),
        false => Val::I64(value),
    };
    described.parameters.iter().zip(arguments).map(value).collect()
}
