// Two habits of quickjs-wasi's own imports that only an engine taken over by its guest could use against its thread: it
// makes an object for each argument of a host call, as many as the engine says, and looks for the end of a C string beyond
// the end of the memory, without an end. Both are bounded here; the rest of its imports fail by themselves (imports.test.ts).

/** The methods that the library's imports lead to. */
export interface LibraryImports {
  handleHostCall(
    namePointer: number,
    nameLength: number,
    self: number,
    count: number,
    pointers: number,
  ): number
  readCString(pointer: number): string
}

/** The library reads the name of a module with it, and there are no modules. */
const longestName = 1024

export function boundLibrary(
  library: LibraryImports,
  memory: { readonly buffer: ArrayBuffer },
  mostArguments: number,
): void {
  const handle = library.handleHostCall.bind(library)
  library.handleHostCall = (namePointer, nameLength, self, count, pointers) =>
    handle(namePointer, nameLength, self, Math.min(count >>> 0, mostArguments), pointers)
  library.readCString = (pointer) => {
    const bytes = new Uint8Array(memory.buffer).subarray(pointer >>> 0, (pointer >>> 0) + longestName)
    const end = bytes.indexOf(0)
    return end < 0 ? '' : new TextDecoder().decode(bytes.subarray(0, end))
  }
}
