// Where a text stops being JSON (RFC 8259). JSON.parse decides whether it is; this only finds the place, because V8 names
// none for about half of its complaints.

export interface JsonSyntaxError {
  readonly line: number
  readonly column: number
  readonly message: string
}

const token =
  // oxlint-disable-next-line no-control-regex -- JSON forbids control characters in strings (RFC 8259 §7)
  /[{}[\],:]|"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy
const space = /[ \t\n\r]*/y

/** What may come next: a value, a member's name, or what follows a value. */
type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end'

/** The first place where no JSON text could go on as this one does; undefined for JSON. */
export function findJsonSyntaxError(text: string): JsonSyntaxError | undefined {
  const open: ('{' | '[')[] = []
  let expected: Expected = 'value'
  let position = 0
  for (;;) {
    space.lastIndex = position
    space.exec(text)
    position = space.lastIndex
    if (position === text.length) {
      return open.length === 0 && expected === ', or end'
        ? undefined
        : errorAt(text, position, 'the text ends too early')
    }
    token.lastIndex = position
    const found = token.exec(text)?.[0]
    const next: Expected | undefined = found === undefined ? undefined : step(found, expected, open)
    if (found === undefined || next === undefined)
      return errorAt(text, position, `expected ${inWords(expected, open)}`)
    expected = next
    position += found.length
  }
}

/** What may follow `found`, or undefined when `found` may not stand here. Keeps `open` in step. */
function step(found: string, expected: Expected, open: ('{' | '[')[]): Expected | undefined {
  const innermost = open.at(-1)
  if (expected === ':') return found === ':' ? 'value' : undefined
  if (expected === ', or end') {
    if (found === ',' && innermost !== undefined) return innermost === '{' ? 'name' : 'value'
    return closes(found, innermost) ? close(open) : undefined
  }
  if (expected === 'name' || expected === 'name or }') {
    if (found.startsWith('"')) return ':'
    return expected === 'name or }' && found === '}' ? close(open) : undefined
  }
  if (expected === 'value or ]' && found === ']') return close(open)
  if (found === '{' || found === '[') {
    open.push(found)
    return found === '{' ? 'name or }' : 'value or ]'
  }
  return /^[}\],:]$/.test(found) ? undefined : ', or end'
}

function closes(found: string, innermost: string | undefined): boolean {
  return (found === '}' && innermost === '{') || (found === ']' && innermost === '[')
}

function close(open: ('{' | '[')[]): Expected {
  open.pop()
  return ', or end'
}

function inWords(expected: Expected, open: readonly string[]): string {
  if (expected === 'name') return 'a name in double quotes'
  if (expected === 'name or }') return 'a name in double quotes or }'
  if (expected !== ', or end') return expected === ':' ? ':' : `a ${expected}`
  const innermost = open.at(-1)
  if (innermost === undefined) return 'the end of the text'
  return innermost === '{' ? ', or }' : ', or ]'
}

function errorAt(text: string, position: number, message: string): JsonSyntaxError {
  const before = text.slice(0, position).split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1, message }
}
