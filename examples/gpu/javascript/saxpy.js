/** Adds two lists of numbers on a GPU, `y = 3 * x + y`, and checks all of them. */

import { getGpu, GpuBufferUsage, GpuMapMode } from 'wasi:webgpu/webgpu@0.0.1';

const COUNT = 1000;

const SHADER = `
@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(1) var<storage, read_write> y: array<u32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    if id.x < arrayLength(&y) { y[id.x] = 3u * x[id.x] + y[id.x]; }
}`;

/** A buffer with these numbers. */
function upload(device, numbers) {
  const usage = GpuBufferUsage.storage() | GpuBufferUsage.copySrc() | GpuBufferUsage.copyDst();
  const buffer = device.createBuffer({ size: BigInt(numbers.byteLength), usage });
  device.queue().writeBufferWithCopy(buffer, 0n, new Uint8Array(numbers.buffer));
  return buffer;
}

/** The numbers of a buffer. */
function download(device, buffer) {
  const size = buffer.size();
  const usage = GpuBufferUsage.mapRead() | GpuBufferUsage.copyDst();
  const staging = device.createBuffer({ size, usage });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0n, staging, 0n, size);
  device.queue().submit([encoder.finish()]);
  // This waits until it is there.
  staging.mapAsync(GpuMapMode.read());
  const bytes = staging.getMappedRangeGetWithCopy();
  staging.unmap();
  return new Uint32Array(bytes.slice().buffer);
}

function compute(device, x, y) {
  const module = device.createShaderModule({ code: SHADER });
  const pipeline = device.createComputePipeline({ compute: { module }, layout: { tag: 'auto' } });
  const entries = [x, y].map((buffer, binding) => ({
    binding,
    resource: { tag: 'gpu-buffer-binding', val: { buffer } },
  }));
  const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(Math.ceil(COUNT / 64));
  pass.end();
  device.queue().submit([encoder.finish()]);
}

function saxpy() {
  const adapter = getGpu().requestAdapter();
  if (!adapter) throw new Error('no GPU is granted: `Resources.GPU`, or --gpu 1, would grant one');
  const device = adapter.requestDevice();
  device.pushErrorScope('validation');
  const x = Uint32Array.from({ length: COUNT }, (_, index) => index);
  const y = Uint32Array.from({ length: COUNT }, (_, index) => index * index);
  const [xs, ys] = [upload(device, x), upload(device, y)];
  compute(device, xs, ys);
  const result = download(device, ys);
  const error = device.popErrorScope();
  if (error) throw new Error(error.message());
  const right = result.filter((number, index) => number === 3 * x[index] + y[index]).length;
  console.log(`${right} of ${COUNT} numbers are right`);
  if (right !== COUNT) throw new Error('the others are wrong');
}

export const run = {
  run() {
    try {
      saxpy();
    } catch (error) {
      // What is thrown from here only says that it failed.
      console.error(`${error}`);
      throw undefined;
    }
  },
};
