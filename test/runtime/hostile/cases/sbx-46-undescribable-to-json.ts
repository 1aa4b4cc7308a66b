// SBX-46 | threw | a thrown object whose conversions throw
export const workflowSettings = { id: 'sbx-46-undescribable-to-json', trigger: 'user:tokens_generation' }

export default async function () {
  const throws = () => {
    throw new Error('again')
  }
  throw { toString: throws, valueOf: throws, toJSON: throws, [Symbol.toPrimitive]: throws, get message() { return throws() } }
}
