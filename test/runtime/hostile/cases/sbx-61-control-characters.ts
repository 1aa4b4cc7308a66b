// SBX-61 | completed | escape sequences and line ends in a log line
// log: /red/
export const workflowSettings = { id: 'sbx-61-control-characters', trigger: 'user:tokens_generation' }

export default async function () {
  console.log('\u001b[31mred\u001b[0m\r\nforged entry\u0000\u202e')
}
