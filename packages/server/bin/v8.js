/** How V8 is to treat this process's heap and code. Imported before anything else, so that nothing has been compiled without it. */
import { setFlagsFromString } from "node:v8"

// V8 makes what it takes for long-lived in the old part of its heap at once, and takes small objects of Effect's for that which are garbage a moment
// later. Until the whole heap is collected they keep alive whatever they point to, a statement's texts and its rows with it
// (docs/performance.md, "What outlives a collection").
setFlagsFromString("--no-allocation-site-pretenuring")

// Of WebAssembly, which the embedded database is, V8 compiles each function once more, and well, after so many bytes of code that it has run: 1.8 MB
// are what a start alone runs of hundreds of them, and the threads that compile them take the cores from it. What is hot has run this many in its
// first second of work (docs/performance.md, "What a start has to read, on the embedded server").
setFlagsFromString("--wasm-tiering-budget=50000000")
