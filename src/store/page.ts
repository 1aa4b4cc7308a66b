// A list is read in pages: each ends with a cursor that leads to the next one.
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Opaque; absent on the last page. */
  readonly nextCursor?: string
}

export interface PageRequest {
  readonly size: number
  readonly cursor?: string
}
