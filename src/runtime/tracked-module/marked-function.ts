// The code of a WebAssembly function with marks: each of its writes to memory is followed by one to the map, which has a byte for
// each block of the memory. A write that reaches into the next block marks only the block in which it begins: the code that reads
// the map counts a block as `overhangBytes` longer than it is.
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { namesMemory, opcode, readPlace, skipOperands, skipValueType, valueType } from './instruction.ts'

/** Binary logarithm of the size of a block. */
const blockShift = 11
export const blockBytes: number = 1 << blockShift
/** How far a write that begins in a block can reach beyond it. */
export const overhangBytes = 8

/** The locals that a function gets: what an instruction finds on the stack is kept in them while it is done. */
const kept = { address: 0, i32: 1, count: 2, i64: 3, f32: 4, f64: 5 } as const
const keptTypes = [valueType.i32, valueType.i32, valueType.i32, valueType.i64, valueType.f32, valueType.f64]
/** Where each store keeps its value, in the order of their opcodes. */
const valueOfStore = [
  kept.i32,
  kept.i64,
  kept.f32,
  kept.f64,
  kept.i32,
  kept.i32,
  kept.i64,
  kept.i64,
  kept.i64,
]

/** The code of a function of `parameters` parameters, with marks in the memory `map` of its module. */
export function markedFunction(code: Uint8Array, parameters: number, map: number): Uint8Array {
  const reader = new ByteReader(code)
  const groups = reader.u32()
  const declarations = reader.at
  let locals = parameters
  for (let rest = groups; rest > 0; rest--) {
    locals += reader.u32()
    skipValueType(reader)
  }
  const instructions = reader.at
  const result = new ByteWriter(code.length * 2)
  result.u32(groups + keptTypes.length)
  result.bytes(code.subarray(declarations, instructions))
  for (const type of keptTypes) {
    result.u32(1)
    result.byte(type)
  }
  const marking = new Marking(code, instructions, locals, map, result)
  while (!reader.isAtEnd) marking.pass(reader)
  return marking.hasMarks ? marking.end() : code
}

class Marking {
  hasMarks = false
  readonly #code: Uint8Array
  readonly #firstKept: number
  readonly #map: number
  readonly #result: ByteWriter
  /** How much of the code is in the result. */
  #done: number

  constructor(code: Uint8Array, start: number, firstKept: number, map: number, result: ByteWriter) {
    this.#code = code
    this.#done = start
    this.#firstKept = firstKept
    this.#map = map
    this.#result = result
  }

  /** Reads one instruction; one that writes gets its mark. */
  pass(reader: ByteReader): void {
    const start = reader.at
    const code = reader.byte()
    if (code >= opcode.firstStore && code <= opcode.lastStore) return this.#store(reader, start, code)
    const bulk = skipOperands(reader, code)
    if (code === opcode.bulk && writesRange(bulk)) this.#range(start, reader.at)
  }

  end(): Uint8Array {
    this.#take(this.#code.length)
    return this.#result.end()
  }

  /** On the stack: an address and a value. */
  #store(reader: ByteReader, start: number, code: number): void {
    const value = valueOfStore[code - opcode.firstStore] ?? kept.i32
    const offset = readPlace(reader)
    this.#take(start)
    this.#local(opcode.localSet, value)
    this.#local(opcode.localTee, kept.address)
    this.#local(opcode.localGet, value)
    this.#take(reader.at)
    this.#local(opcode.localGet, kept.address)
    if (offset !== 0) this.#plus(offset)
    this.#toBlock()
    this.#constant(1)
    this.#result.byte(opcode.store8)
    this.#result.byte(namesMemory)
    this.#result.u32(this.#map)
    this.#result.u32(0)
    this.hasMarks = true
  }

  /** On the stack: an address, what is written there, and how many bytes of it. */
  #range(start: number, end: number): void {
    this.#take(start)
    this.#local(opcode.localSet, kept.count)
    this.#local(opcode.localSet, kept.i32)
    this.#local(opcode.localTee, kept.address)
    this.#local(opcode.localGet, kept.i32)
    this.#local(opcode.localGet, kept.count)
    this.#take(end)
    this.#local(opcode.localGet, kept.address)
    this.#toBlock()
    this.#constant(1)
    this.#local(opcode.localGet, kept.address)
    this.#local(opcode.localGet, kept.count)
    this.#result.byte(opcode.i32Add)
    this.#plus(blockBytes - 1)
    this.#toBlock()
    this.#local(opcode.localGet, kept.address)
    this.#toBlock()
    this.#result.byte(opcode.i32Sub)
    this.#result.byte(opcode.bulk)
    this.#result.u32(opcode.memoryFill)
    this.#result.u32(this.#map)
    this.hasMarks = true
  }

  #local(code: number, index: number): void {
    this.#result.byte(code)
    this.#result.u32(this.#firstKept + index)
  }

  #constant(value: number): void {
    this.#result.byte(opcode.i32Const)
    this.#result.s32(value)
  }

  #plus(value: number): void {
    this.#constant(value)
    this.#result.byte(opcode.i32Add)
  }

  #toBlock(): void {
    this.#constant(blockShift)
    this.#result.byte(opcode.i32ShiftRight)
  }

  /** Takes over the code up to `end` as it is. */
  #take(end: number): void {
    this.#result.bytes(this.#code.subarray(this.#done, end))
    this.#done = end
  }
}

function writesRange(bulk: number): boolean {
  return bulk === opcode.memoryFill || bulk === opcode.memoryCopy || bulk === opcode.memoryInit
}
