import { NavLink, ScrollArea, Text } from '@mantine/core'
import { IconBook2 } from '@tabler/icons-react'
import { Link, useLocation } from '@tanstack/react-router'
import { useMay } from '../api/me'
import { useWords } from '../language'
import classes from './Frame.module.css'
import { parts, type Place, places } from './places'

const icon = { size: 17, stroke: 1.6 }

/** The places that the user may see, by part. */
export function Nav() {
  const { t } = useWords()
  const may = useMay()
  const open = places.filter((p) => !p.needs || may(p.needs))
  return (
    <ScrollArea type="hover" scrollbarSize={6}>
      {parts.map((part) => {
        const here = open.filter((p) => p.part === part)
        if (here.length === 0) return null
        return (
          <div key={part} className={classes.part}>
            {part !== 'work' && <Text className={classes.partName}>{t(`navPart/${part}`)}</Text>}
            {here.map((place) => (
              <Entry key={place.to} place={place} />
            ))}
            {part === 'office' && <NavLink href="/docs" label={t('nav/reader')} leftSection={<IconBook2 {...icon} />} />}
          </div>
        )
      })}
    </ScrollArea>
  )
}

function Entry({ place: { to, says, icon: Icon } }: { place: Place }) {
  const { t } = useWords()
  const { pathname } = useLocation()
  const active = here(to, pathname) && !places.some((p) => p.to.startsWith(to + '/') && here(p.to, pathname))
  return <NavLink renderRoot={(props) => <Link {...props} to={to} activeOptions={{ exact: !active }} />} label={says(t)} leftSection={<Icon {...icon} />} active={active} />
}

function here(to: string, pathname: string): boolean {
  return pathname === to || (to !== '/' && pathname.startsWith(to + '/'))
}
