export { fetchHandler, type FetchHandler, type FetchHandlerOptions } from './fetch-handler.ts'
export { healthRoutes } from './health.ts'
export { type NodeHandler, type Route } from './router.ts'
export {
  defaultServerLimits,
  startServer,
  type HttpServer,
  type ServedRoutes,
  type ServerLimits,
  type ServerOptions,
} from './server.ts'
export { clientAddress, trustedProxies, type TrustedProxies } from './trusted-proxies.ts'
