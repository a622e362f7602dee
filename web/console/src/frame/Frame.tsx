import { ActionIcon, AppShell, Burger, Group, Kbd, Text, Tooltip, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useLocation, useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { follow, useHappenings } from '../api/live'
import { useMay, useMe } from '../api/me'
import { permits } from '../api/permits'
import { useSession } from '../api/session'
import { useWords, worded } from '../language'
import { Account } from './Account'
import classes from './Frame.module.css'
import { Live } from './Live'
import { Nav } from './Nav'
import { OfflineBanner } from './OfflineBanner'
import { places } from './places'
import { useFocusKept } from './useFocusKept'
import { useKeys } from './useKeys'

const Palette = lazy(worded(() => import('./Palette')))
const KeysOverview = lazy(worded(() => import('./Keys')))

/** What only the user changes, and changes here: to read it again would undo what is being changed. */
const own = ['me', 'preferences', 'views']

/** Events that change what orders show. */
const ofOrders = /^(order|payment|refund|return|shipment|fulfillment|change)\./

/** Keys go on from the screen that was opened, unless something on it took the focus. */
function atContent() {
  if (document.activeElement === document.body) document.getElementById('content')?.focus({ preventScroll: true })
}

/** What surrounds every screen of somebody who is signed in. */
export function Frame() {
  const { t } = useWords()
  const session = useSession()
  const me = useMe()
  const may = useMay()
  const live = me && permits(me.permissions, 'event.stream')
  const location = useLocation()
  const client = useQueryClient()
  const router = useRouter()
  const [menu, { toggle, close }] = useDisclosure()
  const [keys, setKeys] = useState<{ open: boolean }>()
  const showKeys = useCallback(() => setKeys({ open: true }), [])
  const [palette, setPalette] = useState<{ open: boolean }>()

  useEffect(() => close(), [location.pathname, close])
  useEffect(() => {
    if (session && live !== undefined) return follow(live, () => void client.invalidateQueries({ type: 'active', predicate: ({ queryKey: [of] }) => !own.includes(String(of)) }))
  }, [session, live, client])
  // What is not on the screen is read again when it is opened the next time.
  useHappenings(
    useCallback(
      (e) => {
        if (ofOrders.test(e.type)) for (const key of ['orders', 'order']) void client.invalidateQueries({ queryKey: [key], type: 'inactive', refetchType: 'none' })
      },
      [client],
    ),
  )
  useEffect(() => {
    if (session) return
    client.clear()
    void router.invalidate() // leads to the sign-in
  }, [session, client, router])
  useFocusKept()
  useEffect(() => router.subscribe('onRendered', ({ fromLocation, pathChanged }) => void (fromLocation && pathChanged && atContent())), [router])
  useKeys({
    'mod+K': () => setPalette({ open: true }),
    '?': showKeys,
    ...Object.fromEntries(places.flatMap(({ key, alone, to, needs }) => [key && `g ${key}`, alone].flatMap((keys) => (keys && (!needs || may(needs)) ? [[keys, () => void router.navigate({ to })]] : [])))),
  })

  if (!session) return null
  return (
    <AppShell header={{ height: 48 }} navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: !menu } }} padding={0} transitionDuration={100}>
      <a href="#content" className={classes.skip}>
        {t('console/skip')}
      </a>
      <AppShell.Header className={classes.header}>
        <Burger opened={menu} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t('console/menu')} />
        <Link to="/" className={classes.brand}>
          <img src="/assets/site/mark.svg" alt="" width={22} height={22} />
          <span>{t('console/title')}</span>
        </Link>
        <UnstyledButton className={classes.search} onClick={() => setPalette({ open: true })}>
          <IconSearch size={15} />
          <VisuallyHidden hiddenFrom="xs">{t('palette/open')}</VisuallyHidden>
          <Text span size="sm" visibleFrom="xs">
            {t('palette/open')}
          </Text>
          <Kbd size="xs" visibleFrom="xs">
            Ctrl K
          </Kbd>
        </UnstyledButton>
        <Group gap="sm" wrap="nowrap" ms="auto">
          <Live />
          <Tooltip label={t('keys/title')}>
            <ActionIcon variant="subtle" color="gray" onClick={showKeys} aria-label={t('keys/title')} visibleFrom="sm">
              ?
            </ActionIcon>
          </Tooltip>
          <Account session={session} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.nav} aria-label={t('console/menu')}>
        <Nav />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        <OfflineBanner />
        <Outlet />
      </AppShell.Main>
      <Suspense>{keys && <KeysOverview opened={keys.open} close={() => setKeys({ open: false })} />}</Suspense>
      <Suspense>{palette && <Palette opened={palette.open} close={() => setPalette({ open: false })} showKeys={showKeys} />}</Suspense>
    </AppShell>
  )
}
