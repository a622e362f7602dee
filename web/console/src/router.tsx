import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { session } from './api/session'
import { Frame } from './frame/Frame'
import { Failure, Missing } from './part/Screen'

const root = createRootRoute({ notFoundComponent: Missing, errorComponent: ({ error, reset }) => <Failure error={error} retry={reset} /> })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string } => {
    const to = search.to
    // Only addresses of the console: no other site can send somebody away from here.
    return typeof to === 'string' && /^\/(?![/\\])/.test(to) ? { to } : {}
  },
  component: lazyRouteComponent(() => import('./frame/SignIn')),
})

const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  beforeLoad: ({ location }) => {
    if (!session()) throw redirect({ to: '/sign-in', search: { to: location.publicHref }, replace: true })
  },
  component: Frame,
  notFoundComponent: Missing,
})

const index = createRoute({
  getParentRoute: () => frame,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/orders', replace: true })
  },
})

/** What the list of orders shows: a filter in the filter language, and a sort. */
export type OrdersSearch = { filter?: string; sort?: string }

const orders = createRoute({
  getParentRoute: () => frame,
  path: '/orders',
  validateSearch: (search: Record<string, unknown>): OrdersSearch => ({
    ...(typeof search.filter === 'string' && search.filter && { filter: search.filter }),
    ...(typeof search.sort === 'string' && search.sort && { sort: search.sort }),
  }),
  component: lazyRouteComponent(() => import('./orders/OrderList')),
})

const order = createRoute({
  getParentRoute: () => frame,
  path: '/orders/$id',
  component: lazyRouteComponent(() => import('./order/OrderPage')),
})

const bulks = createRoute({
  getParentRoute: () => frame,
  path: '/bulks',
  component: lazyRouteComponent(() => import('./bulk/BulkList')),
})

const bulk = createRoute({
  getParentRoute: () => frame,
  path: '/bulks/$id',
  component: lazyRouteComponent(() => import('./bulk/BulkPage')),
})

const style = createRoute({
  getParentRoute: () => frame,
  path: '/style',
  component: lazyRouteComponent(() => import('./style/StyleGuide')),
})

export const router = createRouter({
  routeTree: root.addChildren([signIn, frame.addChildren([index, orders, order, bulks, bulk, style])]),
  basepath: '/console',
  defaultPreload: 'intent',
  defaultNotFoundComponent: Missing,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
