// Which builtin class an object belongs to, by walking its prototypes: an author cannot change the builtin prototypes'
// identity, and no code of the author runs (a Proxy's getPrototypeOf trap apart). undefined for plain objects, arrays
// and an author's own classes.
import { getPrototypeOf, GuestMap, mapGet, mapSet } from './primordials.ts'

const kinds = new GuestMap<object, string>()

const builtins: Record<string, object> = {
  Map: Map.prototype,
  Set: Set.prototype,
  WeakMap: WeakMap.prototype,
  WeakSet: WeakSet.prototype,
  Promise: Promise.prototype,
  Date: Date.prototype,
  RegExp: RegExp.prototype,
  Error: Error.prototype,
  ArrayBuffer: ArrayBuffer.prototype,
  DataView: DataView.prototype,
  TypedArray: Reflect.getPrototypeOf(Uint8Array.prototype) ?? Uint8Array.prototype,
  Headers: Headers.prototype,
  URL: URL.prototype,
  String: String.prototype,
  Number: Number.prototype,
  Boolean: Boolean.prototype,
  BigInt: BigInt.prototype,
  Symbol: Symbol.prototype,
}

const names = Object.keys(builtins)
for (let index = 0; index < names.length; index++) {
  const name = names[index]
  if (name !== undefined && builtins[name] !== undefined) mapSet(kinds, builtins[name], name)
}

export function builtinKind(value: object): string | undefined {
  let prototype = getPrototypeOf(value)
  for (let steps = 0; prototype !== null && steps < 64; steps++) {
    const kind: string | undefined = mapGet(kinds, prototype)
    if (kind !== undefined) return kind
    prototype = getPrototypeOf(prototype)
  }
  return undefined
}
