// The claims of a run as JSON, read out of the engine's memory where they lie. No code of the guest runs meanwhile, so
// nothing can show one thing to a check and another to the token, and it takes a fraction of what the engine's own JSON
// does. Only plain data is read: objects and arrays with the builtin prototypes, strings, finite numbers, true, false and
// null. For anything else (an accessor, a Proxy, a toJSON, a class, a hole, a rope) the answer is undefined, and the guest
// walks its claims itself (guest/serialise.ts), which also finds the words for what JSON cannot carry.
//
// It knows how the pinned binary lays out its heap; plain-claims.test.ts holds it against the guest's walk. The memory may
// belong to a guest that took over its engine: reads beyond its end give zero, and each step is paid for from a budget.
import type { JsonWriter } from './json-writer.ts'

/** Where the reader starts: objects that the prelude keeps (guest/prelude.ts), which no author can replace. */
export const claimsRootNames = ['claims', 'claimsPrototypes', 'objectPrototype', 'arrayPrototype'] as const
type ClaimsRoots = Readonly<Record<(typeof claimsRootNames)[number], number>>

export interface EngineHeap {
  readonly memory: ArrayBuffer
  readonly runtimePointer: number
  /** Where the value of each root is. */
  readonly handles: Readonly<Record<string, number>>
}

export interface ClaimsBounds {
  readonly depth: number
  readonly bytes: number
}

// The heap of QuickJS 0.17 on wasm32, in words of 32 bits from the start of each record.
const objectRecord = { kind: 2, shape: 3, values: 4, items: 7, itemCount: 8 } as const
const shapeRecord = { hashMask: 4, propertyCount: 6, prototype: 9, hashTable: 10 } as const
const stringRecord = { lengthAndWidth: 0, hashAndKind: 1, text: 6 } as const
const atomTableOfRuntime = 142

const classOf = (kind: number): number => kind >>> 16
const plainClass = 1
const arrayClass = 2
const isExotic = 0x08
const isFastArray = 0x10

const propertyFlagsShift = 26
const enumerable = 4
/** Accessors, references to variables, and builtins that are not made yet: not values. */
const noValueMask = 0x30
const deletedAtom = 0
const integerAtom = 0x8000_0000

/** Tags of values, as the signed upper half; every other upper half belongs to a floating-point number. */
const tag = { object: -1, string: -7, integer: 0, boolean: 1, null: 2, undefined: 3 } as const
const firstTag = -9
const lastTag = 7
/** What is added to the upper half of a floating-point number to keep it apart from the tags. */
const floatOffset = 0x8007_fff6

const comma = 0x2c
const colon = 0x3a
const openObject = 0x7b
const closeObject = 0x7d
const openArray = 0x5b
const closeArray = 0x5d

/** The JSON of the claims, or undefined when they are not all plain data or pass a bound. */
export function readPlainClaims(
  heap: EngineHeap,
  bounds: ClaimsBounds,
  writer: JsonWriter,
): string | undefined {
  return new PlainClaims(heap, bounds, writer).read()
}

class PlainClaims {
  readonly #words: Uint32Array
  readonly #bytes: Uint8Array
  readonly #units: Uint16Array
  readonly #atoms: number
  readonly #roots: ClaimsRoots
  readonly #bounds: ClaimsBounds
  readonly #writer: JsonWriter
  readonly #prototypes: number[] = []
  #budget: number

  constructor({ memory, runtimePointer, handles }: EngineHeap, bounds: ClaimsBounds, writer: JsonWriter) {
    this.#words = new Uint32Array(memory)
    this.#bytes = new Uint8Array(memory)
    this.#units = new Uint16Array(memory)
    this.#bounds = { depth: bounds.depth, bytes: Math.min(bounds.bytes, mostBytes) }
    this.#writer = writer
    this.#budget = this.#bounds.bytes
    this.#atoms = this.#word((runtimePointer >>> 2) + atomTableOfRuntime) >>> 2
    const root = (name: keyof ClaimsRoots): number => this.#word((handles[name] ?? 0) >>> 2)
    this.#roots = {
      claims: root('claims'),
      claimsPrototypes: root('claimsPrototypes'),
      objectPrototype: root('objectPrototype'),
      arrayPrototype: root('arrayPrototype'),
    }
  }

  read(): string | undefined {
    const { claims, claimsPrototypes, objectPrototype, arrayPrototype } = this.#roots
    if (!this.#isUntouched(objectPrototype, 0) || !this.#isUntouched(arrayPrototype, objectPrototype))
      return undefined
    this.#prototypes.push(0, objectPrototype)
    if (!this.#takePrototypes(claimsPrototypes)) return undefined
    this.#writer.begin()
    return this.#writeObject(claims, 0) ? this.#writer.end() : undefined
  }

  /** A prototype adds nothing to what JSON sees when it has no toJSON and inherits from where it always did. */
  #isUntouched(prototype: number, parent: number): boolean {
    const shape = this.#word((prototype >>> 2) + objectRecord.shape) >>> 2
    if (this.#word(shape + shapeRecord.prototype) !== parent) return false
    const first = this.#firstProperty(shape)
    const end = first + 2 * this.#word(shape + shapeRecord.propertyCount)
    for (let property = first; property < end; property += 2) {
      if (--this.#budget < 0 || this.#isToJson(this.#word(property + 1))) return false
    }
    return true
  }

  #isToJson(atom: number): boolean {
    const name = this.#atomText(atom)
    if (name === 0 || this.#word(name + stringRecord.lengthAndWidth) !== toJsonName.length) return false
    const start = (name + stringRecord.text) * 4
    return toJsonName.every((byte, index) => this.#bytes[start + index] === byte)
  }

  /** The prototypes of the claims, each a value of `record`. */
  #takePrototypes(record: number): boolean {
    const object = record >>> 2
    const shape = this.#word(object + objectRecord.shape) >>> 2
    const count = this.#word(shape + shapeRecord.propertyCount)
    if (count > mostTokens) return false
    const first = this.#word(object + objectRecord.values) >>> 2
    for (let value = first; value < first + 2 * count; value += 2) {
      const prototype = this.#word(value)
      if (!this.#isUntouched(prototype, this.#roots.objectPrototype)) return false
      this.#prototypes.push(prototype)
    }
    return true
  }

  #writeObject(pointer: number, depth: number): boolean {
    const object = pointer >>> 2
    const kind = this.#word(object + objectRecord.kind)
    if (depth > this.#bounds.depth) return false
    if (classOf(kind) === arrayClass) return this.#writeArray(object, kind, depth)
    if (classOf(kind) !== plainClass || (kind & isExotic) !== 0) return false
    const shape = this.#word(object + objectRecord.shape) >>> 2
    if (!this.#prototypes.includes(this.#word(shape + shapeRecord.prototype))) return false
    return this.#writeProperties(object, shape, depth)
  }

  #writeProperties(object: number, shape: number, depth: number): boolean {
    const writer = this.#writer
    const count = this.#word(shape + shapeRecord.propertyCount)
    let property = this.#firstProperty(shape)
    let value = this.#word(object + objectRecord.values) >>> 2
    let separator = openObject
    for (let index = 0; index < count; index++, property += 2, value += 2) {
      if (!this.#pay()) return false
      const atom = this.#word(property + 1)
      if (atom === deletedAtom) continue
      const flags = this.#word(property) >>> propertyFlagsShift
      // What is hidden may be a toJSON.
      if ((flags & enumerable) === 0 || (flags & noValueMask) !== 0) return false
      if ((this.#word(value + 1) | 0) === tag.undefined) continue
      if (atom < integerAtom && this.#atomText(atom) === 0) continue
      writer.mark(separator)
      separator = comma
      if (!this.#writeName(atom)) return false
      writer.mark(colon)
      if (!this.#writeValue(value, depth)) return false
    }
    if (separator === openObject) writer.mark(openObject)
    writer.mark(closeObject)
    return true
  }

  #writeArray(object: number, kind: number, depth: number): boolean {
    const writer = this.#writer
    const shape = this.#word(object + objectRecord.shape) >>> 2
    const count = this.#word(object + objectRecord.itemCount)
    const length = this.#word(object + objectRecord.values) >>> 2
    if ((kind & isFastArray) === 0) return false
    if (this.#word(shape + shapeRecord.prototype) !== this.#roots.arrayPrototype) return false
    // The length is a property of its own, the first: behind the items there may be holes. A second one may be a toJSON.
    if (this.#word(shape + shapeRecord.propertyCount) !== 1) return false
    if (this.#word(length) !== count || this.#word(length + 1) !== tag.integer) return false
    let item = this.#word(object + objectRecord.items) >>> 2
    writer.mark(openArray)
    for (let index = 0; index < count; index++, item += 2) {
      if (!this.#pay()) return false
      if (index > 0) writer.mark(comma)
      if (!this.#writeValue(item, depth)) return false
    }
    writer.mark(closeArray)
    return true
  }

  #writeValue(at: number, depth: number): boolean {
    const low = this.#word(at)
    const high = this.#word(at + 1)
    switch (high | 0) {
      case tag.string:
        return this.#writeText(low >>> 2)
      case tag.object:
        return this.#writeObject(low, depth + 1)
      case tag.boolean:
        this.#writer.plain(low === 0 ? 'false' : 'true')
        return true
      case tag.integer:
        this.#writer.plain(`${low | 0}`)
        return true
      case tag.null:
        this.#writer.plain('null')
        return true
      default:
        return this.#writeFloat(low, high)
    }
  }

  #writeFloat(low: number, high: number): boolean {
    if ((high | 0) >= firstTag && (high | 0) <= lastTag) return false
    floatWords[0] = low
    floatWords[1] = high - floatOffset
    const [number = Number.NaN] = float
    if (!Number.isFinite(number)) return false
    this.#writer.plain(`${number}`)
    return true
  }

  #writeName(atom: number): boolean {
    if (atom < integerAtom) return this.#writeText(this.#atomText(atom))
    this.#writer.plain(`"${atom - integerAtom}"`)
    return true
  }

  /** False for a string that is a part of another one. */
  #writeText(string: number): boolean {
    const lengthAndWidth = this.#word(string + stringRecord.lengthAndWidth)
    const kind = (this.#word(string + stringRecord.hashAndKind) >>> 28) & 3
    const length = lengthAndWidth & 0x7fff_ffff
    if (kind !== 0 || this.#writer.length + length > this.#bounds.bytes) return false
    const text = string + stringRecord.text
    if (lengthAndWidth >>> 31 === 0) this.#writer.string(this.#bytes, text * 4, length)
    else this.#writer.string(this.#units, text * 2, length)
    return true
  }

  /** Where the text of a name is; 0 when it is a symbol or an integer. */
  #atomText(atom: number): number {
    if (atom === deletedAtom || atom >= integerAtom) return 0
    const text = this.#word(this.#atoms + atom) >>> 2
    return this.#word(text + stringRecord.hashAndKind) >>> 30 === stringAtom ? text : 0
  }

  #firstProperty(shape: number): number {
    return shape + shapeRecord.hashTable + this.#word(shape + shapeRecord.hashMask) + 1
  }

  #pay(): boolean {
    return --this.#budget >= 0 && this.#writer.length <= this.#bounds.bytes
  }

  #word(index: number): number {
    return this.#words[index] ?? 0
  }
}

/** The guest says how large its claims may be; one that was taken over may say anything. */
const mostBytes = 4 * 1024 * 1024
const stringAtom = 1
const mostTokens = 8
const toJsonName: readonly number[] = [...Buffer.from('toJSON')]
const float = new Float64Array(1)
const floatWords = new Uint32Array(float.buffer)
