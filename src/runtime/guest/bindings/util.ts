// The module `util`: only util.format, as at Kinde (C§6.2), and inspect, which costs nothing more. The global of that
// name exists only when the binding `util` is declared; require("util") always works.
import { format } from '../format.ts'
import { inspect } from '../inspect.ts'

export function util(): object {
  return {
    format: (...values: unknown[]): string => format(values),
    inspect: (value?: unknown): string => inspect(value),
  }
}
