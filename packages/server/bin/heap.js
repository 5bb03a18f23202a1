/**
 * How V8 is to treat this process's heap. Imported before anything else, so that no function has been compiled without
 * it.
 */
import { setFlagsFromString } from "node:v8"

// V8 makes what it takes for long-lived in the old part of its heap at once, and takes small objects of Effect's for
// that which are garbage a moment later. Until the whole heap is collected they keep alive whatever they point to, a
// statement's texts and its rows with it (docs/performance-notes.md, "Garbage collection").
setFlagsFromString("--no-allocation-site-pretenuring")
