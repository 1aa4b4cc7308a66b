// A WebAssembly module as it was shipped, rewritten so that every write that it makes to its memory leaves a mark in a map
// (marked-function.ts). The map is a memory of its own that is given to the module with its imports. No instruction but the
// marks knows it, so nothing that runs in the module, taken over or not, can write without a mark or take one away. The memory
// is given to the module too, so that its creator bounds it: the shipped engine declares no maximum, and a guest that
// makes its native parts allocate (a URL of 20 MB is copied outside QuickJS's own accounting) could grow it to 4 GiB.
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { skipValueType } from './instruction.ts'
import { markedFunction } from './marked-function.ts'

/** WebAssembly's unit of memory. */
export const wasmPageBytes = 65_536

/** The names under which a tracked module imports its memory and its map. */
export const trackedImports = { module: 'wasi_snapshot_preview1', memory: 'memory', map: 'writes' } as const

export interface TrackedModule {
  readonly binary: Uint8Array<ArrayBuffer>
  /** How much memory the module wants at least, in pages; 0 when it imports the memory of another one. */
  readonly memoryPages: number
}

const headerBytes = 8
const section = { type: 1, import: 2, function: 3, memory: 5, code: 10 } as const
const functionForm = 0x60
const importKind = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const
const noMaximum = 0x00
const hasMaximum = 0x01

/** Throws RangeError for a binary with what the shipped ones do not have: more memories, unknown instructions. */
export function trackedModule(binary: Uint8Array): TrackedModule {
  const sections = sectionsOf(binary)
  if (!sections.some(({ id }) => id === section.import)) throw new RangeError('the module imports nothing')
  const memoryPages = ownMemoryPages(sections)
  const parameterCounts = parameterCountsOf(sections)
  const result = new ByteWriter(binary.length * 2)
  result.bytes(binary.subarray(0, headerBytes))
  for (const { id, content } of sections) {
    if (id === section.memory) continue
    result.byte(id)
    if (id === section.import) result.counted(withMemories(content, memoryPages))
    else if (id === section.code) result.counted(withMarks(content, parameterCounts))
    else result.counted(content)
  }
  return { binary: result.end(), memoryPages }
}

interface Section {
  readonly id: number
  readonly content: Uint8Array
}

function sectionsOf(binary: Uint8Array): Section[] {
  const reader = new ByteReader(binary, headerBytes)
  const sections: Section[] = []
  while (!reader.isAtEnd) {
    const id = reader.byte()
    sections.push({ id, content: reader.take(reader.u32()) })
  }
  return sections
}

function sectionReader(sections: readonly Section[], id: number): ByteReader {
  return new ByteReader(sections.find((one) => one.id === id)?.content ?? Uint8Array.of(0))
}

function ownMemoryPages(sections: readonly Section[]): number {
  const reader = sectionReader(sections, section.memory)
  const count = reader.u32()
  if (count === 0) return 0
  if (count !== 1 || reader.byte() !== noMaximum) throw new RangeError('the memory is not of the known form')
  return reader.u32()
}

/** For each function of the module's own, in order: how many parameters it has. */
function parameterCountsOf(sections: readonly Section[]): number[] {
  const types = sectionReader(sections, section.type)
  const ofType = Array.from({ length: types.u32() }, () => {
    if (types.byte() !== functionForm) throw new RangeError('a type is not that of a function')
    const count = skipTypes(types)
    skipTypes(types)
    return count
  })
  const functions = sectionReader(sections, section.function)
  return Array.from({ length: functions.u32() }, () => ofType[functions.u32()] ?? 0)
}

function skipTypes(reader: ByteReader): number {
  const count = reader.u32()
  for (let rest = count; rest > 0; rest--) skipValueType(reader)
  return count
}

/** The imports, and behind them the memory, unless another one's is imported already, and the map. */
function withMemories(content: Uint8Array, memoryPages: number): Uint8Array {
  const reader = new ByteReader(content)
  const count = reader.u32()
  const start = reader.at
  let memories = 0
  for (let rest = count; rest > 0; rest--) if (passImport(reader) === importKind.memory) memories++
  if (memories + (memoryPages > 0 ? 1 : 0) !== 1) throw new RangeError('the module does not have one memory')
  const result = new ByteWriter(content.length + 64)
  result.u32(count + (memoryPages > 0 ? 2 : 1))
  result.bytes(content.subarray(start))
  if (memoryPages > 0) writeMemoryImport(result, trackedImports.memory, memoryPages)
  writeMemoryImport(result, trackedImports.map, 1)
  return result.end()
}

/** Passes one import and gives its kind. */
function passImport(reader: ByteReader): number {
  reader.skip(reader.u32())
  reader.skip(reader.u32())
  const kind = reader.byte()
  switch (kind) {
    case importKind.function:
      reader.skipNumber()
      break
    case importKind.table:
      skipValueType(reader)
      passLimits(reader)
      break
    case importKind.memory:
      passLimits(reader)
      break
    case importKind.global:
      skipValueType(reader)
      reader.skipNumber()
      break
    case importKind.tag:
      reader.byte()
      reader.skipNumber()
      break
    default:
      throw new RangeError(`an import of kind ${kind} is not known`)
  }
  return kind
}

function passLimits(reader: ByteReader): void {
  const form = reader.byte()
  if (form > hasMaximum) throw new RangeError('the limits are not of the known form')
  reader.skipNumber()
  if (form === hasMaximum) reader.skipNumber()
}

function writeMemoryImport(result: ByteWriter, name: string, pages: number): void {
  result.counted(Buffer.from(trackedImports.module))
  result.counted(Buffer.from(name))
  result.byte(importKind.memory)
  result.byte(noMaximum)
  result.u32(pages)
}

/** The map is the memory behind the first. */
const mapIndex = 1

function withMarks(content: Uint8Array, parameterCounts: readonly number[]): Uint8Array {
  const reader = new ByteReader(content)
  const count = reader.u32()
  const result = new ByteWriter(content.length * 2)
  result.u32(count)
  for (let index = 0; index < count; index++) {
    result.counted(markedFunction(reader.take(reader.u32()), parameterCounts[index] ?? 0, mapIndex))
  }
  return result.end()
}
