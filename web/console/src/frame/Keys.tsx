import { Group, Kbd, Modal, Stack, Text } from '@mantine/core'
import { Fragment } from 'react'
import { useWords } from '../language'
import type { Words } from '../language/en'
import classes from './Frame.module.css'

type Entry = [keys: string, says: keyof Words['keys']]

/** All keys there are, by where they work. */
const overview: [where: 'anywhere' | 'list' | 'order', Entry[]][] = [
  [
    'anywhere',
    [
      ['Ctrl+K', 'palette'],
      ['g h', 'home'],
      ['g o', 'orders'],
      ['g m', 'mentions'],
      ['?', 'keys'],
    ],
  ],
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
      ['t', 'tag'],
      ['u', 'back'],
    ],
  ],
]

export function KeysOverview({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useWords()
  return (
    <Modal opened={opened} onClose={close} title={t('keys/title')} closeButtonProps={{ 'aria-label': t('keys/close') }}>
      <Stack gap="lg">
        {overview.map(([where, entries]) => (
          <div key={where}>
            <Text fw={600} mb="sm">
              {t(`keys/${where}`)}
            </Text>
            <dl className={classes.keys}>
              {entries.map(([keys, says]) => (
                <Fragment key={keys}>
                  <dt>{t(`keys/${says}`)}</dt>
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
