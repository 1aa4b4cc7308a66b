// OWN-03 | running-time-exceeded or completed or memory-exceeded or threw | a comparator that lies and changes what is being sorted
export const workflowSettings = { id: 'own-03-comparator-that-changes-the-array', trigger: 'user:tokens_generation' }

export default async function () {
  const list = Array.from({ length: 50_000 }, (_, index) => index)
  let asked = 0
  list.sort(() => {
    list.length = asked++ % 100
    list.push({}, list)
    return asked % 3 ? -1 : 1
  })
}
