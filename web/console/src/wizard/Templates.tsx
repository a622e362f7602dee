import { Anchor, Text } from '@mantine/core'
import type { Schemas } from '../api/client'
import { useWords } from '../language'
import { Card } from '../part/Card'
import classes from './wizard.module.css'

type Template = Schemas['Template']

/** Templates whose lines can be added. */
export function Templates({ all, add }: { all: Template[]; add: (template: Template) => void }) {
  const { t } = useWords()
  if (all.length === 0) return null
  return (
    <Card title={t('orderTemplate/beside')}>
      <ul className={classes.before}>
        {all.map((m) => (
          <li key={m.id}>
            <Anchor component="button" type="button" ta="start" aria-label={t('orderTemplate/add', { name: m.name })} onClick={() => add(m)}>
              <bdi>{m.name}</bdi>
            </Anchor>
            <Text span size="sm" c="dimmed">
              {t('wizard/lineCount', { count: m.lines })}
            </Text>
          </li>
        ))}
      </ul>
    </Card>
  )
}
