// Paths through a plain value: how they are written in a message, and what stands at the places that a pattern names.
import { isJsonObject } from '../oauth/index.ts'

export type Path = readonly (string | number)[]

/** `applications.demo_web.redirectUris[0]` */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`,
    )
    .join('')
}

export interface Spot {
  readonly path: Path
  readonly value: unknown
}

/** Every spot that a pattern names; `*` is each member or item. What has another shape is passed over: the schema tells. */
export function spotsAt(value: unknown, pattern: readonly string[], path: Path = []): Spot[] {
  const [step, ...rest] = pattern
  if (step === undefined) return [{ path, value }]
  const members = membersOf(value)
  const chosen = step === '*' ? members : members.filter(([key]) => key === step)
  return chosen.flatMap(([key, member]) => spotsAt(member, rest, [...path, key]))
}

export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => membersOf(inner).find(([key]) => String(key) === String(step))?.[1],
    value,
  )
}

function membersOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return value.map((item: unknown, index) => [index, item])
  return isJsonObject(value) ? Object.entries(value) : []
}
