// How much work one check of a password may be. A hash names its own cost, so an import would choose what each anonymous sign-in
// costs; beyond these bounds a hash is refused when it comes in, and does not match when it is stored all the same. Each bound is about
// half a second of one thread, and 64 MiB.

export interface Argon2Parameters {
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
}

const mostMemoryKib = 65_536
const mostMemoryPasses = 4 * mostMemoryKib

export const hashBounds = {
  argon2id: { mostMemoryKib, mostPasses: 16, mostLanes: 16, mostMemoryPasses, saltBytes: [16, 64] },
  bcrypt: { leastCost: 4, mostCost: 13 },
  /** An iteration with SHA-512 counts twice, and one for each block of the tag (RFC 8018 §5.2). */
  pbkdf2: { mostIterations: 2_000_000, mostTagBytes: 64 },
  phpass: { leastLog2: 7, mostLog2: 16 },
  firebaseScrypt: { mostRounds: 16, mostMemoryCost: 16, mostBytes: 64 * 1024 * 1024 },
  /** Characters of a salt, a salt separator or a key, as they are written. */
  mostSaltCharacters: 500,
} as const

/** One line for each method, for documents. */
export const hashBoundsText: readonly string[] = [
  `argon2id in PHC format: at most ${mostMemoryKib} KiB (\`m\`), 16 passes (\`t\`), 16 lanes (\`p\`), \`m\` times \`t\` at most ${mostMemoryPasses}; a salt of 16 to 64 bytes, a tag of 32`,
  'bcrypt: a cost of 4 to 13',
  'pbkdf2: at most 2,000,000 iterations, where SHA-512 counts twice and each block of the tag counts; a tag of at most 64 bytes',
  'wordpress: 2^7 to 2^16 rounds (`5` to `E`)',
  'firebase-scrypt: `rounds` and `mem_cost` of at most 16 each, together at most 64 MiB',
  'every method: a salt, a salt separator and a signer key of at most 500 characters',
]

/** What is wrong with the costs of an argon2id hash; undefined when nothing is. */
export function argon2Problem(
  { memoryKib, passes, lanes }: Argon2Parameters,
  saltBytes: number,
): string | undefined {
  const { mostPasses, mostLanes } = hashBounds.argon2id
  const [leastSalt, mostSalt] = hashBounds.argon2id.saltBytes
  if (memoryKib > mostMemoryKib)
    return `m=${memoryKib}: an argon2id hash may take at most ${mostMemoryKib} KiB`
  if (passes < 1 || passes > mostPasses)
    return `t=${passes}: an argon2id hash takes 1 to ${mostPasses} passes`
  if (lanes < 1 || lanes > mostLanes) return `p=${lanes}: an argon2id hash takes 1 to ${mostLanes} lanes`
  if (memoryKib < 8 * lanes) return `m=${memoryKib}: an argon2id hash takes at least 8 KiB for each lane`
  if (memoryKib * passes > mostMemoryPasses)
    return `m=${memoryKib}, t=${passes}: m times t of an argon2id hash may be at most ${mostMemoryPasses}`
  if (saltBytes < leastSalt || saltBytes > mostSalt)
    return `the salt of an argon2id hash has ${leastSalt} to ${mostSalt} bytes`
  return undefined
}

/** How many iterations a hash of PBKDF2 comes to, by the measure of its bound. */
export function pbkdf2Work(
  digest: 'sha1' | 'sha256' | 'sha512',
  iterations: number,
  tagBytes: number,
): number {
  const blockBytes = { sha1: 20, sha256: 32, sha512: 64 }[digest]
  return iterations * Math.max(1, Math.ceil(tagBytes / blockBytes)) * (digest === 'sha512' ? 2 : 1)
}
