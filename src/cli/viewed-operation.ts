// An operation of Kinde's API, as a command looks at its answer: at the fields that it shows and at no others, so that a server of another
// version, whose answers hold more, is understood.
import type { z } from 'zod'
import { operations, type DeclaredOperation } from '../management/index.ts'

export function viewed<Answer extends z.ZodObject>(
  operationId: string,
  answer: Answer,
): DeclaredOperation<string, z.ZodObject, z.ZodObject, Answer> {
  const operation = operations.find((one) => one.operationId === operationId)
  if (operation === undefined) throw new Error(`there is no operation ${operationId}`)
  return { ...operation, answer }
}
