// What is in flight, by number. A plain Map would keep what has ended: V8 gives a Map that is written all the time a new table again and
// again, each old table points to the next one and still holds its entries, and once one of them is in the old generation, all later
// ones survive every collection but a full one. So the tables hold boxes, and a box is emptied when its value leaves.

interface Box<Value> {
  value: Value | undefined
}

export class InFlight<Value extends object> {
  readonly #boxes = new Map<number, Box<Value>>()

  get size(): number {
    return this.#boxes.size
  }

  get(number: number): Value | undefined {
    return this.#boxes.get(number)?.value
  }

  /** The number must be free. */
  add(number: number, value: Value): void {
    this.#boxes.set(number, { value })
  }

  delete(number: number): void {
    const box = this.#boxes.get(number)
    if (box === undefined) return
    box.value = undefined
    this.#boxes.delete(number)
  }

  /** In the order in which they came. What leaves meanwhile is left out. */
  *values(): Generator<Value> {
    for (const { value } of this.#boxes.values()) if (value !== undefined) yield value
  }
}
