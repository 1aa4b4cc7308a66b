// OWN-14 | threw | a key derivation of a hundred million rounds, refused before it begins
// error: /^OperationError: crypto.subtle.deriveBits: PBKDF2 is limited/
export const workflowSettings = { id: 'own-14-crypto-that-takes-for-ever', trigger: 'user:tokens_generation' }

export default async function () {
  const key = await crypto.subtle.importKey('raw', new Uint8Array(8), 'PBKDF2', false, ['deriveBits'])
  const rounds = { name: 'PBKDF2', hash: 'SHA-512', salt: new Uint8Array(8), iterations: 100_000_000 }
  await crypto.subtle.deriveBits(rounds, key, 512)
}
