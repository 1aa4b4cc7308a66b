// Turns in SQL: the moment at which the next one is due, moved on by compare-and-set.
import type { TurnStore } from '../turn-store.ts'
import type { Database } from './database.ts'
import { prepare } from './statement.ts'

const turnName = (name: string): string => `turn:${name}`

/** The row that every running server raises from time to time. */
export const housekeepingTurn = turnName('housekeeping')

export class SqlTurnStore implements TurnStore {
  readonly #database: Database
  readonly #take: ReturnType<typeof takeStatement>
  readonly #giveBack: ReturnType<typeof giveBackStatement>

  constructor(database: Database) {
    this.#database = database
    this.#take = takeStatement(database)
    this.#giveBack = giveBackStatement(database)
  }

  async take(name: string, nowMs: number, everyMs: number): Promise<boolean> {
    const slots = { name: turnName(name), now_ms: nowMs, next_ms: nowMs + everyMs }
    const { changes } = await this.#database.write(this.#take(slots), 'lazy')
    return changes > 0
  }

  async giveBack(name: string): Promise<void> {
    await this.#database.write(this.#giveBack({ name: turnName(name) }), 'lazy')
  }
}

/** A due moment further away than one turn comes from a clock that was wrong: it is ignored. */
function takeStatement({ builder }: Database) {
  return prepare((slot: { name: string; now_ms: number; next_ms: number }) =>
    builder
      .insertInto('counters')
      .values({ name: slot.name, value: slot.next_ms })
      .onConflict((conflict) =>
        conflict
          .column('name')
          .doUpdateSet({ value: slot.next_ms })
          .where((eb) =>
            eb.or([eb('counters.value', '<=', slot.now_ms), eb('counters.value', '>', slot.next_ms)]),
          ),
      ),
  )
}

function giveBackStatement({ builder }: Database) {
  return prepare((slot: { name: string }) => builder.deleteFrom('counters').where('name', '=', slot.name))
}
