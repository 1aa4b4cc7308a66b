import { jwtVerify } from '@kinde-oss/kinde-node-express'
import express from 'express'

const app = express()

app.get(
  '/orders',
  jwtVerify('https://localhost:4000', { audience: 'https://api.example.com' }),
  (request, response) => response.json([]),
)

app.listen(3000)
