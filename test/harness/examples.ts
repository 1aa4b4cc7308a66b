// The examples as fixtures: where they are, what their event files hold, and the command that their README tells to type.
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import {
  parseTokenEvent,
  sampleClaims,
  type ClaimsByToken,
  runDocumentSchema,
  type RunDocument,
} from '../../src/tokens/index.ts'
import { mintageArguments, mintageCommandsOf, typeMintage } from './mintage-command.ts'
import { readJson, type RunGiven } from './workflow-run.ts'

/** The two styles in which each of the four jobs is written, a project each. */
export const variants = ['library', 'bare'] as const

export function exampleFolder(name: string): string {
  return fileURLToPath(new URL(`../../examples/${name}`, import.meta.url))
}

export function eventFile(name: string): string {
  return exampleFolder(`events/${name}`)
}

const claims = z.record(z.string(), z.json())
const eventWithTokens = z.strictObject({ event: claims, accessToken: claims, idToken: claims })

/** An example's own event, with the tokens that it brings or with the sample user's. */
export async function exampleInput(example: string): Promise<RunGiven & { readonly before: ClaimsByToken }> {
  const file = `${example}/event.json`
  const json = await readJson(file)
  if ('event' in json) {
    const { event, ...before } = eventWithTokens.parse(json)
    return { event, before }
  }
  return { event: json, before: sampleClaims(parseTokenEvent(json, 'user:tokens_generation', file)) }
}

/** Types the README's one command with --json; `replace` puts the test's own addresses and files in the place of its. */
export async function runReadmeCommand(
  example: string,
  replace: Readonly<Record<string, string>> = {},
): Promise<RunDocument> {
  const [command, ...others] = await mintageCommandsOf(`${example}/README.md`)
  if (command === undefined || others.length > 0)
    throw new Error(`the README of ${example} has not one command`)
  const args = mintageArguments(command).map((argument) =>
    Object.entries(replace).reduce((text, [from, to]) => text.replaceAll(from, to), argument),
  )
  const { stdout, stderr } = await typeMintage([...args, '--json'])
  if (stderr !== '') throw new Error(`the command of ${example} complained: ${stderr}`)
  return runDocumentSchema.parse(JSON.parse(stdout))
}
