;; Rolls the gear hash over bytes until it falls below a limit. docs/design/chunks.md tells what for;
;; `node tools/chunks/compile.mjs` makes cut-module.ts of this.
;;
;; Memory: the gear table, 256 little-endian words, at 0; the bytes wherever the caller put them. It is shared, so
;; that one thread cuts what others hash in the same place.
(module
  (import "env" "memory" (memory 1 65536 shared))

  ;; The hash so far, so that a scan can go on in the next block.
  (global $hash (export "hash") (mut i32) (i32.const 0))

  ;; Scans [at, end). Returns where the next chunk begins, just behind the byte that cut; or 0, which no byte has.
  (func (export "scan") (param $at i32) (param $end i32) (param $limit i32) (result i32)
    (local $h i32)
    (local $last4 i32) ;; the first place that has no four bytes left
    (local.set $h (global.get $hash))
    (local.set $last4 (i32.sub (local.get $end) (i32.const 3)))

    (block $few
      (loop $four
        (br_if $few (i32.ge_s (local.get $at) (local.get $last4)))

        (local.set $h
          (i32.add (i32.shl (local.get $h) (i32.const 1))
            (i32.load (i32.shl (i32.load8_u offset=0 (local.get $at)) (i32.const 2)))))
        (if (i32.lt_u (local.get $h) (local.get $limit))
          (then (return (i32.add (local.get $at) (i32.const 1)))))

        (local.set $h
          (i32.add (i32.shl (local.get $h) (i32.const 1))
            (i32.load (i32.shl (i32.load8_u offset=1 (local.get $at)) (i32.const 2)))))
        (if (i32.lt_u (local.get $h) (local.get $limit))
          (then (return (i32.add (local.get $at) (i32.const 2)))))

        (local.set $h
          (i32.add (i32.shl (local.get $h) (i32.const 1))
            (i32.load (i32.shl (i32.load8_u offset=2 (local.get $at)) (i32.const 2)))))
        (if (i32.lt_u (local.get $h) (local.get $limit))
          (then (return (i32.add (local.get $at) (i32.const 3)))))

        (local.set $h
          (i32.add (i32.shl (local.get $h) (i32.const 1))
            (i32.load (i32.shl (i32.load8_u offset=3 (local.get $at)) (i32.const 2)))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $four (i32.ge_u (local.get $h) (local.get $limit)))
        (return (local.get $at))))

    (block $none
      (loop $one
        (br_if $none (i32.ge_s (local.get $at) (local.get $end)))
        (local.set $h
          (i32.add (i32.shl (local.get $h) (i32.const 1))
            (i32.load (i32.shl (i32.load8_u (local.get $at)) (i32.const 2)))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br_if $one (i32.ge_u (local.get $h) (local.get $limit)))
        (return (local.get $at))))

    (global.set $hash (local.get $h))
    (i32.const 0)))
