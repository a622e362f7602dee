import { Group, Kbd, Modal, Stack, Text } from '@mantine/core'
import { Fragment } from 'react'
import { useWords } from '../language'
import type { Words } from '../language/en'
import classes from './Frame.module.css'
import { places } from './places'

type Entry = [keys: string, says: keyof Words['keys']]

/** The keys of screens, by where they work; those that lead to places stand with the places. */
const overview: [where: 'list' | 'order' | 'wizard' | 'desk', Entry[]][] = [
  [
    'list',
    [
      ['/', 'filter'],
      ['j', 'next'],
      ['k', 'previous'],
      ['x', 'select'],
      ['Shift click', 'range'],
      ['Enter', 'open'],
      ['Esc', 'clear'],
      ['v', 'view'],
    ],
  ],
  [
    'order',
    [
      [']', 'nextOrder'],
      ['[', 'previousOrder'],
      ['n', 'note'],
      ['e', 'change'],
      ['r', 'repeat'],
      ['t', 'tag'],
      ['u', 'back'],
    ],
  ],
  ['wizard', [['Enter', 'best'], ['Ctrl+Enter', 'place']]],
  ['desk', [['Ctrl+Enter', 'doNext']]],
]

export default function KeysOverview({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useWords()
  const anywhere = [['Ctrl+K', t('keys/palette')], ...places.flatMap((p) => [p.key && `g ${p.key}`, p.alone].flatMap((keys) => (keys ? [[keys, t('keys/goTo', { place: p.says(t) })]] : []))), ['?', t('keys/keys')]] as const
  const all = [['anywhere', anywhere], ...overview.map(([where, entries]) => [where, entries.map(([keys, says]) => [keys, t(`keys/${says}`)] as const)] as const)] as const
  return (
    <Modal opened={opened} onClose={close} title={t('keys/title')} closeButtonProps={{ 'aria-label': t('keys/close') }}>
      <Stack gap="lg">
        {all.map(([where, entries]) => (
          <div key={where}>
            <Text fw={600} mb="sm">
              {t(`keys/${where}`)}
            </Text>
            <dl className={classes.keys}>
              {entries.map(([keys, says]) => (
                <Fragment key={keys}>
                  <dt>{says}</dt>
                  <dd>
                    <Group gap={4} justify="end" wrap="nowrap">
                      {keys.split(/[ +]/).map((key, i) => (
                        <Fragment key={key}>
                          {i > 0 && (
                            <Text span size="xs" c="dimmed">
                              {keys.includes('+') ? '+' : t('keys/then')}
                            </Text>
                          )}
                          <Kbd>{key}</Kbd>
                        </Fragment>
                      ))}
                    </Group>
                  </dd>
                </Fragment>
              ))}
            </dl>
          </div>
        ))}
      </Stack>
    </Modal>
  )
}
