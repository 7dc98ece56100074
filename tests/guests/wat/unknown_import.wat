;; Wants a function that nobody offers.
(module
  (import "elsewhere" "missing" (func))
  (memory (export "memory") 1)
  (func (export "_start")))
