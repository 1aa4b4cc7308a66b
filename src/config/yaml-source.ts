// A YAML text with the way back: from a path in its value to a line and column of the text. No other file knows the YAML package.
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  stringify,
  visit,
  type Document,
  type Node,
  type Pair,
  type Scalar,
} from 'yaml'

export interface Place {
  readonly line: number
  readonly column: number
}

export interface YamlProblem {
  readonly message: string
  readonly place: Place
}

/** Aliases that one file may expand: a few lines of them can stand for gigabytes. */
const maxAliases = 100

export class YamlSource {
  readonly problems: readonly YamlProblem[]
  readonly #document: Document
  readonly #lines = new LineCounter()
  readonly #text: string

  constructor(text: string) {
    this.#text = text
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false })
    const { errors, warnings } = this.#document
    this.problems = [...errors, ...warnings].map(({ code, message, pos }) => ({
      message: code === 'DUPLICATE_KEY' ? 'this key stands here twice' : firstLine(message),
      place: this.#placeOf(pos[0]),
    }))
  }

  /** The plain value; throws when aliases would expand to too much. */
  value(): unknown {
    return this.#document.toJS({ maxAliasCount: maxAliases }) ?? {}
  }

  /** Replaces each text that stands as a value; keys stay. */
  replaceTexts(replace: (text: string, place: Place) => string): void {
    visit(this.#document, {
      Scalar: (position, scalar) => {
        if (position === 'key' || typeof scalar.value !== 'string') return
        scalar.value = replace(scalar.value, this.#placeOf(scalar.range?.[0] ?? 0))
      },
    })
  }

  /** Texts and keys that hold half of a surrogate pair, which an escape can write and no file can keep. */
  unpaired(): readonly Place[] {
    const places: Place[] = []
    visit(this.#document, {
      Scalar: (_position, { value, range }) => {
        if (typeof value === 'string' && !value.isWellFormed()) places.push(this.#placeOf(range?.[0] ?? 0))
      },
    })
    return places
  }

  /** Where the value at a path begins; of one that is missing, where the nearest thing around it is named. */
  placeOfValue(path: readonly PropertyKey[]): Place {
    const { pair, node } = this.#find(path)
    return this.#placeOf((node ?? keyNode(pair))?.range?.[0] ?? 0)
  }

  /** Where the last key of a path is written. */
  placeOfKey(path: readonly PropertyKey[]): Place {
    const { pair, node } = this.#find(path)
    return this.#placeOf((keyNode(pair) ?? node)?.range?.[0] ?? 0)
  }

  /** The line itself, for showing it. */
  line(place: Place): string {
    return this.#text.split(/\r?\n/)[place.line - 1] ?? ''
  }

  #find(path: readonly PropertyKey[]): Found {
    let found: Found = { node: this.#resolve(this.#document.contents), pair: undefined }
    for (const [index, step] of path.entries()) {
      const next = this.#step(found.node, step)
      if (next === undefined) {
        // A missing member is shown at the key of the map that should hold it, not at the map's first line.
        return index === 0 || found.pair === undefined ? found : { node: undefined, pair: found.pair }
      }
      found = next
    }
    return found
  }

  #step(node: Node | undefined, step: PropertyKey): Found | undefined {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      return pair && { pair, node: this.#resolve(pair.value) }
    }
    if (isSeq(node)) {
      const item = node.items[Number(step)]
      return item === undefined ? undefined : { pair: undefined, node: this.#resolve(item) }
    }
    return undefined
  }

  #resolve(value: unknown): Node | undefined {
    if (isAlias(value)) return value.resolve(this.#document)
    return isScalar(value) || isMap(value) || isSeq(value) ? value : undefined
  }

  #placeOf(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
}

/** A value as YAML: keys in their order, nothing folded, no anchors. */
export function yamlText(value: object): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })
}

interface Found {
  readonly node: Node | undefined
  readonly pair: Pair | undefined
}

function keyNode(pair: Pair | undefined): Scalar | undefined {
  return isPair(pair) && isScalar(pair.key) ? pair.key : undefined
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message
}
