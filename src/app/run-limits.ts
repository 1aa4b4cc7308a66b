// The limits of a run: the project's where it sets any, else runtime's own.
import type { MintageSettings } from '../config/index.ts'
import { defaultLimits, type RunLimits } from '../runtime/index.ts'

export function runLimits(given: MintageSettings['limits']): RunLimits {
  return {
    wallClockMs: given.wallClockMs ?? defaultLimits.wallClockMs,
    runningTimeMs: given.runningTimeMs ?? defaultLimits.runningTimeMs,
    memoryBytes: given.memoryBytes ?? defaultLimits.memoryBytes,
    calls: given.calls ?? defaultLimits.calls,
    callMs: given.callMs ?? defaultLimits.callMs,
    callBytes: given.callBytes ?? defaultLimits.callBytes,
    logBytes: given.logBytes ?? defaultLimits.logBytes,
    claimsBytes: given.claimsBytes ?? defaultLimits.claimsBytes,
    claimsDepth: given.claimsDepth ?? defaultLimits.claimsDepth,
    bundleBytes: given.bundleBytes ?? defaultLimits.bundleBytes,
  }
}
