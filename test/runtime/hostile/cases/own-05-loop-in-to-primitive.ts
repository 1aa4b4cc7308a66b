// OWN-05 | running-time-exceeded | a loop in the conversion of a claim's name
export const workflowSettings = { id: 'own-05-loop-in-to-primitive', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim(
    {
      [Symbol.toPrimitive]() {
        for (;;);
      },
    },
    1,
  )
}
