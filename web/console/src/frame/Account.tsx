import { ActionIcon, Menu, Text, useMantineColorScheme } from '@mantine/core'
import { IconCheck, IconDeviceDesktop, IconLogout, IconMoon, IconSun, IconUserCircle } from '@tabler/icons-react'
import { api } from '../api/client'
import { useMe } from '../api/me'
import { end, type Session } from '../api/session'
import { type Language, language, languages, useWords } from '../language'
import { useSpeak } from '../language/useSpeak'

const schemes = [
  ['light', IconSun],
  ['dark', IconMoon],
  ['auto', IconDeviceDesktop],
] as const

/** Who is signed in, what they set, and the way out. */
export function Account({ session }: { session: Session }) {
  const { t } = useWords()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const speak = useSpeak()
  const me = useMe()
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('console/account')}>
          <IconUserCircle size={22} stroke={1.5} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {me && (
          <>
            <Menu.Label>
              <Text size="sm" fw={600} c="var(--ordo-text)">
                <bdi>{me.name}</bdi>
              </Text>
              <Text size="xs">{me.email}</Text>
              <Text size="xs">
                {t('console/role', { role: me.role ?? '' })} · <bdi>{me.workspace}</bdi>
              </Text>
            </Menu.Label>
            <Menu.Divider />
          </>
        )}
        <Menu.Label>{t('scheme/title')}</Menu.Label>
        {schemes.map(([scheme, Icon]) => (
          <Menu.Item key={scheme} leftSection={<Icon size={16} stroke={1.6} />} rightSection={colorScheme === scheme && <IconCheck size={16} />} onClick={() => setColorScheme(scheme)}>
            {t(`scheme/${scheme}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('language/title')}</Menu.Label>
        {(Object.keys(languages) as Language[]).map((code) => (
          <Menu.Item key={code} lang={code} rightSection={language() === code && <IconCheck size={16} />} onClick={() => speak(code)}>
            {languages[code].name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.6} />} onClick={() => void signOut(session)}>
          {t('console/signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** Ends the session here whatever the server says, and there if it can be reached. */
export async function signOut(session: Session) {
  await api.DELETE('/v1/sessions/{id}', { params: { path: { id: session.id } } }).catch(() => undefined)
  end()
}
