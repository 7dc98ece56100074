;; y = 2 * x + y for a million numbers on the job's first GPU, by the interface that docs/gpu-abi.md describes. What comes
;; back is checked here: it prints `1048576 numbers are right`, or why not, and ends with 1.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "dayfly:gpu/v1" "device_open" (func $device_open (param i32 i32 i32) (result i32)))
  (import "dayfly:gpu/v1" "buffer_create" (func $buffer_create (param i32 i64 i32) (result i32)))
  (import "dayfly:gpu/v1" "buffer_write" (func $buffer_write (param i32 i64 i32 i32) (result i32)))
  (import "dayfly:gpu/v1" "buffer_read" (func $buffer_read (param i32 i64 i32 i32) (result i32)))
  (import "dayfly:gpu/v1" "shader_create" (func $shader_create (param i32 i32 i32) (result i32)))
  (import "dayfly:gpu/v1" "pipeline_create" (func $pipeline_create (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "dayfly:gpu/v1" "pipeline_get_layout" (func $get_layout (param i32 i32) (result i32)))
  (import "dayfly:gpu/v1" "bind_group" (func $bind_group (param i32 i32 i32 i32) (result i32)))
  (import "dayfly:gpu/v1" "encoder" (func $encoder (param i32) (result i32)))
  (import "dayfly:gpu/v1" "pass_begin" (func $pass_begin (param i32 i32 i32 i32) (result i32)))
  (import "dayfly:gpu/v1" "pass_pipeline" (func $pass_pipeline (param i32 i32) (result i32)))
  (import "dayfly:gpu/v1" "pass_bind" (func $pass_bind (param i32 i32 i32 i32 i32) (result i32)))
  (import "dayfly:gpu/v1" "pass_dispatch" (func $pass_dispatch (param i32 i32 i32 i32) (result i32)))
  (import "dayfly:gpu/v1" "pass_end" (func $pass_end (param i32) (result i32)))
  (import "dayfly:gpu/v1" "submit" (func $submit (param i32 i32) (result i32)))
  (import "dayfly:gpu/v1" "gpu_last_error" (func $last_error (param i32 i32) (result i32)))

  ;; Texts below 4096, room for an error from there on, the numbers from 64 KiB on: x, and y behind it.
  (memory (export "memory") 130)
  (global $x i32 (i32.const 65536))
  (global $y i32 (i32.const 4259840))
  (global $bytes i32 (i32.const 4194304))

  (data (i32.const 1024) "@group(0) @binding(0) var<storage, read> x: array<f32>;\n@group(0) @binding(1) var<storage, read_write> y: array<f32>;\n@compute @workgroup_size(256)\nfn main(@builtin(global_invocation_id) id: vec3u) {\n  y[id.x] = 2.0 * x[id.x] + y[id.x];\n}\n")
  (global $wgsl_length i32 (i32.const 239))
  (data (i32.const 2048) "1048576 numbers are right\n")
  (data (i32.const 2112) "a number is wrong\n")

  ;; Writes a text to a stream.
  (func $say (param $stream i32) (param $text i32) (param $length i32)
    (i32.store (i32.const 0) (local.get $text))
    (i32.store (i32.const 4) (local.get $length))
    (drop (call $fd_write (local.get $stream) (i32.const 0) (i32.const 1) (i32.const 8))))

  ;; What a call gave; one that failed ends the program with its text.
  (func $ok (param $given i32) (result i32)
    (local $length i32)
    (if (i32.lt_s (local.get $given) (i32.const 0))
      (then
        (local.set $length (call $last_error (i32.const 4096) (i32.const 4095)))
        (if (i32.gt_u (local.get $length) (i32.const 4095)) (then (local.set $length (i32.const 4095))))
        (i32.store8 (i32.add (i32.const 4096) (local.get $length)) (i32.const 10))
        (call $say (i32.const 2) (i32.const 4096) (i32.add (local.get $length) (i32.const 1)))
        (call $exit (i32.const 1))))
    (local.get $given))

  ;; A buffer with the numbers that stand there.
  (func $buffer_of (param $device i32) (param $at i32) (result i32)
    (local $buffer i32)
    ;; Storage, to be copied to and from.
    (local.set $buffer
      (call $ok (call $buffer_create (local.get $device) (i64.extend_i32_u (global.get $bytes)) (i32.const 0x8c))))
    (drop (call $ok (call $buffer_write (local.get $buffer) (i64.const 0) (local.get $at) (global.get $bytes))))
    (local.get $buffer))

  (func (export "_start")
    (local $i i32) (local $device i32) (local $x i32) (local $y i32)
    (local $pipeline i32) (local $group i32) (local $encoder i32) (local $pass i32)
    ;; x = i, y = 1
    (loop $next
      (f32.store (i32.add (global.get $x) (local.get $i)) (f32.convert_i32_u (i32.shr_u (local.get $i) (i32.const 2))))
      (f32.store (i32.add (global.get $y) (local.get $i)) (f32.const 1))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $i) (global.get $bytes))))

    (local.set $device (call $ok (call $device_open (i32.const 0) (i32.const 0) (i32.const 0))))
    (local.set $x (call $buffer_of (local.get $device) (global.get $x)))
    (local.set $y (call $buffer_of (local.get $device) (global.get $y)))
    (local.set $pipeline
      (call $ok
        (call $pipeline_create
          (local.get $device)
          (call $ok (call $shader_create (local.get $device) (i32.const 1024) (global.get $wgsl_length)))
          (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))

    ;; Two bindings of 24 bytes: the number, the buffer, from where on and how much, which is all.
    (i32.store (i32.const 100) (local.get $x))
    (i32.store (i32.const 120) (i32.const 1))
    (i32.store (i32.const 124) (local.get $y))
    (local.set $group
      (call $ok
        (call $bind_group
          (local.get $device)
          (call $ok (call $get_layout (local.get $pipeline) (i32.const 0)))
          (i32.const 96) (i32.const 2))))

    (local.set $encoder (call $ok (call $encoder (local.get $device))))
    (local.set $pass (call $ok (call $pass_begin (local.get $encoder) (i32.const 0) (i32.const -1) (i32.const -1))))
    (drop (call $ok (call $pass_pipeline (local.get $pass) (local.get $pipeline))))
    (drop (call $ok (call $pass_bind (local.get $pass) (i32.const 0) (local.get $group) (i32.const 0) (i32.const 0))))
    (drop (call $ok (call $pass_dispatch (local.get $pass) (i32.const 4096) (i32.const 1) (i32.const 1))))
    (drop (call $ok (call $pass_end (local.get $pass))))
    (drop (call $ok (call $submit (local.get $encoder) (i32.const 0))))
    (drop (call $ok (call $buffer_read (local.get $y) (i64.const 0) (global.get $y) (global.get $bytes))))

    ;; Each is 2 * i + 1, which a float of 32 bits holds exactly.
    (local.set $i (i32.const 0))
    (loop $next
      (if
        (f32.ne
          (f32.load (i32.add (global.get $y) (local.get $i)))
          (f32.add (f32.convert_i32_u (i32.shr_u (local.get $i) (i32.const 1))) (f32.const 1)))
        (then
          (call $say (i32.const 2) (i32.const 2112) (i32.const 18))
          (call $exit (i32.const 1))))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $i) (global.get $bytes))))
    (call $say (i32.const 1) (i32.const 2048) (i32.const 26))))
