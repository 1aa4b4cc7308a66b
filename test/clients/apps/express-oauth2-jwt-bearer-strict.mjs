import express from 'express'
import { auth } from 'express-oauth2-jwt-bearer'

const app = express()

app.use(auth({ issuerBaseURL: 'http://localhost:4000', audience: 'https://api.example.com', strict: true }))

app.get('/orders', (request, response) => {
  response.json({ sub: request.auth.payload.sub })
})

app.listen(3000)
