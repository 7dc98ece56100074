;; Grows two memories in turn until that is refused, and exits with the number of pages that it then has.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory $first (export "memory") 1)
  (memory $second 1)
  (func (export "_start")
    (loop $grow
      (br_if $grow
        (i32.and
          (i32.ne (memory.grow $first (i32.const 1)) (i32.const -1))
          (i32.ne (memory.grow $second (i32.const 1)) (i32.const -1)))))
    (call $proc_exit (i32.add (memory.size $first) (memory.size $second)))))
