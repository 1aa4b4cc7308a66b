// SBX-17 | threw or memory-exceeded or completed | an ArrayBuffer that is to grow to 4 GB
// rss: 64
export const workflowSettings = { id: 'sbx-17-resizable-array-buffer', trigger: 'user:tokens_generation' }

export default async function () {
  const buffer = new ArrayBuffer(8, { maxByteLength: 2 ** 33 })
  buffer.resize(2 ** 32)
  if (buffer.byteLength < 2 ** 32) throw new RangeError('it did not grow')
}
