// TextDecoder (https://encoding.spec.whatwg.org/#interface-textdecoder): UTF-8 and UTF-16 by the engine's own, and windows-1252,
// which the web calls latin1 and ascii as well. Other encodings would need tables larger than the prelude.
import {
  bytesOf,
  construct,
  decodeText,
  fromCharCode,
  GuestRangeError,
  GuestTextDecoder,
  GuestTypeError,
  reflectGet,
  stringIndexOf,
  StringOf,
  stringToLowerCase,
  stringTrim,
} from '../primordials.ts'

const windows1252 = 'windows-1252'

/** https://encoding.spec.whatwg.org/#names-and-labels */
const latinLabels =
  '|ansi_x3.4-1968|ascii|cp1252|cp819|csisolatin1|ibm819|iso-8859-1|iso-ir-100|iso8859-1|iso88591|iso_8859-1|' +
  'iso_8859-1:1987|l1|latin1|us-ascii|windows-1252|x-cp1252|'

/** Bytes 0x80 to 0x9F; all others are their own code points. */
const upper = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

export class TextDecoder {
  /** Undefined for windows-1252. */
  readonly #engine: object | undefined
  readonly #encoding: string
  readonly #fatal: boolean
  readonly #ignoreBOM: boolean

  constructor(label?: unknown, options?: unknown) {
    const text = label === undefined ? 'utf-8' : stringToLowerCase(stringTrim(StringOf(label)))
    this.#fatal = !!option(options, 'fatal')
    this.#ignoreBOM = !!option(options, 'ignoreBOM')
    if (stringIndexOf(text, '|') === -1 && stringIndexOf(latinLabels, '|' + text + '|') !== -1) {
      this.#encoding = windows1252
      return
    }
    try {
      const settings = { fatal: this.#fatal, ignoreBOM: this.#ignoreBOM }
      this.#engine = construct(GuestTextDecoder, [text, settings])
      this.#encoding = StringOf(reflectGet(this.#engine ?? {}, 'encoding'))
    } catch {
      throw new GuestRangeError(
        'TextDecoder: the encoding "' +
          text +
          '" is not supported; there are utf-8, utf-16le, utf-16be and windows-1252 (latin1). ' +
          'The text of a kinde.fetch answer is decoded by every charset',
      )
    }
  }

  get encoding(): string {
    return this.#encoding
  }

  get fatal(): boolean {
    return this.#fatal
  }

  get ignoreBOM(): boolean {
    return this.#ignoreBOM
  }

  decode(input?: unknown, options?: unknown): string {
    if (this.#engine !== undefined)
      return decodeText(this.#engine, input as Uint8Array, { stream: !!option(options, 'stream') })
    if (input === undefined) return ''
    const bytes = bytesOf(input)
    if (bytes === undefined)
      throw new GuestTypeError('TextDecoder.decode: the argument must be an ArrayBuffer or a view of one')
    let text = ''
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index] ?? 0
      text += byte >= 0x80 && byte <= 0x9f ? upper[byte - 0x80] : fromCharCode(byte)
    }
    return text
  }
}

function option(options: unknown, name: string): unknown {
  return typeof options === 'object' && options !== null ? reflectGet(options, name) : undefined
}
