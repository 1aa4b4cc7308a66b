// A memory image: what an engine's memory holds once a deployment is prepared, without the pages that are zero. Every
// run starts from it and ends by putting it back, so nothing of a run reaches the next: not a global, not a prototype,
// not a half-settled promise, not a byte.
import { isDeepStrictEqual } from 'node:util'
import type { Image } from '../protocol.ts'

const pageBytes = 4096

/** How deep the engine's native stack may get before it throws a RangeError; its binary has 1 MiB of it. */
export const stackLimitBytes = 256 * 1024

/** Cuts the zero pages out of an engine's memory. The bytes are shared: every thread gets them without a message's copy. */
export function captureMemory(memory: Uint8Array): Pick<Image, 'memoryBytes' | 'extents' | 'bytes'> {
  const extents: { at: number; length: number }[] = []
  for (let at = 0; at < memory.length; at += pageBytes) {
    const length = Math.min(pageBytes, memory.length - at)
    if (isZero(memory.subarray(at, at + length))) continue
    const last = extents.at(-1)
    if (last !== undefined && last.at + last.length === at) last.length += length
    else extents.push({ at, length })
  }
  const bytes = new SharedArrayBuffer(extents.reduce((sum, extent) => sum + extent.length, 0))
  const target = new Uint8Array(bytes)
  let offset = 0
  for (const { at, length } of extents) {
    target.set(memory.subarray(at, at + length), offset)
    offset += length
  }
  return { memoryBytes: memory.length, extents, bytes }
}

/** The image as the memory that it was taken of. A thread keeps it as long as the image. */
export function wholeMemory(image: Pick<Image, 'memoryBytes' | 'extents' | 'bytes'>): Uint8Array {
  const known = wholeMemories.get(image.bytes)
  if (known !== undefined) return known
  const whole = new Uint8Array(image.memoryBytes)
  const bytes = new Uint8Array(image.bytes)
  let offset = 0
  for (const { at, length } of image.extents) {
    whole.set(bytes.subarray(offset, offset + length), at)
    offset += length
  }
  wholeMemories.set(image.bytes, whole)
  return whole
}

/**
 * What of an engine that was put back is not as in the image. The stack pointer is the only global that code of the engine changes
 * after it is linked, and nothing changes the table: the rewriting refuses instructions that write one.
 */
export function differenceFrom(
  image: Image,
  {
    memory,
    ...registers
  }: Pick<Image, 'stackPointer' | 'runtimePtr' | 'contextPtr' | 'extensions'> & {
    readonly memory: Uint8Array
  },
): 'memory' | 'registers' | undefined {
  if (Buffer.compare(memory, wholeMemory(image)) !== 0) return 'memory'
  const { stackPointer, runtimePtr, contextPtr, extensions } = image
  const expected = { stackPointer, runtimePtr, contextPtr, extensions }
  return isDeepStrictEqual(registers, expected) ? undefined : 'registers'
}

const wholeMemories = new WeakMap<SharedArrayBuffer, Uint8Array>()

function isZero(page: Uint8Array): boolean {
  const words = new BigUint64Array(page.buffer, page.byteOffset, page.length >> 3)
  for (const word of words) if (word !== 0n) return false
  return true
}
