// Vitest global setup for the tests of the built server, which serves the built page.
import { build } from "./build.mjs"

export const setup = build
