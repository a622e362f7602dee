import { QueryClient } from '@tanstack/react-query'
import { Problem } from './api/problem'

/** What was read. Events tell when it is old, so that little is read twice. */
export const queries = new QueryClient({
  defaultOptions: {
    // Without a network a request fails at once and its form keeps what was typed: nothing is sent later by itself.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 60_000,
      gcTime: 10 * 60_000,
      retry: (tries, error) => tries < 2 && !(error instanceof Problem && error.status < 500),
      retryDelay: (tries) => 300 * 2 ** tries,
    },
  },
})
