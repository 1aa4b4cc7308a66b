// The system calls that the engine's WebAssembly imports. The engine may have been taken over by its guest, so every
// pointer is checked against the memory before it is used; what is out of range gets an error number, never an
// exception of our own. There is no file, no output and no clock but the run's own.

const errno = { success: 0, badFileDescriptor: 8, fault: 21, notSupported: 52 } as const

/** What the imports read from the run that is in flight. */
export interface WasiHost {
  nowMs(): number
  fillRandom(target: Uint8Array): void
}

const realtimeClock = 0
const monotonicClock = 1
const nanosecondsPerMillisecond = 1_000_000n

export type WasiImports = Record<string, (...parameters: never[]) => number>

/** Where the imports write, each time said to it; `buffer` is read anew because memory may grow. */
export interface WrittenMemory {
  readonly buffer: ArrayBuffer
  mark(pointer: number, length: number): void
}

export function wasiImports(memory: WrittenMemory, host: WasiHost): WasiImports {
  return {
    clock_time_get(clock: number, _precision: bigint, result: number): number {
      if (clock !== realtimeClock && clock !== monotonicClock) return errno.notSupported
      if (!inRange(memory.buffer, result, 8)) return errno.fault
      memory.mark(result, 8)
      new DataView(memory.buffer).setBigUint64(
        result >>> 0,
        BigInt(host.nowMs()) * nanosecondsPerMillisecond,
        true,
      )
      return errno.success
    },
    random_get(target: number, length: number): number {
      if (!inRange(memory.buffer, target, length)) return errno.fault
      memory.mark(target, length)
      host.fillRandom(new Uint8Array(memory.buffer, target >>> 0, length >>> 0))
      return errno.success
    },
    fd_write: (): number => errno.badFileDescriptor,
    fd_close: (): number => errno.badFileDescriptor,
    fd_fdstat_get: (): number => errno.badFileDescriptor,
    fd_seek: (): number => errno.badFileDescriptor,
  }
}

/** WebAssembly hands over i32 as signed numbers; both are read as unsigned here. */
function inRange(buffer: ArrayBuffer, pointer: number, length: number): boolean {
  const start = pointer >>> 0
  const end = start + (length >>> 0)
  return end <= buffer.byteLength
}
