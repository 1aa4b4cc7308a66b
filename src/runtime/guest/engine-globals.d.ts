// What the engine's extensions put on the global object, as far as the prelude uses it. TypeScript's own DOM types are
// kept out: they promise much that the engine does not have.
declare class URL {
  constructor(url: string, base?: string)
  readonly href: string
  search: string
}
declare class Headers {
  append(name: string, value: string): void
  get(name: string): string | null
  has(name: string): boolean
  set(name: string, value: string): void
  forEach(callback: (value: string, name: string) => void): void
}
declare class DOMException extends Error {
  constructor(message?: string, name?: string)
}
declare class TextEncoder {
  encode(text: string): Uint8Array
}
declare class TextDecoder {
  decode(bytes: Uint8Array, options?: { stream: boolean }): string
}
declare const crypto: { getRandomValues(words: Uint32Array): Uint32Array }
declare function structuredClone(value: unknown): unknown
declare function queueMicrotask(callback: () => void): void
