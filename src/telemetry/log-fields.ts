// Field values as they may go into a log: a bounded copy in which secrets are redacted. By name, because who logs a form or a
// header does not look at each of its fields; by shape, because a token turns up in texts too. Total: no value throws.
import { isSecretName, redactTokens } from './secrets.ts'

const longestText = 2_048
const mostMembers = 64
const deepest = 5
/** Characters of all values of one event. */
const mostCharacters = 16_384

type Fields = Record<string, unknown>

export function logFields(fields: Readonly<Record<string, unknown>>): Fields {
  return members(fields, { left: mostCharacters }, 0)
}

interface Budget {
  left: number
}

function members(source: object, budget: Budget, depth: number): Fields {
  const copy: Fields = {}
  for (const [name, value] of Object.entries(source).slice(0, mostMembers)) {
    if (value === undefined) continue
    copy[text(name, budget)] =
      isSecretName(name) && isSet(value) ? '[redacted]' : copied(value, budget, depth)
  }
  return copy
}

function copied(value: unknown, budget: Budget, depth: number): unknown {
  if (typeof value === 'string') return text(value, budget)
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  if (typeof value !== 'object') return `[${typeof value}]`
  if (depth >= deepest || budget.left <= 0) return '[cut]'
  if (value instanceof Error) return errorFields(value, budget, depth + 1)
  if (value instanceof Date || value instanceof URL) return text(JSON.stringify(value).slice(1, -1), budget)
  return Array.isArray(value)
    ? value.slice(0, mostMembers).map((item: unknown) => copied(item, budget, depth + 1))
    : members(value, budget, depth + 1)
}

/** An error's code is not an authorization code, so it is taken before names are looked at. */
function errorFields(error: Error, budget: Budget, depth: number): Fields {
  const { name, message, stack = '', cause } = error
  return {
    name: text(name, budget),
    ...('code' in error && typeof error.code === 'string' && { code: text(error.code, budget) }),
    message: text(message, budget),
    ...(cause === undefined ? {} : { cause: copied(cause, budget, depth) }),
    stack: text(stack, budget),
  }
}

function text(value: string, budget: Budget): string {
  const room = Math.max(0, Math.min(longestText, budget.left))
  const redacted = redactTokens(value.slice(0, room + 1))
  budget.left -= redacted.length
  return value.length > room ? `${redacted.slice(0, room)}[${value.length - room} more]` : redacted
}

function isSet(value: unknown): boolean {
  return value !== null && value !== ''
}
