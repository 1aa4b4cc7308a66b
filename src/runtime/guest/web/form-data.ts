// FormData (https://xhr.spec.whatwg.org/#interface-formdata): a list of names with a string or a file each.
import { define, GuestTypeError, newList, StringOf, stringToWellFormed } from '../primordials.ts'
import { blobContent, File, fileName, type Blob } from './blob.ts'

export interface FormEntry {
  readonly name: string
  readonly value: string | File
}

let entriesOf: (form: unknown) => FormEntry[] | undefined

export class FormData {
  #entries: FormEntry[] = newList()

  constructor(form?: unknown) {
    if (form !== undefined)
      throw new GuestTypeError('FormData: there are no forms here; call it without arguments')
  }

  static {
    entriesOf = (form) =>
      typeof form === 'object' && form !== null && #entries in form ? form.#entries : undefined
  }

  append(name: unknown, value: unknown, filename?: unknown): void {
    this.#entries[this.#entries.length] = entry(name, value, filename)
  }

  set(name: unknown, value: unknown, filename?: unknown): void {
    const added = entry(name, value, filename)
    const next = newList<FormEntry>()
    let placed = false
    for (let index = 0; index < this.#entries.length; index++) {
      const present = this.#entries[index]
      if (present === undefined) continue
      if (present.name !== added.name) next[next.length] = present
      else if (!placed) {
        next[next.length] = added
        placed = true
      }
    }
    if (!placed) next[next.length] = added
    this.#entries = next
  }

  delete(name: unknown): void {
    const key = StringOf(name)
    const next = newList<FormEntry>()
    for (let index = 0; index < this.#entries.length; index++) {
      const present = this.#entries[index]
      if (present !== undefined && present.name !== key) next[next.length] = present
    }
    this.#entries = next
  }

  get(name: unknown): string | File | null {
    const key = StringOf(name)
    for (let index = 0; index < this.#entries.length; index++) {
      const present = this.#entries[index]
      if (present !== undefined && present.name === key) return present.value
    }
    return null
  }

  getAll(name: unknown): (string | File)[] {
    const key = StringOf(name)
    const found: (string | File)[] = []
    for (let index = 0; index < this.#entries.length; index++) {
      const present = this.#entries[index]
      if (present !== undefined && present.name === key) define(found, found.length, present.value)
    }
    return found
  }

  has(name: unknown): boolean {
    return this.get(name) !== null
  }

  forEach(callback: (value: string | File, name: string, form: this) => void): void {
    for (let index = 0; index < this.#entries.length; index++) {
      const present = this.#entries[index]
      if (present !== undefined) callback(present.value, present.name, this)
    }
  }

  *entries(): Generator<[string, string | File]> {
    for (let index = 0; index < this.#entries.length; index++) {
      const present = this.#entries[index]
      if (present !== undefined) yield [present.name, present.value]
    }
  }

  *keys(): Generator<string> {
    for (let index = 0; index < this.#entries.length; index++) {
      const present = this.#entries[index]
      if (present !== undefined) yield present.name
    }
  }

  *values(): Generator<string | File> {
    for (let index = 0; index < this.#entries.length; index++) {
      const present = this.#entries[index]
      if (present !== undefined) yield present.value
    }
  }
}

/** Undefined for what is not a FormData. */
export const formEntries = (form: unknown): readonly FormEntry[] | undefined => entriesOf(form)

/** https://xhr.spec.whatwg.org/#create-an-entry: a Blob becomes a File. */
function entry(name: unknown, value: unknown, filename: unknown): FormEntry {
  const key = stringToWellFormed(StringOf(name))
  const content = blobContent(value)
  if (content === undefined) {
    if (filename !== undefined) throw new GuestTypeError('FormData: only a Blob or a File has a file name')
    return { name: key, value: stringToWellFormed(StringOf(value)) }
  }
  const known = fileName(value)
  if (known !== undefined && filename === undefined) return { name: key, value: value as File }
  const label = filename === undefined ? 'blob' : StringOf(filename)
  return { name: key, value: new File([value as Blob], label, { type: content.type }) }
}
