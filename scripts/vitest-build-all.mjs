// Vitest global setup for the tests in a browser, which need the built page beside the built server.
import { build } from "./build.mjs"

export const setup = build
