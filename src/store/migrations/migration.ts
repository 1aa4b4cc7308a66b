// What a migration is. The statements are SQL that both databases understand; what they name differently is in ColumnTypes.

/** Runs one statement for each row that changes, which it knows as `new`. */
export interface Trigger {
  readonly name: string
  /** `insert on users` */
  readonly after: string
  readonly statement: string
}

export interface ColumnTypes {
  /** Compared byte by byte, so that order and paging are the same everywhere. */
  readonly text: string
  /** 64 bits. */
  readonly integer: string
  /** 64 bits, with a fraction. */
  readonly real: string
  /** A primary key that the database numbers. */
  readonly sequence: string
  /** After the columns of a table that is found only by its primary key and has short rows. */
  readonly keyedTable: string
  /** After the columns of any other table. */
  readonly table: string
  /** The statements that make one. */
  readonly trigger: (trigger: Trigger) => readonly string[]
}

export interface Migration {
  /** 1, 2, 3, …: applied in this order, never changed once released. */
  readonly id: number
  readonly name: string
  /**
   * Set by a migration that takes something away or changes it (contract): programs that know this older migration go on serving after
   * it, others are refused. Absent when it only adds (expand), so that programs of before it go on (docs/decisions/0052).
   */
  readonly servesFrom?: number
  statements(types: ColumnTypes): readonly string[]
}
