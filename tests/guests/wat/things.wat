;; Exports a function that gives a thing, which only components can hold.
(component
  (type $thing (resource (rep i32)))
  (core func $new (canon resource.new $thing))
  (core module $m
    (import "host" "new" (func $new (param i32) (result i32)))
    (func (export "make") (result i32) (call $new (i32.const 7))))
  (core instance $i (instantiate $m (with "host" (instance (export "new" (func $new))))))
  (export $exported "thing" (type $thing))
  (func $make (result (own $exported)) (canon lift (core func $i "make")))
  (export "make" (func $make)))
