// For tests of crypto.subtle: code that runs in a workflow, and Node's WebCrypto beside it.
import { webcrypto } from 'node:crypto'
import { z } from 'zod'
import type { Lifetime } from './http-server.ts'
import { claimsOf, openTestSandbox, workflow, type RunGiven } from './sandbox.ts'

const { subtle } = webcrypto
export const rsa = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }

/** What the top level of each workflow has. */
export const helpers = `
  const bytes = (text) => Uint8Array.fromBase64(text)
  const text = (buffer) => new Uint8Array(buffer).toBase64()
  const utf8 = (string) => new TextEncoder().encode(string)
  const named = (attempt) => attempt().then(
    (value) => 'no error: ' + value,
    (error) => (error instanceof DOMException || error instanceof TypeError ? error.name : 'not one: ' + error.name),
  )
  const { subtle } = crypto`

type Json = z.infer<ReturnType<typeof z.json>>

export async function openCryptoRuns(lifetime: Lifetime) {
  const runs = await openTestSandbox(lifetime)
  /** The claim `out` of a run of `body`, which finds `given` in a variable of that name. */
  const inWorkflow = async (body: string, given: Json = {}, more: RunGiven = {}) => {
    const source = workflow(
      `const given = event.given\nconst out = await (async () => { ${body} })()\nkinde.accessToken.setCustomClaim('out', out)`,
      helpers,
    )
    const result = await runs.invoke(await runs.deploy(source), { ...more, event: { given } })
    return claimsOf(result)['out']
  }
  return { runs, inWorkflow }
}

export const base64 = (buffer: ArrayBuffer | Uint8Array) =>
  Buffer.from(buffer instanceof Uint8Array ? buffer : new Uint8Array(buffer)).toString('base64')
export const fromBase64 = (text: unknown) => Buffer.from(z.string().parse(text), 'base64')
export const message = 'the same text for everyone'

function isPair(made: webcrypto.CryptoKey | webcrypto.CryptoKeyPair): made is webcrypto.CryptoKeyPair {
  return 'publicKey' in made
}

type Named = { readonly name: string } & Readonly<Record<string, unknown>>

export async function generatedPair(
  algorithm: Named,
  usages: readonly webcrypto.KeyUsage[],
): Promise<webcrypto.CryptoKeyPair> {
  const made = await subtle.generateKey(algorithm, true, usages)
  if (!isPair(made)) throw new TypeError('not a pair')
  return made
}

export async function generatedSecret(
  algorithm: Named,
  usages: readonly webcrypto.KeyUsage[],
): Promise<webcrypto.CryptoKey> {
  const made = await subtle.generateKey(algorithm, true, usages)
  if (isPair(made)) throw new TypeError('a pair')
  return made
}
