// OWN-11 | threw or memory-exceeded or completed or running-time-exceeded | giant inputs for URL, encoders and base64
// lost: 1
export const workflowSettings = { id: 'own-11-memory-in-a-url', trigger: 'user:tokens_generation' }

export default async function () {
  for (const make of [(text) => new URL('http://x/' + text), (text) => new TextEncoder().encode(text), btoa, encodeURIComponent, (text) => new URLSearchParams(text).toString(), (text) => structuredClone({ text })]) {
    const kept = []
    try {
      for (let size = 2 ** 18; ; size *= 2) kept.push(make('%é'.repeat(size)))
    } catch {
      continue
    }
  }
}
