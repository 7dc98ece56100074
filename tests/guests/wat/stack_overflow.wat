;; Calls itself until the stack is used up.
(module
  (memory (export "memory") 1)
  (func $again (export "_start") (call $again)))
