;; Reads the file `large` of its root to the end by one stream of WASI 0.3, in reads of 4 KiB, and counts its bytes:
;; fails unless there are 64 MiB of them.
(component
    (import "wasi:filesystem/types@0.3.0" (instance $types
        (export "descriptor" (type $descriptor (sub resource)))
        (type $error' (variant
            (case "access") (case "already") (case "bad-descriptor") (case "busy") (case "deadlock") (case "quota")
            (case "exist") (case "file-too-large") (case "illegal-byte-sequence") (case "in-progress")
            (case "interrupted") (case "invalid") (case "io") (case "is-directory") (case "loop")
            (case "too-many-links") (case "message-size") (case "name-too-long") (case "no-device") (case "no-entry")
            (case "no-lock") (case "insufficient-memory") (case "insufficient-space") (case "not-directory")
            (case "not-empty") (case "not-recoverable") (case "unsupported") (case "no-tty") (case "no-such-device")
            (case "overflow") (case "not-permitted") (case "pipe") (case "read-only") (case "invalid-seek")
            (case "text-file-busy") (case "cross-device") (case "other" (option string))))
        (export "error-code" (type $error (eq $error')))
        (type $path-flags' (flags "symlink-follow"))
        (export "path-flags" (type $path-flags (eq $path-flags')))
        (type $open-flags' (flags "create" "directory" "exclusive" "truncate"))
        (export "open-flags" (type $open-flags (eq $open-flags')))
        (type $flags' (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync"
            "mutate-directory"))
        (export "descriptor-flags" (type $flags (eq $flags')))
        (export "[method]descriptor.open-at" (func async
            (param "self" (borrow $descriptor)) (param "path-flags" $path-flags) (param "path" string)
            (param "open-flags" $open-flags) (param "flags" $flags)
            (result (result (own $descriptor) (error $error)))))
        (export "[method]descriptor.read-via-stream" (func
            (param "self" (borrow $descriptor)) (param "offset" u64)
            (result (tuple (stream u8) (future (result (error $error)))))))))
    (alias export $types "descriptor" (type $descriptor))
    (alias export $types "error-code" (type $error))
    (import "wasi:filesystem/preopens@0.3.0" (instance $preopens
        (alias outer 1 $descriptor (type $d))
        (export "get-directories" (func (result (list (tuple (own $d) string)))))))
    (core module $m
        (memory (export "memory") 2)
        (global $next (mut i32) (i32.const 1024))
        (data (i32.const 8) "large")
        (func (export "realloc") (param i32 i32 i32 i32) (result i32)
            (global.set $next (i32.and (i32.add (global.get $next) (i32.const 15)) (i32.const -16)))
            (global.get $next)
            (global.set $next (i32.add (global.get $next) (local.get 3)))))
    (core instance $m (instantiate $m))
    (alias core export $m "memory" (core memory $memory))
    (alias core export $m "realloc" (core func $realloc))
    (type $bytes (stream u8))
    (core func $directories (canon lower (func $preopens "get-directories") (memory $memory) (realloc $realloc)))
    (core func $open (canon lower (func $types "[method]descriptor.open-at") (memory $memory) (realloc $realloc)))
    (core func $read-via-stream (canon lower (func $types "[method]descriptor.read-via-stream") (memory $memory)))
    (core func $read (canon stream.read $bytes (memory $memory)))
    (core module $main
        (import "m" "memory" (memory 2))
        (import "host" "directories" (func $directories (param i32)))
        (import "host" "open" (func $open (param i32 i32 i32 i32 i32 i32 i32)))
        (import "host" "read-via-stream" (func $read-via-stream (param i32 i64 i32)))
        (import "host" "read" (func $read (param i32 i32 i32) (result i32)))
        (func (export "run") (result i32) (local $stream i32) (local $got i32) (local $all i64)
            (call $directories (i32.const 32))
            ;; The first folder's handle, of the list at 32.
            (call $open (i32.load (i32.load (i32.const 32))) (i32.const 1) (i32.const 8) (i32.const 5)
                (i32.const 0) (i32.const 1) (i32.const 64))
            (if (i32.load8_u (i32.const 64)) (then unreachable))
            (call $read-via-stream (i32.load (i32.const 68)) (i64.const 0) (i32.const 48))
            (local.set $stream (i32.load (i32.const 48)))
            (loop $more
                (local.set $got (call $read (local.get $stream) (i32.const 65536) (i32.const 4096)))
                (local.set $all (i64.add (local.get $all)
                    (i64.extend_i32_u (i32.shr_u (local.get $got) (i32.const 4)))))
                ;; Until the other end is gone.
                (br_if $more (i32.eqz (i32.and (local.get $got) (i32.const 15)))))
            (i64.ne (local.get $all) (i64.const 67108864))))
    (core instance $i (instantiate $main
        (with "m" (instance $m))
        (with "host" (instance (export "directories" (func $directories)) (export "open" (func $open))
            (export "read-via-stream" (func $read-via-stream)) (export "read" (func $read))))))
    (func $run async (result (result)) (canon lift (core func $i "run")))
    (instance $command (export "run" (func $run)))
    (export "wasi:cli/run@0.3.0" (instance $command)))
