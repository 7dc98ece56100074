;; Asks for settings, a store and a log: logs the setting `greeting`, counts how often it ran in the store `default`, and
;; logs that number; again and again where the setting is `for ever`.
(component
  (import "wasi:config/store@0.2.0-rc.1" (instance $config
    (type $declared (variant (case "upstream" string) (case "io" string)))
    (export "error" (type $error (eq $declared)))
    (export "get" (func (param "key" string) (result (result (option string) (error $error)))))))
  (import "wasi:logging/logging@0.1.0-draft" (instance $logging
    (type $declared (enum "trace" "debug" "info" "warn" "error" "critical"))
    (export "level" (type $level (eq $declared)))
    (export "log" (func (param "level" $level) (param "context" string) (param "message" string)))))
  (import "wasi:keyvalue/store@0.2.0-draft2" (instance $store
    (type $declared (variant (case "no-such-store") (case "access-denied") (case "other" string)))
    (export "error" (type $error (eq $declared)))
    (export "bucket" (type $bucket (sub resource)))
    (export "open" (func (param "identifier" string) (result (result (own $bucket) (error $error)))))
    (export "[method]bucket.get" (func (param "self" (borrow $bucket)) (param "key" string)
      (result (result (option (list u8)) (error $error)))))))
  (alias export $store "bucket" (type $bucket))
  (alias export $store "error" (type $error))
  (import "wasi:keyvalue/atomics@0.2.0-draft2" (instance $atomics
    (alias outer 1 $bucket (type $outer-bucket))
    (export "bucket" (type $bucket (eq $outer-bucket)))
    (alias outer 1 $error (type $outer-error))
    (export "error" (type $error (eq $outer-error)))
    (export "increment" (func (param "bucket" (borrow $bucket)) (param "key" string) (param "delta" s64)
      (result (result s64 (error $error)))))))

  (core module $Memory
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 4096))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      ;; Nothing is given back: a run takes a few bytes.
      (global.set $next (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
      ;; What a run for ever was given before is not looked at again.
      (if (i32.gt_u (global.get $next) (i32.const 60000)) (then (global.set $next (i32.const 4096))))
      (global.get $next)
      (global.set $next (i32.add (global.get $next) (local.get 3)))))
  (core instance $memory (instantiate $Memory))
  (core func $get (canon lower (func $config "get")
    (memory $memory "memory") (realloc (func $memory "realloc"))))
  (core func $log (canon lower (func $logging "log") (memory $memory "memory")))
  (core func $open (canon lower (func $store "open")
    (memory $memory "memory") (realloc (func $memory "realloc"))))
  (core func $value (canon lower (func $store "[method]bucket.get")
    (memory $memory "memory") (realloc (func $memory "realloc"))))
  (core func $increment (canon lower (func $atomics "increment")
    (memory $memory "memory") (realloc (func $memory "realloc"))))

  (core module $Main
    (import "memory" "memory" (memory 1))
    (import "host" "get" (func $get (param i32 i32 i32)))
    (import "host" "log" (func $log (param i32 i32 i32 i32 i32)))
    (import "host" "open" (func $open (param i32 i32 i32)))
    (import "host" "value" (func $value (param i32 i32 i32 i32)))
    (import "host" "increment" (func $increment (param i32 i32 i32 i64 i32)))
    (data (i32.const 0) "greeting")
    (data (i32.const 16) "default")
    (data (i32.const 32) "runs")
    (data (i32.const 48) "none")
    ;; Results stand at 1024: first whether there was an error, then whether there is anything, then where.
    (func (export "run") (result i32)
      (local $bucket i32) (local $for-ever i32)
      (call $get (i32.const 0) (i32.const 8) (i32.const 1024))
      (if (i32.load8_u (i32.const 1028))
        (then
          (local.set $for-ever (i32.eq (i32.load (i32.load (i32.const 1032))) (i32.const 0x20726f66)))
          (call $log (i32.const 2) (i32.const 0) (i32.const 8) (i32.load (i32.const 1032)) (i32.load (i32.const 1036))))
        (else (call $log (i32.const 2) (i32.const 0) (i32.const 8) (i32.const 48) (i32.const 4))))
      (call $open (i32.const 16) (i32.const 7) (i32.const 1024))
      (if (i32.load8_u (i32.const 1024)) (then (return (i32.const 1))))
      (local.set $bucket (i32.load (i32.const 1028)))
      (loop $again
        (call $increment (local.get $bucket) (i32.const 32) (i32.const 4) (i64.const 1) (i32.const 1024))
        (if (i32.load8_u (i32.const 1024)) (then (return (i32.const 1))))
        (call $value (local.get $bucket) (i32.const 32) (i32.const 4) (i32.const 1024))
        (if (i32.load8_u (i32.const 1024)) (then (return (i32.const 1))))
        (call $log (i32.const 1) (i32.const 32) (i32.const 4) (i32.load (i32.const 1032)) (i32.load (i32.const 1036)))
        (br_if $again (local.get $for-ever)))
      (i32.const 0)))
  (core instance $main (instantiate $Main
    (with "memory" (instance $memory))
    (with "host" (instance
      (export "get" (func $get)) (export "log" (func $log)) (export "open" (func $open)) (export "value" (func $value))
      (export "increment" (func $increment))))))
  (func $run (result (result)) (canon lift (core func $main "run")))
  (instance (export "wasi:cli/run@0.2.0") (export "run" (func $run))))
