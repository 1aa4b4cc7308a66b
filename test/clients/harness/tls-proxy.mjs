// A proxy that ends TLS in front of an issuer, for libraries that speak https only. Arguments: the port to listen on, the port of the
// issuer, and the file that the certificate is written to. A program of its own, because `selfsigned` is installed with the libraries.
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import { generate } from 'selfsigned'

const [port, issuerPort, file] = process.argv.slice(2)
const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
  extensions: [
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
  ],
})
writeFileSync(file, cert)
createServer({ key, cert }, (incoming, answer) => {
  const { method, url, headers } = incoming
  const outgoing = request(
    { host: 'localhost', port: issuerPort, method, path: url, headers },
    (response) => {
      answer.writeHead(response.statusCode, response.headers)
      response.pipe(answer)
    },
  )
  incoming.pipe(outgoing)
}).listen(Number(port), 'localhost', () => process.stdout.write('listening\n'))
