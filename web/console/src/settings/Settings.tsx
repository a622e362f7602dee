import { Tabs } from '@mantine/core'
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { useMay } from '../api/me'
import { useWords } from '../language'
import record from '../record/record.module.css'
import classes from './settings.module.css'

const pages = [
  ['workspace', '/settings', 'setting.get'],
  ['channels', '/settings/channels', 'channel.list'],
  ['locations', '/settings/locations', 'location.list'],
  ['shipping', '/settings/shipping', 'shipping_method.list'],
  ['taxes', '/settings/taxes', 'tax_rate.list'],
  ['types', '/settings/customer-types', 'customer_type.list'],
] as const

/** What the workspace is set up as, by subject. */
export default function Settings() {
  const { t } = useWords()
  const may = useMay()
  const go = useNavigate()
  const { pathname } = useLocation()
  const here = pages.findLast(([, path]) => pathname === path || (path !== '/settings' && pathname.startsWith(path + '/')))?.[1] ?? '/settings'
  return (
    <>
      <Tabs value={here} onChange={(path) => path && void go({ to: path as '/settings' })} className={classes.tabs}>
        <Tabs.List className={record.tabs} aria-label={t('nav/settings')}>
          {pages.map(
            ([name, path, needs]) =>
              may(needs) && (
                <Tabs.Tab key={path} value={path}>
                  {t(`settings/${name}`)}
                </Tabs.Tab>
              ),
          )}
        </Tabs.List>
      </Tabs>
      <Outlet />
    </>
  )
}
