// A stored hash in the fields of Kinde's export (C2§16), for systems that read those; the stored text is beside it.
import { foreignHashOf } from '../../directory/index.ts'

export function kindePassword(stored: string): Readonly<Record<string, unknown>> {
  const foreign = foreignHashOf(stored)
  switch (foreign?.kind) {
    case undefined:
      return { hashed_password: stored, hashing_algorithm: 'argon2id' }
    case 'bcrypt':
      return { hashed_password: foreign.hash, hashing_algorithm: 'bcrypt' }
    case 'digest':
      return {
        hashed_password: Buffer.from(foreign.tag, 'base64').toString('hex'),
        hashing_algorithm: foreign.algorithm,
        ...(foreign.salt !== '' && { salt: foreign.salt, salt_position: foreign.saltPosition }),
      }
    case 'phpass':
      return { hashed_password: foreign.hash, hashing_algorithm: 'wordpress' }
    case 'pbkdf2':
      return {
        hashed_password: foreign.tag,
        hashing_algorithm: `salted-pbkdf2-hmac-${foreign.digest}`,
        salt: foreign.salt,
        iterations: foreign.iterations,
      }
    case 'firebase-scrypt':
      return {
        hashed_password: foreign.tag,
        hashing_algorithm: 'firebase-scrypt',
        salt: foreign.salt,
        base64_signer_key: foreign.signerKey,
        base64_salt_separator: foreign.saltSeparator,
        rounds: foreign.rounds,
        mem_cost: foreign.memoryCost,
      }
  }
}
