// The project's mintage.yaml as its author wrote it, with its references: settings are nowhere else, and keys that the author chose are kept.
import { isJsonObject } from '../../oauth/index.ts'

type Entry = Readonly<Record<string, unknown>>

export class Given {
  readonly #value: Entry

  /** Undefined for a project without the file. */
  constructor(value: unknown) {
    this.#value = isJsonObject(value) ? value : {}
  }

  get settings(): Entry {
    return this.#section('settings')
  }

  keys(section: string): readonly string[] {
    return Object.keys(this.#section(section))
  }

  entry(section: string, key: string): Entry | undefined {
    const entry = this.#section(section)[key]
    return isJsonObject(entry) ? entry : undefined
  }

  keyWhere(section: string, matches: (entry: Entry, key: string) => boolean): string | undefined {
    return this.keys(section).find((key) => matches(this.entry(section, key) ?? {}, key))
  }

  #section(name: string): Entry {
    const section = this.#value[name]
    return isJsonObject(section) ? section : {}
  }
}
