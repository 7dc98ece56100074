//! What a guest's calls for a GPU cost the host: recording and submitting 1,000 dispatches, calls that do nothing, and 4 MiB on
//! their way, as a core module does them and as a native program does by the same wgpu.
//!
//! By an adapter that does nothing (`noop`), where what is left is the way there, and by the first of this machine.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench fails loudly, and criterion's macros document nothing"
)]

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use dayfly_host_api::gpu::{Allowed, Context, Gpus, Quotas, abi};
use tokio::runtime::Runtime;
use wasmtime::{Engine, Instance, Linker, Module, Store, TypedFunc};

/// Dispatches of a submission, and calls that do nothing.
const COUNT: u64 = 1_000;
/// Bytes on their way.
const BYTES: u64 = 4 << 20;

const SHADER: &str = "@group(0) @binding(0) var<storage, read_write> data: array<u32>;
@compute @workgroup_size(1) fn main() { data[0] += 1u; }";

/// A guest that makes what it needs once, and then does one thing at a time.
const GUEST: &str = r#"(module
    (import "dayfly:gpu/v1" "device_open" (func $open (param i32 i32 i32) (result i32)))
    (import "dayfly:gpu/v1" "device_status" (func $status (param i32) (result i32)))
    (import "dayfly:gpu/v1" "buffer_create" (func $buffer (param i32 i64 i32) (result i32)))
    (import "dayfly:gpu/v1" "buffer_write" (func $write (param i32 i64 i32 i32) (result i32)))
    (import "dayfly:gpu/v1" "buffer_read" (func $read (param i32 i64 i32 i32) (result i32)))
    (import "dayfly:gpu/v1" "shader_create" (func $shader (param i32 i32 i32) (result i32)))
    (import "dayfly:gpu/v1" "pipeline_create" (func $pipeline (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
    (import "dayfly:gpu/v1" "pipeline_get_layout" (func $layout (param i32 i32) (result i32)))
    (import "dayfly:gpu/v1" "bind_group" (func $group (param i32 i32 i32 i32) (result i32)))
    (import "dayfly:gpu/v1" "encoder" (func $encoder (param i32) (result i32)))
    (import "dayfly:gpu/v1" "pass_begin" (func $begin (param i32 i32 i32 i32) (result i32)))
    (import "dayfly:gpu/v1" "pass_pipeline" (func $use (param i32 i32) (result i32)))
    (import "dayfly:gpu/v1" "pass_bind" (func $bind (param i32 i32 i32 i32 i32) (result i32)))
    (import "dayfly:gpu/v1" "pass_dispatch" (func $dispatch (param i32 i32 i32 i32) (result i32)))
    (import "dayfly:gpu/v1" "pass_end" (func $end (param i32) (result i32)))
    (import "dayfly:gpu/v1" "submit" (func $submit (param i32 i32) (result i32)))
    (import "dayfly:gpu/v1" "wait" (func $wait (param i32 i64 i64) (result i32)))
    (memory (export "memory") 80)
    (global $device (mut i32) (i32.const 0))
    (global $data (mut i32) (i32.const 0))
    (global $program (mut i32) (i32.const 0))
    (global $bound (mut i32) (i32.const 0))
    (func $well (param i32) (result i32)
        (if (i32.lt_s (local.get 0) (i32.const 0)) (then (unreachable)))
        (local.get 0))
    (func (export "setup") (param $length i32)
        (global.set $device (call $well (call $open (i32.const 0) (i32.const 0) (i32.const 0))))
        (global.set $data (call $well (call $buffer (global.get $device) (i64.const BYTES) (i32.const 0x8c))))
        (global.set $program (call $well (call $pipeline (global.get $device)
            (call $well (call $shader (global.get $device) (i32.const 0) (local.get $length)))
            (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))
        ;; An entry: binding 0, the buffer, all of it.
        (i32.store (i32.const 4100) (global.get $data))
        (global.set $bound (call $well (call $group (global.get $device)
            (call $well (call $layout (global.get $program) (i32.const 0))) (i32.const 4096) (i32.const 1)))))
    (func (export "dispatches") (param $count i32) (local $encoder i32) (local $pass i32)
        (local.set $encoder (call $well (call $encoder (global.get $device))))
        (local.set $pass (call $well
            (call $begin (local.get $encoder) (i32.const 0) (i32.const -1) (i32.const -1))))
        (loop $next
            (drop (call $well (call $use (local.get $pass) (global.get $program))))
            (drop (call $well (call $bind (local.get $pass) (i32.const 0) (global.get $bound) (i32.const 0) (i32.const 0))))
            (drop (call $well (call $dispatch (local.get $pass) (i32.const 1) (i32.const 1) (i32.const 1))))
            (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
        (drop (call $well (call $end (local.get $pass))))
        (drop (call $well (call $submit (local.get $encoder) (i32.const 0))))
        (drop (call $well (call $wait (global.get $device) (i64.const 0) (i64.const -1)))))
    (func (export "statuses") (param $count i32)
        (loop $next
            (drop (call $well (call $status (global.get $device))))
            (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
    (func (export "waits") (param $count i32)
        (loop $next
            (drop (call $well (call $wait (global.get $device) (i64.const 1) (i64.const -1))))
            (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
    (func (export "up") (param $length i32)
        (drop (call $well (call $write (global.get $data) (i64.const 0) (i32.const 8192) (local.get $length))))
        (drop (call $well (call $wait (global.get $device) (i64.const 0) (i64.const -1)))))
    (func (export "down") (param $length i32)
        (drop (call $well (call $read (global.get $data) (i64.const 0) (i32.const 8192) (local.get $length))))))"#;

struct Guest {
    store: Store<Context>,
    instance: Instance,
    runtime: Runtime,
}

impl Guest {
    fn new(gpus: &Gpus) -> Guest {
        let engine = Engine::default();
        let text = GUEST.replace("BYTES", &BYTES.to_string());
        let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
        let mut linker = Linker::new(&engine);
        abi::add_to_linker(&mut linker, |context: &mut Context| context).unwrap();
        let mut store = Store::new(&engine, Context::new(gpus.reserve(1).unwrap()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let instance = runtime.block_on(linker.instantiate_async(&mut store, &module)).unwrap();
        let memory = instance.get_memory(&mut store, "memory").unwrap();
        memory.write(&mut store, 0, SHADER.as_bytes()).unwrap();
        let mut guest = Guest { store, instance, runtime };
        guest.call("setup", SHADER.len() as u32);
        guest.call("dispatches", 1);
        guest
    }

    fn function(&mut self, name: &str) -> TypedFunc<u32, ()> {
        self.instance.get_typed_func(&mut self.store, name).unwrap()
    }

    fn call(&mut self, name: &str, argument: u32) {
        let function = self.function(name);
        self.runtime.block_on(function.call_async(&mut self.store, argument)).unwrap();
    }

    fn bench(&mut self, group: &mut BenchmarkGroup<'_, WallTime>, id: &str, name: &str, argument: u64) {
        let function = self.function(name);
        group.bench_function(id, |bencher| {
            bencher.iter(|| {
                self.runtime.block_on(function.call_async(&mut self.store, argument as u32)).unwrap();
            });
        });
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.runtime.block_on(self.store.data_mut().end());
    }
}

/// The same by wgpu itself.
struct Native {
    device: wgpu::Device,
    queue: wgpu::Queue,
    data: wgpu::Buffer,
    staging: wgpu::Buffer,
    program: wgpu::ComputePipeline,
    bound: wgpu::BindGroup,
}

impl Native {
    fn new(adapter: &wgpu::Adapter, runtime: &Runtime) -> Native {
        let opened = runtime.block_on(adapter.request_device(&wgpu::DeviceDescriptor::default()));
        let (device, queue) = opened.unwrap();
        let buffer = |usage| {
            device.create_buffer(&wgpu::BufferDescriptor {
                label: None,
                size: BYTES,
                usage,
                mapped_at_creation: false,
            })
        };
        let (copy_src, copy_dst) = (wgpu::BufferUsages::COPY_SRC, wgpu::BufferUsages::COPY_DST);
        let data = buffer(wgpu::BufferUsages::STORAGE | copy_src | copy_dst);
        let staging = buffer(wgpu::BufferUsages::MAP_READ | copy_dst);
        let source = wgpu::ShaderSource::Wgsl(SHADER.into());
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor { label: None, source });
        let program = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: None,
            layout: None,
            module: &module,
            entry_point: None,
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            cache: None,
        });
        let bound = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: None,
            layout: &program.get_bind_group_layout(0),
            entries: &[wgpu::BindGroupEntry { binding: 0, resource: data.as_entire_binding() }],
        });
        Native { device, queue, data, staging, program, bound }
    }

    fn submit(&self, record: impl FnOnce(&mut wgpu::CommandEncoder)) {
        let mut encoder = self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        record(&mut encoder);
        self.queue.submit([encoder.finish()]);
    }

    fn wait(&self) {
        self.device.poll(wgpu::PollType::wait_indefinitely()).unwrap();
    }

    fn dispatches(&self, count: u64) {
        self.submit(|encoder| {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            for _ in 0..count {
                pass.set_pipeline(&self.program);
                pass.set_bind_group(0, &self.bound, &[]);
                pass.dispatch_workgroups(1, 1, 1);
            }
        });
        self.wait();
    }

    fn up(&self, bytes: &[u8]) {
        self.queue.write_buffer(&self.data, 0, bytes);
        self.queue.submit([]);
        self.wait();
    }

    fn down(&self, bytes: &mut [u8]) {
        self.submit(|encoder| encoder.copy_buffer_to_buffer(&self.data, 0, &self.staging, 0, BYTES));
        let slice = self.staging.slice(..);
        slice.map_async(wgpu::MapMode::Read, |mapped| mapped.unwrap());
        self.wait();
        bytes.copy_from_slice(&slice.get_mapped_range().unwrap());
        self.staging.unmap();
    }
}

/// The first adapter of a backend.
fn adapter(backends: wgpu::Backends, runtime: &Runtime) -> Option<wgpu::Adapter> {
    let mut description = wgpu::InstanceDescriptor::new_without_display_handle();
    description.backends = backends;
    if backends == wgpu::Backends::NOOP {
        description.backend_options.noop = wgpu::NoopBackendOptions::enabled();
    }
    let instance = wgpu::Instance::new(description);
    runtime.block_on(instance.enumerate_adapters(backends)).into_iter().next()
}

fn beside(criterion: &mut Criterion, name: &str, gpus: &Gpus, backends: wgpu::Backends) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let Some(adapter) = adapter(backends, &runtime).filter(|_| gpus.count() > 0) else {
        println!("skipped: no adapter for {name} is here");
        return;
    };
    let native = Native::new(&adapter, &runtime);
    let mut guest = Guest::new(gpus);
    let mut group = criterion.benchmark_group(format!("gpu/{name}"));
    group.throughput(Throughput::Elements(COUNT));
    guest.bench(&mut group, "dispatches/guest", "dispatches", COUNT);
    group.bench_function("dispatches/native", |bencher| bencher.iter(|| native.dispatches(COUNT)));
    guest.bench(&mut group, "status/guest", "statuses", COUNT);
    guest.bench(&mut group, "wait for what is done/guest", "waits", COUNT);
    group.throughput(Throughput::Bytes(BYTES));
    let mut bytes = vec![1; BYTES as usize];
    guest.bench(&mut group, "up/guest", "up", BYTES);
    group.bench_function("up/native", |bencher| bencher.iter(|| native.up(&bytes)));
    guest.bench(&mut group, "down/guest", "down", BYTES);
    group.bench_function("down/native", |bencher| bencher.iter(|| native.down(&mut bytes)));
    group.finish();
}

fn gpu(criterion: &mut Criterion) {
    beside(criterion, "noop", &Gpus::noop(Quotas::default()), wgpu::Backends::NOOP);
    beside(criterion, "vulkan", &Gpus::new(Allowed::Software, Quotas::default()), wgpu::Backends::VULKAN);
}

criterion_group!(benches, gpu);
criterion_main!(benches);
