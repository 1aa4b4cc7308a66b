/** What the reference page says of a code. */
export interface ErrorEntry {
  readonly meaning: string
  readonly fix: string
}
