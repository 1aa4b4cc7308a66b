// Where each instruction of a function body ends: its opcode says what follows (WebAssembly Core 2.0, §5.4, and the
// exceptions proposal, which the engine uses for its own long jumps). An opcode that is not listed is refused: an instruction
// that was read as another one would be an unmarked store.
import type { ByteReader } from './byte-reader.ts'

export const opcode = {
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  firstStore: 0x36,
  store8: 0x3a,
  lastStore: 0x3e,
  i32Const: 0x41,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32ShiftRight: 0x76,
  bulk: 0xfc,
  memoryInit: 8,
  memoryCopy: 10,
  memoryFill: 11,
} as const

/** Passes the operands of an instruction whose first byte was read; gives the second opcode of a prefixed one, otherwise 0. */
export function skipOperands(reader: ByteReader, code: number): number {
  if (code === opcode.bulk) return skipBulkOperands(reader)
  const operands = operandsOf(code)
  switch (operands) {
    case 'none':
      break
    case 'number':
      reader.skipNumber()
      break
    case 'two numbers':
      reader.skipNumber()
      reader.skipNumber()
      break
    case 'place':
      readPlace(reader)
      break
    case 'labels':
      skipNumbers(reader, reader.u32() + 1)
      break
    case 'types':
      for (let rest = reader.u32(); rest > 0; rest--) skipValueType(reader)
      break
    case 'catches':
      skipCatches(reader)
      break
    case 4:
    case 8:
      reader.skip(operands)
  }
  return 0
}

type Operands = 'none' | 'number' | 'two numbers' | 'place' | 'labels' | 'types' | 'catches' | 4 | 8

function operandsOf(code: number): Operands {
  const operands = operandsByCode[code]
  if (operands === undefined) throw new RangeError(`the instruction 0x${code.toString(16)} is not known`)
  return operands
}

const operandsByCode: readonly (Operands | undefined)[] = table([
  [[0x00, 0x01, 0x05, 0x0a, 0x0b, 0x0f, 0x19, 0x1a, 0x1b, 0xd1], 'none'],
  // A block's type is one number, also where it is an abbreviated value type.
  [[0x02, 0x03, 0x04, 0x06, 0x07, 0x08, 0x09, 0x0c, 0x0d, 0x10, 0x12, 0x18], 'number'],
  [[0x0e], 'labels'],
  [[0x11, 0x13], 'two numbers'],
  [[0x1c], 'types'],
  [[0x1f], 'catches'],
  [range(0x20, 0x24), 'number'],
  [range(0x28, 0x3e), 'place'],
  [[0x3f, 0x40, 0x41, 0x42, 0xd0, 0xd2], 'number'],
  [[0x43], 4],
  [[0x44], 8],
  [range(0x45, 0xc4), 'none'],
])

function table(rows: readonly (readonly [readonly number[], Operands])[]): (Operands | undefined)[] {
  const byCode: (Operands | undefined)[] = Array.from({ length: 256 })
  for (const [codes, operands] of rows) for (const code of codes) byCode[code] = operands
  return byCode
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

/** The flag in the operands of a load or store that says that a memory is named; below it is the alignment. */
export const namesMemory = 0x40

/** Where a load or store goes, from its operands: how far from the address on the stack, in the only memory. */
export function readPlace(reader: ByteReader): number {
  if (reader.u32() >= namesMemory) throw new RangeError('an instruction names its memory')
  return reader.u32()
}

/** All that take one byte, and no vector. */
export const valueType = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  funcref: 0x70,
  externref: 0x6f,
} as const
const valueTypes: ReadonlySet<number> = new Set(Object.values(valueType))

export function skipValueType(reader: ByteReader): void {
  const type = reader.byte()
  if (!valueTypes.has(type)) throw new RangeError(`the type 0x${type.toString(16)} is not known`)
}

/**
 * How many numbers follow each of the instructions behind the prefix 0xFC. Those on tables are refused: a table that a run could
 * write would not be put back.
 */
const bulkOperands = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1]

function skipBulkOperands(reader: ByteReader): number {
  const code = reader.u32()
  const count = bulkOperands[code]
  if (count === undefined) throw new RangeError(`the instruction 0xfc ${code} is not known`)
  skipNumbers(reader, count)
  return code
}

/** A block type, and clauses of one number or two: those that name a tag, and those that catch everything. */
function skipCatches(reader: ByteReader): void {
  reader.skipNumber()
  for (let rest = reader.u32(); rest > 0; rest--) skipNumbers(reader, reader.byte() < 2 ? 2 : 1)
}

function skipNumbers(reader: ByteReader, count: number): void {
  for (let rest = count; rest > 0; rest--) reader.skipNumber()
}
