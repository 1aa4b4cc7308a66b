// A memory image: what an engine's memory holds once a deployment is prepared, without the pages that are zero. Every
// run starts from it and ends by putting it back, so nothing of a run reaches the next: not a global, not a prototype,
// not a half-settled promise, not a byte.
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

/**
 * Puts the image back in place; `memory` must have the image's size. Every byte is written, by the image or by zero,
 * except the depth of the native stack that the engine's own limit keeps out of reach: clearing that each time would
 * cost more than most runs. There a word in each page is looked at instead, and false given back when one was written.
 */
export function restoreMemory(image: Image, memory: Uint8Array): boolean {
  const bytes = ownCopy(image.bytes)
  const reachable = Math.max(0, image.stackPointer - reachableStackBytes)
  let offset = 0
  let end = reachable
  for (const { at, length } of image.extents) {
    memory.fill(0, end, at)
    memory.set(bytes.subarray(offset, offset + length), at)
    offset += length
    end = at + length
  }
  memory.fill(0, end)
  for (let at = 0; at < reachable; at += pageBytes) if (memory[at] !== 0) return false
  return true
}

/**
 * A thread's own copy of an image, kept for as long as the image is. V8 copies out of shared memory word by word, as if
 * another thread were writing to it, which takes three times as long as out of memory of the thread's own.
 */
function ownCopy(shared: SharedArrayBuffer): Uint8Array {
  const known = ownCopies.get(shared)
  if (known !== undefined) return known
  const own = new Uint8Array(shared.byteLength)
  own.set(new Uint8Array(shared))
  ownCopies.set(shared, own)
  return own
}

const ownCopies = new WeakMap<SharedArrayBuffer, Uint8Array>()

/** The engine refuses to go deeper than its limit; natives that do not ask need far less than what is added. */
export const reachableStackBytes = stackLimitBytes + 64 * 1024

/** The image as one contiguous memory, for the engine's own way of restoring. */
export function expandMemory(image: Image): Uint8Array {
  const memory = new Uint8Array(image.memoryBytes)
  restoreMemory(image, memory)
  return memory
}

function isZero(page: Uint8Array): boolean {
  const words = new BigUint64Array(page.buffer, page.byteOffset, page.length >> 3)
  for (const word of words) if (word !== 0n) return false
  return true
}
