// How one host function is declared: its name on the wall, and what it does with arguments that are already plain
// strings and numbers. Anything else that the guest passes arrives as `undefined` and is refused by `text` and `integer`.
import { HostRefusal, type RunHost } from '../run-host.ts'

export type HostArgument = string | number | undefined

export type HostFunction = (host: RunHost, ...parameters: HostArgument[]) => string | number | void

export type HostFunctionTable = Readonly<Record<string, HostFunction>>

/** The argument as a string, or a refusal that names it. */
export function text(value: HostArgument, name: string): string {
  if (typeof value !== 'string') throw new HostRefusal(`${name} must be a string`)
  return value
}

/** The argument as a non-negative integer below 2^31, or a refusal that names it. */
export function integer(value: HostArgument, name: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0x7fffffff) {
    throw new HostRefusal(`${name} must be a non-negative integer`)
  }
  return value
}
