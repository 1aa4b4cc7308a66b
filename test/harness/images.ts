// Small images of each format that a logo may have.

/** One transparent pixel. */
export const png: Uint8Array<ArrayBuffer> = Uint8Array.from(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
)

/** It tries to run: a script, an event and a link that is one. */
export const hostileSvg = `<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40" onload="document.title='ran'">
<script>document.title='ran'; fetch('/stolen')</script>
<a href="javascript:document.title='ran'"><rect width="120" height="40" fill="#7c2d92"/></a></svg>`

export function imageFile(
  content: Uint8Array<ArrayBuffer> | string,
  field = 'logo',
  name = 'x.png',
): FormData {
  const form = new FormData()
  form.set(field, new File([content], name))
  return form
}
