// esbuild's complaints as our errors: which code, what to say, what to do. Only the first complaint is reported,
// with its line; the number of the others is mentioned.
import { readdir } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { basename, dirname, extname, join } from 'node:path'
import type { Message } from 'esbuild'
import { z } from 'zod'
import { errorCodes, nearest, WorkflowError, type ErrorCode } from '../errors/index.ts'
import { displayedFile, messageLocation, sourceExcerpt } from './build-message.ts'
import { moduleReplacement } from './node-replacement.ts'

interface Complaint {
  readonly code: ErrorCode
  readonly text: string
  readonly hint: string
}

const refusalSchema = z.strictObject({ code: z.literal(keysOf(errorCodes)), hint: z.string() })

export async function buildFailure(
  messages: readonly [Message, ...Message[]],
  entry: string,
  projectDir: string,
): Promise<WorkflowError> {
  const [first, ...others] = messages
  const complaint = await complaintOf(first, projectDir)
  const more = others.length === 0 ? '' : `\n  (and ${String(others.length)} more)`
  return new WorkflowError(complaint.code, `${complaint.text}${sourceExcerpt(first)}${more}`, {
    at: messageLocation(first) ?? { file: entry },
    hint: complaint.hint,
  })
}

async function complaintOf(message: Message, projectDir: string): Promise<Complaint> {
  const refusal = refusalSchema.safeParse(message.detail)
  if (refusal.success) return { ...refusal.data, text: message.text }
  const unresolved = /^Could not resolve "(.+)"/s.exec(message.text)?.[1]
  if (unresolved !== undefined) return unresolvedImport(unresolved, message, projectDir)
  if (/^(?:No matching export in|No loader is configured)/.test(message.text)) {
    return {
      code: 'import_unresolved',
      text: displayedText(message.text),
      hint: didYouMean(message) ?? 'Correct the import.',
    }
  }
  if (message.id === 'unsupported-dynamic-import') {
    return {
      code: 'import_unresolved',
      text: 'This import() is computed, so nothing can be bundled for it',
      hint: 'Import by a fixed name: import("./other.ts"). A workflow loads nothing while it runs.',
    }
  }
  if (message.text.startsWith('Top-level await')) {
    return {
      code: 'workflow_syntax',
      text: 'Top-level await is not possible in a workflow: it is loaded as one CommonJS script',
      hint: 'Await inside the default function.',
    }
  }
  return { code: 'workflow_syntax', text: message.text, hint: 'Correct the line.' }
}

const withoutNode = 'Use a package that runs without Node, or do this work behind a call (kinde.fetch).'

async function unresolvedImport(specifier: string, message: Message, projectDir: string): Promise<Complaint> {
  if (specifier.startsWith('node:') || isBuiltin(specifier)) {
    const importer =
      message.location === null
        ? undefined
        : /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(message.location.file)?.[1]
    return {
      code: 'import_needs_builtin',
      text: `${importer === undefined ? 'The workflow' : `The package "${importer}"`} imports "${specifier}" of Node, which the sandbox does not have`,
      hint:
        importer === undefined
          ? (moduleReplacement(specifier) ?? withoutNode)
          : `${withoutNode} The workflow itself may import url and util. docs/reference/libraries.md names packages that work.`,
    }
  }
  const isPath = /^\.{0,2}\//.test(specifier)
  const hint = isPath ? await pathHint(specifier, message, projectDir) : packageHint(specifier, message)
  return { code: 'import_unresolved', text: `Could not resolve "${specifier}"`, hint }
}

async function pathHint(specifier: string, message: Message, projectDir: string): Promise<string> {
  const folder = join(projectDir, dirname(message.location?.file ?? ''), dirname(specifier))
  const names = await readdir(folder).catch(() => [])
  const stems = new Map(names.map((name) => [basename(name, extname(name)), name]))
  const wanted = basename(specifier)
  const near =
    nearest(wanted, names) ?? stems.get(nearest(basename(wanted, extname(wanted)), stems.keys()) ?? '')
  const start = dirname(specifier)
  return near === undefined
    ? 'Correct the path; it is relative to the importing file.'
    : `Did you mean "${start === '.' ? './' : `${start}/`}${near}"?`
}

function packageHint(specifier: string, message: Message): string {
  if (specifier.startsWith('#')) return 'Correct the name, or add it to "imports" of package.json.'
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  const notExported = message.notes.find((note) => / is not exported by package /.test(note.text))
  return notExported === undefined ? `Run npm install ${name} in the project.` : `${notExported.text}.`
}

function didYouMean(message: Message): string | undefined {
  return message.notes.find((note) => note.text.startsWith('Did you mean'))?.text
}

/** esbuild quotes module names in its texts as it knows them. */
function displayedText(text: string): string {
  return text.replaceAll(/"([^"]*)"/g, (_, quoted: string) => `"${displayedFile(quoted)}"`)
}

function keysOf<Entries extends Record<string, unknown>>(entries: Entries): (keyof Entries & string)[] {
  // A parser's licence: the table is `as const`, so its own keys are exactly its type's.
  return Object.keys(entries) as (keyof Entries & string)[]
}
