import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { session } from './api/session'
import { Frame } from './frame/Frame'
import { searchOf } from './orders/shown'
import { Failure, Missing } from './part/Screen'
import { listSearch } from './record/search'

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

const forgot = createRoute({
  getParentRoute: () => root,
  path: '/forgot',
  component: lazyRouteComponent(() => import('./frame/Forgot')),
})

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./frame/Welcome')),
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

const home = createRoute({
  getParentRoute: () => frame,
  path: '/',
  component: lazyRouteComponent(() => import('./home/Home')),
})

const orders = createRoute({
  getParentRoute: () => frame,
  path: '/orders',
  validateSearch: searchOf,
  component: lazyRouteComponent(() => import('./orders/OrderList')),
})

const newOrder = createRoute({
  getParentRoute: () => frame,
  path: '/orders/new',
  validateSearch: ({ draft, customer }: Record<string, unknown>): { draft?: string; customer?: string } => ({
    ...(typeof draft === 'string' && { draft }),
    ...(typeof customer === 'string' && { customer }),
  }),
  component: lazyRouteComponent(() => import('./wizard/Wizard')),
})

const order = createRoute({
  getParentRoute: () => frame,
  path: '/orders/$id',
  component: lazyRouteComponent(() => import('./order/OrderPage')),
})

const mentions = createRoute({
  getParentRoute: () => frame,
  path: '/mentions',
  component: lazyRouteComponent(() => import('./mentions/Mentions')),
})

const templates = createRoute({
  getParentRoute: () => frame,
  path: '/mail-templates',
  component: lazyRouteComponent(() => import('./mail/Templates')),
})

const bulks = createRoute({
  getParentRoute: () => frame,
  path: '/bulks',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./bulk/BulkList')),
})

const bulk = createRoute({
  getParentRoute: () => frame,
  path: '/bulks/$id',
  component: lazyRouteComponent(() => import('./bulk/BulkPage')),
})

const imports = createRoute({
  getParentRoute: () => frame,
  path: '/imports',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./imports/ImportList')),
})

const tableImport = createRoute({
  getParentRoute: () => frame,
  path: '/imports/$id',
  component: lazyRouteComponent(() => import('./imports/ImportPage')),
})

const products = createRoute({
  getParentRoute: () => frame,
  path: '/products',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./goods/ProductList')),
})

const product = createRoute({
  getParentRoute: () => frame,
  path: '/products/$id',
  component: lazyRouteComponent(() => import('./goods/ProductPage')),
})

const variant = createRoute({
  getParentRoute: () => frame,
  path: '/variants/$id',
  component: lazyRouteComponent(() => import('./goods/VariantPage')),
})

const stock = createRoute({
  getParentRoute: () => frame,
  path: '/stock',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./goods/StockList')),
})

const movements = createRoute({
  getParentRoute: () => frame,
  path: '/movements',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./goods/MovementList')),
})

const priceLists = createRoute({
  getParentRoute: () => frame,
  path: '/price-lists',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./goods/PriceLists')),
})

const priceList = createRoute({
  getParentRoute: () => frame,
  path: '/price-lists/$id',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./goods/PriceListPage')),
})

const customers = createRoute({
  getParentRoute: () => frame,
  path: '/customers',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./customers/CustomerList')),
})

const customer = createRoute({
  getParentRoute: () => frame,
  path: '/customers/$id',
  component: lazyRouteComponent(() => import('./customers/CustomerPage')),
})

const returns = createRoute({
  getParentRoute: () => frame,
  path: '/returns',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./returns/ReturnDesk')),
})

const returned = createRoute({
  getParentRoute: () => frame,
  path: '/returns/$id',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./returns/ReturnPage')),
})

const payments = createRoute({
  getParentRoute: () => frame,
  path: '/payments',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./payments/Unclear')),
})

const payment = createRoute({
  getParentRoute: () => frame,
  path: '/payments/$id',
  component: lazyRouteComponent(() => import('./payments/PaymentPage')),
})

const fulfillment = createRoute({
  getParentRoute: () => frame,
  path: '/fulfillment',
  component: lazyRouteComponent(() => import('./fulfillment/Desk')),
})

const fulfillmentTask = createRoute({
  getParentRoute: () => fulfillment,
  path: '/$id',
})

const audit = createRoute({
  getParentRoute: () => frame,
  path: '/audit',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./audit/AuditLog')),
})

const verification = createRoute({
  getParentRoute: () => frame,
  path: '/audit/verification',
  component: lazyRouteComponent(() => import('./audit/Verification')),
})

const event = createRoute({
  getParentRoute: () => frame,
  path: '/audit/$id',
  component: lazyRouteComponent(() => import('./audit/EventPage')),
})

const users = createRoute({
  getParentRoute: () => frame,
  path: '/users',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./people/UserList')),
})

const user = createRoute({
  getParentRoute: () => frame,
  path: '/users/$id',
  component: lazyRouteComponent(() => import('./people/UserPage')),
})

const roles = createRoute({
  getParentRoute: () => frame,
  path: '/roles',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./people/RoleList')),
})

const role = createRoute({
  getParentRoute: () => frame,
  path: '/roles/$id',
  component: lazyRouteComponent(() => import('./people/RolePage')),
})

const keys = createRoute({
  getParentRoute: () => frame,
  path: '/keys',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./people/KeyList')),
})

const key = createRoute({
  getParentRoute: () => frame,
  path: '/keys/$id',
  component: lazyRouteComponent(() => import('./people/KeyPage')),
})

const hooks = createRoute({
  getParentRoute: () => frame,
  path: '/webhooks',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./hooks/HookList')),
})

const hook = createRoute({
  getParentRoute: () => frame,
  path: '/webhooks/$id',
  component: lazyRouteComponent(() => import('./hooks/HookPage')),
})

const delivery = createRoute({
  getParentRoute: () => frame,
  path: '/webhooks/$id/deliveries/$delivery',
  component: lazyRouteComponent(() => import('./hooks/DeliveryPage')),
})

const jobs = createRoute({
  getParentRoute: () => frame,
  path: '/jobs',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./jobs/JobList')),
})

const job = createRoute({
  getParentRoute: () => frame,
  path: '/jobs/$id',
  component: lazyRouteComponent(() => import('./jobs/JobPage')),
})

const mails = createRoute({
  getParentRoute: () => frame,
  path: '/mails',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./mail/MailLog')),
})

const mail = createRoute({
  getParentRoute: () => frame,
  path: '/mails/$id',
  component: lazyRouteComponent(() => import('./mail/MailPage')),
})

const system = createRoute({
  getParentRoute: () => frame,
  path: '/system',
  component: lazyRouteComponent(() => import('./system/System')),
})

const settings = createRoute({
  getParentRoute: () => frame,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/Settings')),
})

const workspace = createRoute({
  getParentRoute: () => settings,
  path: '/',
  component: lazyRouteComponent(() => import('./settings/Workspace')),
})

const channels = createRoute({
  getParentRoute: () => settings,
  path: '/channels',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./settings/Channels')),
})

const channel = createRoute({
  getParentRoute: () => settings,
  path: '/channels/$id',
  component: lazyRouteComponent(() => import('./settings/ChannelPage')),
})

const locations = createRoute({
  getParentRoute: () => settings,
  path: '/locations',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./settings/Locations')),
})

const shipping = createRoute({
  getParentRoute: () => settings,
  path: '/shipping',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./settings/Shipping')),
})

const taxes = createRoute({
  getParentRoute: () => settings,
  path: '/taxes',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./settings/Taxes')),
})

const customerTypes = createRoute({
  getParentRoute: () => settings,
  path: '/customer-types',
  component: lazyRouteComponent(() => import('./settings/CustomerTypes')),
})

const style = createRoute({
  getParentRoute: () => frame,
  path: '/style',
  component: lazyRouteComponent(() => import('./style/StyleGuide')),
})

const setup = settings.addChildren([workspace, channels, channel, locations, shipping, taxes, customerTypes])

/** What is set up and watched. */
const office = [audit, verification, event, users, user, roles, role, keys, key, hooks, hook, delivery, jobs, job, mails, mail, system, setup] as const

export const router = createRouter({
  routeTree: root.addChildren([signIn, forgot, welcome, frame.addChildren([home, orders, order, mentions, templates, bulks, bulk, imports, tableImport, products, product, variant, stock, movements, priceLists, priceList, customers, customer, returns, returned, payments, payment, fulfillment.addChildren([fulfillmentTask]), newOrder, ...office, style])]),
  basepath: '/console',
  defaultPreload: 'intent',
  defaultNotFoundComponent: Missing,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
