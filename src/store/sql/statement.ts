// Compiles a query once and fills it anew each time: building one costs several times what SQLite needs to run it. The builder
// is called with slots in place of values; it may hand each to Kysely as a value of its type, and do nothing else with it.
import type { Compilable } from 'kysely'
import type { SqlValue, Statement } from './database.ts'

/** A place in a compiled query that each execution fills. */
class Slot {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** `Given` names the slots and their types; a query without slots takes `{}`. */
export function prepare<Row, Given extends object = Record<never, SqlValue>>(
  build: (slots: Given) => Compilable<Row>,
): (values: Given) => Statement<Row> {
  const { sql, parameters } = build(slots<Given>()).compile()
  return (values) => {
    return {
      sql,
      parameters: parameters.map((one) =>
        sqlValue(one instanceof Slot ? Reflect.get(values, one.name) : one),
      ),
    }
  }
}

// The one place that claims a type for slots: to the type checker they are the values that later stand in for them.
function slots<Given extends object>(): Given {
  return new Proxy({} as Given, { get: (_, name) => new Slot(String(name)) })
}

function sqlValue(value: unknown): SqlValue {
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value
  throw new TypeError('A statement was given a value that is neither text, number nor null.')
}
