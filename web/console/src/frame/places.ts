import { type Icon, IconActivity, IconArrowBackUp, IconArrowsExchange, IconAt, IconBuildingWarehouse, IconChecklist, IconCreditCardOff, IconFileImport, IconHistory, IconHome, IconKey, IconMail, IconPackageImport, IconPackages, IconPalette, IconSend, IconSettings, IconStack2, IconTag, IconTags, IconTemplate, IconTruckDelivery, IconUserCog, IconUserShield, IconUsers, IconWebhook } from '@tabler/icons-react'
import type { LinkProps } from '@tanstack/react-router'
import type { useWords } from '../language'

/** The parts of the navigation, in their order: what one works on, the desks, what is sold, and what is set up. */
export const parts = ['work', 'desks', 'goods', 'office'] as const

/** A screen that one goes to from anywhere: by the navigation, the palette and a pair of keys. */
export type Place = {
  to: NonNullable<LinkProps['to']>
  says: (t: ReturnType<typeof useWords>['t']) => string
  icon: Icon
  part: (typeof parts)[number]
  needs?: string // the permission without which it is not offered
  key?: string // after g
  alone?: string // a key by itself
}

export const places: Place[] = [
  { to: '/', says: (t) => t('nav/home'), icon: IconHome, part: 'work', key: 'h' },
  { to: '/orders', says: (t) => t('nav/orders'), icon: IconPackages, part: 'work', needs: 'order.list', key: 'o' },
  { to: '/orders/new', says: (t) => t('nav/newOrder'), icon: IconPackageImport, part: 'work', needs: 'order.draft', alone: 'c' },
  { to: '/templates', says: (t) => t('nav/orderTemplates'), icon: IconTemplate, part: 'work', needs: 'template.list', key: 't' },
  { to: '/mentions', says: (t) => t('nav/mentions'), icon: IconAt, part: 'work', needs: 'note.list', key: 'm' },
  { to: '/bulks', says: (t) => t('nav/bulks'), icon: IconStack2, part: 'work', needs: 'bulk.list' },
  { to: '/fulfillment', says: (t) => t('nav/desk'), icon: IconTruckDelivery, part: 'desks', needs: 'fulfillment.queue', key: 'f' },
  { to: '/imports', says: (t) => t('nav/imports'), icon: IconFileImport, part: 'goods', needs: 'import.list', key: 'i' },
  { to: '/returns', says: (t) => t('nav/returns'), icon: IconArrowBackUp, part: 'desks', needs: 'return.list', key: 'r' },
  { to: '/payments', says: (t) => t('nav/payments'), icon: IconCreditCardOff, part: 'desks', needs: 'payment.list' },
  { to: '/customers', says: (t) => t('nav/customers'), icon: IconUsers, part: 'goods', needs: 'customer.list', key: 'c' },
  { to: '/products', says: (t) => t('nav/products'), icon: IconTag, part: 'goods', needs: 'product.list', key: 'p' },
  { to: '/stock', says: (t) => t('nav/stock'), icon: IconBuildingWarehouse, part: 'goods', needs: 'stock.list', key: 's' },
  { to: '/movements', says: (t) => t('nav/movements'), icon: IconArrowsExchange, part: 'goods', needs: 'stock.list' },
  { to: '/price-lists', says: (t) => t('nav/priceLists'), icon: IconTags, part: 'goods', needs: 'price_list.list' },
  { to: '/users', says: (t) => t('nav/users'), icon: IconUserCog, part: 'office', needs: 'user.list' },
  { to: '/roles', says: (t) => t('nav/roles'), icon: IconUserShield, part: 'office', needs: 'role.list' },
  { to: '/keys', says: (t) => t('nav/keys'), icon: IconKey, part: 'office', needs: 'key.list' },
  { to: '/webhooks', says: (t) => t('nav/webhooks'), icon: IconWebhook, part: 'office', needs: 'webhook.list' },
  { to: '/jobs', says: (t) => t('nav/jobs'), icon: IconChecklist, part: 'office', needs: 'job.list' },
  { to: '/mails', says: (t) => t('nav/mails'), icon: IconSend, part: 'office', needs: 'mail.list' },
  { to: '/settings', says: (t) => t('nav/settings'), icon: IconSettings, part: 'office', needs: 'setting.get' },
  { to: '/system', says: (t) => t('nav/system'), icon: IconActivity, part: 'office', needs: 'system.metrics' },
  { to: '/audit', says: (t) => t('nav/audit'), icon: IconHistory, part: 'office', needs: 'event.list' },
  { to: '/mail-templates', says: (t) => t('nav/templates'), icon: IconMail, part: 'office' },
  { to: '/style', says: (t) => t('nav/style'), icon: IconPalette, part: 'office' },
]
