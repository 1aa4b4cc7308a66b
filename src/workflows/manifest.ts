// What a workflow says of itself: `workflowSettings`, as plain JSON out of the sandbox, and what its module exports
// (C§6.1, §6.9). The wording of Kinde's own sync errors (C§6.10) stands in our texts, so that a search for it finds them.
// Keys that Mintage does not know are left alone: Kinde adds keys, and old files carry `timeout` and the like.
import { z } from 'zod'
import { WorkflowError, type SourceLocation } from '../errors/index.ts'
import type { GuestError, ModuleExports } from '../runtime/index.ts'
import type { Bundle } from './bundle.ts'
import { printable } from './printable.ts'
import { exportLine, settingLine } from './source-line.ts'
import { sourceText } from './source-position.ts'
import { topLevelError } from './top-level-error.ts'
import {
  findTrigger,
  firedTriggers,
  nearestTrigger,
  nearestTriggerMember,
  triggers,
  type TriggerKey,
} from '../triggers/registry/index.ts'

export const failureActions = ['stop', 'continue'] as const
export type FailureAction = (typeof failureActions)[number]

export interface FailurePolicySettings {
  readonly action: FailureAction
  /** Set together: what stands in for a run that fails, and how old it may be. */
  readonly fallback?: 'last-good'
  readonly maxAgeSeconds?: number
}

const fallbackTrigger = 'user:tokens_generation'
const defaultMaxAgeSeconds = 86_400

export interface Manifest {
  readonly id: string
  readonly trigger: TriggerKey
  readonly name?: string
  /** Its place among several workflows of the trigger, the smallest first. */
  readonly order?: number
  readonly failurePolicy: FailurePolicySettings
  /** Declared bindings with their settings, of which `resetClaims` changes nothing: every run starts from the default claims. */
  readonly bindings: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const longestId = 200
const mostBindings = 100

const settingsSchema = z.looseObject({
  id: z.string(`expected a text`).max(longestId, `has more than ${String(longestId)} characters`),
  name: z.string('expected a text').optional(),
  order: z
    .int(`expected a whole number between ${Number.MIN_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}`)
    .optional(),
  failurePolicy: z
    .looseObject(
      {
        action: z.enum(failureActions, 'expected "stop" or "continue"').default('stop'),
        fallback: z.literal('last-good', 'expected "last-good"').optional(),
        maxAgeSeconds: z
          .int(`expected a whole number of seconds, at most ${Number.MAX_SAFE_INTEGER}`)
          .min(1, 'expected at least 1 second')
          .optional(),
      },
      'expected an object such as { action: "stop" }',
    )
    .superRefine(({ action, fallback, maxAgeSeconds }, context) => {
      if (fallback !== undefined && action !== 'continue')
        context.addIssue({
          code: 'custom',
          path: ['fallback'],
          message: 'needs action: "continue"; under "stop" a failure issues no token',
        })
      if (maxAgeSeconds !== undefined && fallback === undefined)
        context.addIssue({ code: 'custom', path: ['maxAgeSeconds'], message: 'needs fallback: "last-good"' })
    })
    .default({ action: 'stop' }),
  bindings: z
    .record(
      z.string(),
      z.looseObject({}, 'expected an object, such as {}'),
      'expected an object such as { "kinde.accessToken": {} }',
    )
    .refine(
      (bindings) => Object.keys(bindings).length <= mostBindings,
      `has more than ${String(mostBindings)} entries`,
    )
    .default({}),
})

/** Reads the manifest out of an inspected module. Throws WorkflowError, with the line in the workflow file when it is found. */
export function readManifest(exports: ModuleExports, bundle: Bundle): Manifest {
  const source = sourceText(bundle, bundle.entry) ?? ''
  const settingsAt = place(bundle, exportLine(source, 'workflowSettings'))
  const fieldAt = (field: string) => place(bundle, settingLine(source, field))

  const { settingsProblem } = exports
  if (settingsProblem !== undefined) {
    throw new WorkflowError(
      'settings_invalid',
      `workflowSettings of ${bundle.entry} is not plain data: ${printable(settingsProblem, 300)}`,
      { at: settingsAt, hint: 'Use texts, finite numbers, true, false, null, lists and objects of them.' },
    )
  }
  if (exports.settings === undefined || exports.settings === null) {
    refuseIfThrown(exports, bundle)
    throw new WorkflowError('settings_missing', `${bundle.entry}: export workflowSettings not found`, {
      at: { file: bundle.entry },
      hint: 'Add export const workflowSettings = { id: "…", trigger: "user:tokens_generation" }.',
    })
  }
  if (!isRecord(exports.settings)) {
    throw new WorkflowError('settings_invalid', `workflowSettings of ${bundle.entry} is not an object`, {
      at: settingsAt,
      hint: 'Export an object with id and trigger.',
    })
  }
  const { id, trigger: triggerKey } = exports.settings
  if (id === undefined || id === null || (typeof id === 'string' && id.trim() === '')) {
    throw new WorkflowError(
      'settings_missing',
      `Workflow ID is required: workflowSettings of ${bundle.entry} has no id`,
      {
        at: settingsAt,
        hint: 'Add id: "…"; it is unique in the project.',
      },
    )
  }
  const parsed = settingsSchema.safeParse(exports.settings)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const path = printable(['workflowSettings', ...(issue?.path ?? [])].join('.'), 200)
    throw new WorkflowError(
      'settings_invalid',
      `${path} of ${bundle.entry}: ${issue?.message ?? 'not understood'}`,
      {
        at: fieldAt(String(issue?.path[0] ?? 'workflowSettings')),
        hint: `Correct ${path}.`,
      },
    )
  }
  const trigger = findTrigger(typeof triggerKey === 'string' ? triggerKey : '')
  if (trigger === undefined) throw unknownTrigger(triggerKey, bundle.entry, source, fieldAt('trigger'))
  if (parsed.data.failurePolicy.fallback !== undefined && trigger.key !== fallbackTrigger) {
    throw new WorkflowError(
      'settings_invalid',
      `workflowSettings.failurePolicy.fallback of ${bundle.entry}: works for ${fallbackTrigger} only, because a machine has no refresh token that keeps its last good run`,
      { at: fieldAt('failurePolicy'), hint: 'Remove workflowSettings.failurePolicy.fallback.' },
    )
  }
  refuseWithoutDefault(exports, bundle, place(bundle, exportLine(source, 'default')))

  const { name, order, failurePolicy, bindings } = parsed.data
  const { action, fallback, maxAgeSeconds = defaultMaxAgeSeconds } = failurePolicy
  return {
    id: parsed.data.id,
    trigger: trigger.key,
    ...(name === undefined ? {} : { name }),
    ...(order === undefined ? {} : { order }),
    failurePolicy: { action, ...(fallback && { fallback, maxAgeSeconds }) },
    bindings,
  }
}

function unknownTrigger(given: unknown, entry: string, source: string, at: SourceLocation): WorkflowError {
  // A member that WorkflowTrigger does not have is `undefined` once it is bundled (C§6.13), so only the source tells it.
  const member = /\btrigger\s*:\s*WorkflowTrigger\.(\w+)/.exec(source)?.[1]
  const near =
    typeof given === 'string'
      ? nearestTrigger(given)
      : member === undefined
        ? undefined
        : nearestTriggerMember(member)?.key
  const nearMember = triggers.find((trigger) => trigger.key === near)?.member
  const said =
    typeof given === 'string'
      ? `"${printable(given, 100)}"`
      : member === undefined
        ? 'no trigger'
        : `WorkflowTrigger.${member}, which does not exist`
  return new WorkflowError(
    'trigger_unknown',
    `Unknown trigger requested: workflowSettings of ${entry} names ${said}`,
    {
      at,
      hint:
        near === undefined
          ? `Use one of ${firedTriggers.join(', ')}; Kinde’s other triggers never fire here.`
          : `Did you mean "${near}" (WorkflowTrigger.${String(nearMember)})?`,
    },
  )
}

function refuseWithoutDefault(exports: ModuleExports, bundle: Bundle, at: SourceLocation): void {
  if (exports.defaultExport === 'function' || exports.defaultExport === 'handle-object') return
  // A top level that ends early may not have come to its default export.
  refuseIfThrown(exports, bundle)
  const what =
    exports.defaultExport === 'missing'
      ? `${bundle.entry} has no default export`
      : `the default export of ${bundle.entry} is neither a function nor an object with a handle method`
  throw new WorkflowError('default_export_missing', `No default function exported: ${what}`, {
    at,
    hint: 'Add export default async function (event) { … }.',
  })
}

function refuseIfThrown(exports: ModuleExports, bundle: Bundle): void {
  if (exports.error !== undefined) throw topLevelThrew(exports.error, bundle)
}

function topLevelThrew(error: GuestError, bundle: Bundle): WorkflowError {
  const thrown = `${printable(error.name, 100)}: ${error.message}`
  return topLevelError(error, `${bundle.entry} threw while it was loaded: ${thrown}`, bundle)
}

function place(bundle: Bundle, line: number | undefined): SourceLocation {
  return { file: bundle.entry, ...(line === undefined ? {} : { line }) }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
