// What a test expects of an answer of the management API: that the request is done, or which words refuse it.
import assert from 'node:assert/strict'
import { z } from 'zod'
import type { ManagementWorld } from './management-world.ts'

const refusal = z.object({ errors: z.array(z.object({ code: z.string(), message: z.string() })) })

export function asked(call: ManagementWorld['call']) {
  return {
    /** Resolves to the answer of a request that has to be done. */
    async ok(...request: Parameters<typeof call>): Promise<Record<string, unknown>> {
      const { status, json } = await call(...request)
      assert.match(String(status), /^20[01]$/, `${request[0]}: ${JSON.stringify(json)}`)
      return z.record(z.string(), z.unknown()).parse(json)
    },
    /** Resolves to the status, the first code and its message. */
    async refused(...request: Parameters<typeof call>): Promise<string> {
      const { status, json } = await call(...request)
      const [error] = refusal.parse(json).errors
      return `${String(status)} ${error?.code ?? ''}: ${error?.message ?? ''}`
    },
  }
}
