// A token taken apart to be looked at. Whether it is genuine was settled when it was received.
import { z } from 'zod'
import type { JsonObject } from '../oauth/index.ts'
import type { IssuedTokenView } from '../pages/index.ts'

const partSchema = z.record(z.string(), z.json())

/** A token that is not a JSON Web Token has empty parts. */
export function issuedTokenView(raw: string): IssuedTokenView {
  return { raw, header: part(raw, 0), payload: part(raw, 1) }
}

export function tokenPayload(raw: string): JsonObject {
  return part(raw, 1)
}

function part(raw: string, index: number): JsonObject {
  const text = Buffer.from(raw.split('.')[index] ?? '', 'base64url').toString('utf8')
  try {
    return partSchema.parse(JSON.parse(text))
  } catch {
    return {}
  }
}
