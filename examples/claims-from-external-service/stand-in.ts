// A CRM to try the example with: npx node examples/claims-from-external-service/stand-in.ts
import { createServer } from 'node:http'

const port = 4011

const server = createServer((request, response) => {
  const isKnown = request.url === '/customers/kp_ada/entitlements'
  const isAllowed = request.headers.authorization === 'Bearer crm-key'
  response.writeHead(isAllowed ? (isKnown ? 200 : 404) : 401, { 'content-type': 'application/json' })
  response.end(
    JSON.stringify(isAllowed && isKnown ? { plan: 'premium', seats: 25 } : { error: 'no such customer' }),
  )
})

server.listen(port, '127.0.0.1', () =>
  console.log(`The CRM listens on http://127.0.0.1:${port}; end it with Ctrl-C.`),
)
