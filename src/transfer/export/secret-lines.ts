// secrets.env: `NAME=value`, a line for each value that mintage.yaml and data/catalog.json refer to. Shells, systemd, Compose and Node's
// --env-file read it.
import { parseEnv } from 'node:util'

/** The name in a text that is one reference and nothing else. */
export function declaredReference(given: unknown): string | undefined {
  return typeof given === 'string' ? /^\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(given)?.[1] : undefined
}

const plain = /^[A-Za-z0-9_@%+=:,./-]+$/

/** Undefined for a value that no way of quoting gives back, such as one with every kind of quote. */
export function secretLine(name: string, value: string): string | undefined {
  const lines = plain.test(value)
    ? [`${name}=${value}`]
    : ["'", '"', '`']
        .filter((quote) => !value.includes(quote))
        .map((quote) => `${name}=${quote}${value}${quote}`)
  return lines.find((line) => readSecretLines(line).get(name) === value)
}

export function readSecretLines(text: string): ReadonlyMap<string, string> {
  const values = Object.entries(parseEnv(text)).map(([name, value]): [string, string] => [name, value ?? ''])
  return new Map(values)
}
