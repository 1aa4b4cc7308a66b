// An image with more free heap, for a deployment whose runs grow the engine's memory: a grown engine cannot be put back
// in place, and making one anew for each run costs many times the run.
import type { Image } from '../protocol.ts'
import { Engine, type EngineParts } from './engine.ts'

/** Each ready engine holds its room. Beyond this, engines are made anew instead. */
const mostRoomBytes = 8 * 1024 * 1024

/** The image with room for a memory of `grownBytes`, or undefined when that is more room than it is worth. */
export async function roomier(
  parts: EngineParts,
  memoryBytes: number,
  image: Image,
  grownBytes: number,
): Promise<Image | undefined> {
  // What is set aside is one piece, so the room that was there counts towards it, and it grows by half more than was
  // missing: runs of a deployment differ, and each step of growth costs an engine.
  const roomBytes = image.roomBytes + Math.ceil((grownBytes - image.memoryBytes) * 1.5)
  if (roomBytes <= image.roomBytes || roomBytes > mostRoomBytes) return undefined
  const engine = await Engine.restore(parts, image, memoryBytes)
  engine.reserve(roomBytes)
  return engine.capture(image.id, image.bundle)
}
