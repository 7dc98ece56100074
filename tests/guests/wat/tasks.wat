;; Exports an `async` function, as components of WASI 0.3 do.
(component
  (core func $return (canon task.return (result u32)))
  (core module $m
    (import "host" "return" (func $return (param i32)))
    (func (export "double") (param i32) (result i32)
      (call $return (i32.mul (local.get 0) (i32.const 2)))
      ;; Done.
      (i32.const 0))
    (func (export "go on") (param i32 i32 i32) (result i32) unreachable))
  (core instance $i (instantiate $m (with "host" (instance (export "return" (func $return))))))
  (func $double async (param "of" u32) (result u32)
    (canon lift (core func $i "double") async (callback (func $i "go on"))))
  (export "double" (func $double)))
