// One line of a plan and the changes behind it. What is as the file says makes no line.
import { isDeepStrictEqual } from 'node:util'
import type { Change } from '../../store/index.ts'

export interface PlanStep {
  readonly action: 'add' | 'change' | 'remove'
  /** `application`, `user`, … */
  readonly what: string
  readonly name: string
  /** What differs, of a change. */
  readonly fields: readonly string[]
  readonly changes: readonly Change[]
  /** Whom it is about, when it is about a user. */
  readonly userId?: string
}

const signs = { add: '+', change: '~', remove: '-' } as const satisfies Record<PlanStep['action'], string>

/** `~ application demo_web redirectUris, lifetimes`. Only names of fields: values may be secrets. */
export function stepText({ action, what, name, fields }: PlanStep): string {
  return [signs[action], what, name, fields.join(', ')].filter((part) => part !== '').join(' ')
}

/** The step from one record to another; none when they are equal. */
export function recordStep<Row extends object>(
  { what, name }: Pick<PlanStep, 'what' | 'name'>,
  current: Row | undefined,
  wanted: Row,
  change: Change,
): PlanStep[] {
  if (current === undefined) return [{ action: 'add', what, name, fields: [], changes: [change] }]
  const fields = changedFields(current, wanted)
  return fields.length === 0 ? [] : [{ action: 'change', what, name, fields, changes: [change] }]
}

export function removeStep(what: string, name: string, change: Change): PlanStep {
  return { action: 'remove', what, name, fields: [], changes: [change] }
}

/** Says when something changed, and does not count as a change. */
const stamp = 'updatedAtMs'

/** Of two records the members that differ: to set, and as they were read. */
export function narrowed<Row extends object>(
  current: Row,
  wanted: Row,
): { readonly set: Partial<Row>; readonly expected: Partial<Row> } {
  const fields = new Set(changedFields(current, wanted))
  return { set: pick(wanted, fields), expected: pick(current, fields) }
}

function pick<Row extends object>(row: Row, fields: ReadonlySet<string>): Partial<Row> {
  // Members of the row, each as it is there.
  return Object.fromEntries(Object.entries(row).filter(([name]) => fields.has(name))) as Partial<Row>
}

/** Names of the members that differ. A member without a value and a missing one are the same. */
export function changedFields(current: object, wanted: object): string[] {
  const before = new Map<string, unknown>(Object.entries(current))
  const after = new Map<string, unknown>(Object.entries(wanted))
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (field) => field !== stamp && !isDeepStrictEqual(before.get(field), after.get(field)),
  )
}
