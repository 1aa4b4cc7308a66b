import express from 'express'
import { auth, claimIncludes } from 'express-oauth2-jwt-bearer'

const app = express()

app.use(auth({ issuerBaseURL: 'http://localhost:4000', audience: 'https://api.example.com' }))

app.get('/orders', (request, response) => {
  response.json({ sub: request.auth.payload.sub })
})

app.get('/reports', claimIncludes('permissions', 'read:reports'), (request, response) => {
  response.json([])
})

app.listen(3000)
