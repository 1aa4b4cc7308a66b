// Where an error goes that nothing catches: thrown by a listener, or handed to reportError. The run fails with it, as with
// what a timer's callback throws, unless a listener for `error` on the global object takes it.
let handler: (error: unknown) => void = () => {}

/** Once, when the globals are put in place. */
export function onUncaught(report: (error: unknown) => void): void {
  handler = report
}

export function reportUncaught(error: unknown): void {
  handler(error)
}
