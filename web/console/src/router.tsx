import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { session } from './api/session'
import { Frame } from './frame/Frame'
import { worded } from './language'
import { searchOf } from './orders/shown'
import { Failure, Missing } from './part/Screen'
import { listSearch } from './record/search'

const root = createRootRoute({ notFoundComponent: Missing, errorComponent: ({ error, reset }) => <Failure error={error} retry={reset} /> })

type Load = () => Promise<{ default: ComponentType }>

/** What is loaded when it is opened. */
const later = (load: Load) => lazyRouteComponent(worded(load))

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string } => {
    const to = search.to
    // Only addresses of the console: no other site can send somebody away from here.
    return typeof to === 'string' && /^\/(?![/\\])/.test(to) ? { to } : {}
  },
  component: later(() => import('./frame/SignIn')),
})

const forgot = createRoute({
  getParentRoute: () => root,
  path: '/forgot',
  component: later(() => import('./frame/Forgot')),
})

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  component: later(() => import('./frame/Welcome')),
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

/** A screen within the frame, loaded when it is opened. */
function screen<P extends string>(path: P, load: Load) {
  return createRoute({ getParentRoute: () => frame, path, component: later(load) })
}

/** A screen that is a list: its address holds its filter and its sort. */
function list<P extends string>(path: P, load: Load) {
  return createRoute({ getParentRoute: () => frame, path, validateSearch: listSearch, component: later(load) })
}

const home = screen('/', () => import('./home/Home'))

const orders = createRoute({
  getParentRoute: () => frame,
  path: '/orders',
  validateSearch: searchOf,
  component: lazyRouteComponent(() => import('./orders/OrderList')), // its words are there from the first load on
})

const newOrder = createRoute({
  getParentRoute: () => frame,
  path: '/orders/new',
  validateSearch: ({ draft, customer }: Record<string, unknown>): { draft?: string; customer?: string } => ({
    ...(typeof draft === 'string' && { draft }),
    ...(typeof customer === 'string' && { customer }),
  }),
  component: later(() => import('./wizard/Wizard')),
})

const order = screen('/orders/$id', () => import('./order/OrderPage'))
const mentions = screen('/mentions', () => import('./mentions/Mentions'))
const templates = screen('/mail-templates', () => import('./mail/Templates'))
const orderTemplates = list('/templates', () => import('./templates/TemplateList'))
const orderTemplate = screen('/templates/$id', () => import('./templates/TemplatePage'))
const bulks = list('/bulks', () => import('./bulk/BulkList'))
const bulk = screen('/bulks/$id', () => import('./bulk/BulkPage'))
const imports = list('/imports', () => import('./imports/ImportList'))
const tableImport = screen('/imports/$id', () => import('./imports/ImportPage'))
const products = list('/products', () => import('./goods/ProductList'))
const product = screen('/products/$id', () => import('./goods/ProductPage'))
const variant = screen('/variants/$id', () => import('./goods/VariantPage'))
const stock = list('/stock', () => import('./goods/StockList'))
const movements = list('/movements', () => import('./goods/MovementList'))
const priceLists = list('/price-lists', () => import('./goods/PriceLists'))
const priceList = list('/price-lists/$id', () => import('./goods/PriceListPage'))
const customers = list('/customers', () => import('./customers/CustomerList'))
const customer = screen('/customers/$id', () => import('./customers/CustomerPage'))
const returns = list('/returns', () => import('./returns/ReturnDesk'))
const returned = list('/returns/$id', () => import('./returns/ReturnPage'))
const payments = list('/payments', () => import('./payments/Unclear'))
const payment = screen('/payments/$id', () => import('./payments/PaymentPage'))
const fulfillment = screen('/fulfillment', () => import('./fulfillment/Desk'))

const fulfillmentTask = createRoute({
  getParentRoute: () => fulfillment,
  path: '/$id',
})

const audit = list('/audit', () => import('./audit/AuditLog'))
const verification = screen('/audit/verification', () => import('./audit/Verification'))
const event = screen('/audit/$id', () => import('./audit/EventPage'))
const users = list('/users', () => import('./people/UserList'))
const user = screen('/users/$id', () => import('./people/UserPage'))
const roles = list('/roles', () => import('./people/RoleList'))
const role = screen('/roles/$id', () => import('./people/RolePage'))
const keys = list('/keys', () => import('./people/KeyList'))
const key = screen('/keys/$id', () => import('./people/KeyPage'))
const hooks = list('/webhooks', () => import('./hooks/HookList'))
const hook = screen('/webhooks/$id', () => import('./hooks/HookPage'))
const delivery = screen('/webhooks/$id/deliveries/$delivery', () => import('./hooks/DeliveryPage'))
const jobs = list('/jobs', () => import('./jobs/JobList'))
const job = screen('/jobs/$id', () => import('./jobs/JobPage'))
const mails = list('/mails', () => import('./mail/MailLog'))
const mail = screen('/mails/$id', () => import('./mail/MailPage'))
const system = screen('/system', () => import('./system/System'))
const settings = screen('/settings', () => import('./settings/Settings'))

const workspace = createRoute({
  getParentRoute: () => settings,
  path: '/',
  component: later(() => import('./settings/Workspace')),
})

const channels = createRoute({
  getParentRoute: () => settings,
  path: '/channels',
  validateSearch: listSearch,
  component: later(() => import('./settings/Channels')),
})

const channel = createRoute({
  getParentRoute: () => settings,
  path: '/channels/$id',
  component: later(() => import('./settings/ChannelPage')),
})

const locations = createRoute({
  getParentRoute: () => settings,
  path: '/locations',
  validateSearch: listSearch,
  component: later(() => import('./settings/Locations')),
})

const shipping = createRoute({
  getParentRoute: () => settings,
  path: '/shipping',
  validateSearch: listSearch,
  component: later(() => import('./settings/Shipping')),
})

const taxes = createRoute({
  getParentRoute: () => settings,
  path: '/taxes',
  validateSearch: listSearch,
  component: later(() => import('./settings/Taxes')),
})

const customerTypes = createRoute({
  getParentRoute: () => settings,
  path: '/customer-types',
  component: later(() => import('./settings/CustomerTypes')),
})

const style = screen('/style', () => import('./style/StyleGuide'))
const setup = settings.addChildren([workspace, channels, channel, locations, shipping, taxes, customerTypes])

/** What is set up and watched. */
const office = [audit, verification, event, users, user, roles, role, keys, key, hooks, hook, delivery, jobs, job, mails, mail, system, setup] as const

export const router = createRouter({
  routeTree: root.addChildren([signIn, forgot, welcome, frame.addChildren([home, orders, order, mentions, templates, orderTemplates, orderTemplate, bulks, bulk, imports, tableImport, products, product, variant, stock, movements, priceLists, priceList, customers, customer, returns, returned, payments, payment, fulfillment.addChildren([fulfillmentTask]), newOrder, ...office, style])]),
  basepath: '/console',
  defaultPreload: 'intent',
  defaultNotFoundComponent: Missing,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
