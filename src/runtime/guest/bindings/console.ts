// console: every method gives one line to the host's log, bounded (format.ts). Returns undefined, where Kinde's returns
// its arguments; no known workflow uses that.
import { describeThrown } from '../describe-thrown.ts'
import { boundText, format } from '../format.ts'
import { inspect } from '../inspect.ts'
import {
  dateNow,
  GuestError,
  GuestMap,
  mapDelete,
  mapGet,
  mapSet,
  stringIndexOf,
  stringRepeat,
  stringSlice,
  StringOf,
} from '../primordials.ts'
import type { Guest } from '../run-state.ts'
import { tableText } from '../table-text.ts'

const maxGroups = 32

export function consoleBinding({ host }: Guest): object {
  const counts = new GuestMap<string, number>()
  const timers = new GuestMap<string, number>()
  let groups = 0

  const print = (level: string, text: string): void => {
    host.log(level, boundText(groups === 0 ? text : indented(text, stringRepeat(' ', groups * 2))))
  }
  const printer = (level: string) => {
    return (...values: unknown[]): void => print(level, format(values))
  }
  const label = (name: unknown): string =>
    name === undefined ? 'default' : stringSlice(StringOf(name), 0, 256)
  const elapsed = (name: unknown): string => {
    const started: number | undefined = mapGet(timers, label(name))
    return started === undefined
      ? "No such label '" + label(name) + "'"
      : label(name) + ': ' + (dateNow() - started) + 'ms'
  }

  return {
    log: printer('info'),
    info: printer('info'),
    debug: printer('debug'),
    warn: printer('warn'),
    error: printer('error'),
    trace(...values: unknown[]): void {
      const text = format(values)
      const { stack } = describeThrown(new GuestError(''))
      print('error', 'Trace' + (text === '' ? '' : ': ' + text) + '\n' + stack)
    },
    assert(condition?: unknown, ...values: unknown[]): void {
      if (condition) return
      print('error', values.length === 0 ? 'Assertion failed' : 'Assertion failed: ' + format(values))
    },
    dir(value?: unknown): void {
      print('info', inspect(value))
    },
    table(value?: unknown): void {
      print('info', tableOr(value))
    },
    count(name?: unknown): void {
      const known: number | undefined = mapGet(counts, label(name))
      const count = (known ?? 0) + 1
      mapSet(counts, label(name), count)
      print('info', label(name) + ': ' + count)
    },
    countReset(name?: unknown): void {
      mapDelete(counts, label(name))
    },
    time(name?: unknown): void {
      mapSet(timers, label(name), dateNow())
    },
    timeLog(name?: unknown, ...values: unknown[]): void {
      const rest = values.length === 0 ? '' : ' ' + format(values)
      print('info', elapsed(name) + rest)
    },
    timeEnd(name?: unknown): void {
      print('info', elapsed(name))
      mapDelete(timers, label(name))
    },
    group(...values: unknown[]): void {
      if (values.length > 0) print('info', format(values))
      if (groups < maxGroups) groups++
    },
    groupEnd(): void {
      if (groups > 0) groups--
    },
  }
}

function indented(text: string, margin: string): string {
  let result = margin
  let from = 0
  for (let at = stringIndexOf(text, '\n'); at !== -1; at = stringIndexOf(text, '\n', from)) {
    result += stringSlice(text, from, at + 1) + margin
    from = at + 1
  }
  return result + stringSlice(text, from)
}

/** A table, or what console.log shows: an object that throws while it is looked at must not end the run. */
function tableOr(value: unknown): string {
  try {
    return tableText(value)
  } catch {
    return inspect(value)
  }
}
