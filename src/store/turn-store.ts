// Work that all replicas could do and one is enough for, such as housekeeping: they take turns. Two that work at the same time do
// no harm; a turn only keeps them from doing the same work twice.

export interface TurnStore {
  /** True for one caller in each `everyMs`, across all processes on the database. */
  take(name: string, nowMs: number, everyMs: number): Promise<boolean>
  /** By a process that ends: another one may take the next turn at once. */
  giveBack(name: string): Promise<void>
}
