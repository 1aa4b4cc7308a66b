// The only way to make markup: a tagged template that escapes every value. What is markup already carries the brand `Html`
// and goes in as it is; nothing else can get it, so no page can forget to escape (BR-07).
import { mayBeRedirectedTo } from '../oauth/index.ts'

/** Markup that the `html` tag made. A class with a private field, so that no object from elsewhere passes for it. */
class Markup {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

export type Html = Markup

/** The address of an application, which may have a scheme of its own (RFC 8252 §7.1). */
class AppAddress {
  readonly #uri: string

  constructor(uri: string) {
    this.#uri = uri
  }

  toString(): string {
    return this.#uri
  }
}

export function appAddress(uri: string): AppAddress {
  return new AppAddress(uri)
}

/** `undefined` and `false` write nothing, so that `condition && html…` is a value. */
export type HtmlValue = string | number | Html | AppAddress | undefined | false | readonly HtmlValue[]

/** The literal text right before a value that is a whole URL attribute. */
const urlAttribute = /\s(?:href|src|action|formaction)="$/

/**
 * Values are escaped for text and for quoted attributes; lists are joined. A value that is a whole `href`, `src` or
 * `action` must be a web address or an `appAddress()`, or the attribute is left out: an escaped `javascript:` would still run.
 */
export function html(literals: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = literals[0] ?? ''
  values.forEach((value, index) => {
    const rest = literals[index + 1] ?? ''
    const attribute = urlAttribute.exec(literals[index] ?? '')?.[0]
    if (attribute === undefined) {
      text += rendered(value) + rest
      return
    }
    const url = value instanceof AppAddress ? addressOf(value) : webUrl(String(value))
    text =
      url === undefined
        ? text.slice(0, -attribute.length) + rest.slice(1) // without the closing quote
        : text + escaped(url) + rest
  })
  return new Markup(text)
}

function rendered(value: HtmlValue): string {
  if (value === undefined || value === false) return ''
  if (value instanceof Markup) return value.toString()
  if (typeof value === 'string' || typeof value === 'number' || value instanceof AppAddress)
    return escaped(String(value))
  return value.map(rendered).join('')
}

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
])

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities.get(character) ?? '')
}

/** Stands for the name while its sentence is made: a character of private use, which none of our texts holds. */
const placeholder = '\uE000'

/** A sentence with a name in it, of a person, an organization or an application, which keeps its own direction of writing. */
export function withName(sentence: (name: string) => string, name: string): Html {
  return around(sentence, html`<bdi>${name}</bdi>`)
}

/** The same with the name in bold. */
export function withStrong(sentence: (name: string) => string, name: string): Html {
  return around(sentence, html`<strong><bdi>${name}</bdi></strong>`)
}

function around(sentence: (name: string) => string, name: Html): Html {
  const parts = sentence(placeholder).split(placeholder)
  return html`${parts.map((part, index) => html`${index > 0 && name}${part}`)}`
}

const somewhere = 'https://relative.invalid'

/**
 * A page links to, loads and posts to relative addresses and those of the web only; a client's registration or a request may hold
 * `javascript:` or `data:` (BR-07). The address as it was given, or undefined. Judged by the parser that browsers use: it drops tabs, line ends and leading
 * control characters, behind which `java\nscript:` would hide from a comparison of text.
 */
function webUrl(text: string): string | undefined {
  if (!URL.canParse(text, somewhere)) return undefined
  const { protocol } = new URL(text, somewhere)
  return protocol === 'https:' || protocol === 'http:' ? text : undefined
}

/** What may be redirected to may be linked to. */
function addressOf(application: AppAddress): string | undefined {
  const uri = application.toString()
  return mayBeRedirectedTo(uri) ? uri : undefined
}
