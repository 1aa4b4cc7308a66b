// The portable hashes of phpass, which WordPress used up to 6.7: `$P$`, a letter for the count, eight of salt, and MD5 done over
// and over, in an alphabet of its own.
import { createHash, timingSafeEqual } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The fourth letter is the logarithm of the count: `5` is 2^7, as phpass has it, `E` is 2^16 (hash-bounds.ts). */
export const phpassPattern = /^\$[PH]\$[5-9A-E][./0-9A-Za-z]{30}$/

/** On the event loop, which goes on between slices of a millisecond or so. */
export async function matchesPhpass(password: string, hash: string): Promise<boolean> {
  const rounds = 2 ** alphabet.indexOf(hash.charAt(3))
  const text = Buffer.from(password)
  let digest = md5(Buffer.from(hash.slice(4, 12)), text)
  for (let round = 0; round < rounds; round += 1) {
    digest = md5(digest, text)
    if (round % 512 === 511) await setImmediate()
  }
  return timingSafeEqual(Buffer.from(encoded(digest)), Buffer.from(hash.slice(12)))
}

function md5(...parts: readonly Buffer[]): Buffer {
  return createHash('md5').update(Buffer.concat(parts)).digest()
}

/** Three bytes as four letters, the lowest bits first. */
function encoded(bytes: Buffer): string {
  let text = ''
  for (let index = 0; index < bytes.length; index += 3) {
    const group = bytes.subarray(index, index + 3)
    const value = group.reduce((sum, byte, place) => sum | (byte << (8 * place)), 0)
    for (let letter = 0; letter <= group.length; letter += 1) {
      text += alphabet.charAt((value >> (6 * letter)) & 63)
    }
  }
  return text
}
