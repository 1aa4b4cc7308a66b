// Sets a password by its hash, as a migration from another system does: the password itself is never seen here.
import { z } from 'zod'
import { hashBounds, hashingMethods, importedHash, setPasswordHash } from '../../directory/index.ts'
import { doneSchema, ok } from '../envelope.ts'
import { foundUser } from '../found.ts'
import { noQuery, operation } from '../operation.ts'
import { RequestError } from '../request-error.ts'

export const userPasswordOperations = [
  operation({
    method: 'put',
    path: '/users/{user_id}/password',
    operationId: 'SetUserPassword',
    summary:
      'Sets the password of a user by its hash: bcrypt unless `hashing_method` says otherwise, or argon2id in PHC format. The first sign-in replaces a hash of another system. The user is signed out everywhere.',
    scope: 'update:user_passwords',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      hashed_password: z.string().min(1).max(1_000),
      hashing_method: z.enum(hashingMethods).optional(),
      salt: z.string().max(hashBounds.mostSaltCharacters).optional(),
      salt_position: z.enum(['prefix', 'suffix']).optional(),
      iterations: z.int().min(1).max(hashBounds.pbkdf2.mostIterations).optional(),
      variant: z.string().max(50).optional(),
      signer_key: z.string().max(hashBounds.mostSaltCharacters).optional(),
      salt_separator: z.string().max(hashBounds.mostSaltCharacters).optional(),
      rounds: z.int().min(1).max(hashBounds.firebaseScrypt.mostRounds).optional(),
      mem_cost: z.int().min(1).max(hashBounds.firebaseScrypt.mostMemoryCost).optional(),
      is_temporary_password: z.boolean().optional(),
    }),
    answer: doneSchema,
    async handle({ path, body }, deps, caller) {
      const user = await foundUser(deps, path.user_id, caller)
      const imported = importedHash({
        hash: body.hashed_password,
        method: body.hashing_method,
        salt: body.salt,
        saltPosition: body.salt_position,
        iterations: body.iterations,
        variant: body.variant,
        signerKey: body.signer_key,
        saltSeparator: body.salt_separator,
        rounds: body.rounds,
        memoryCost: body.mem_cost,
      })
      if (imported.kind === 'unsupported') throw new RequestError('NOT_SUPPORTED', imported.reason)
      if (imported.kind === 'malformed') throw new RequestError('INVALID_REQUEST', imported.reason)
      const isTemporary = body.is_temporary_password ?? false
      await setPasswordHash(user, { hash: imported.hash, isTemporary }, deps)
      return ok({})
    },
  }),
]
