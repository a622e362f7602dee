import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import { IconArrowsExchange, IconDots, IconPrinter } from '@tabler/icons-react'
import { useState } from 'react'
import { command, type Schemas } from '../api/client'
import { useWords } from '../language'
import { RecordForm } from '../record/RecordForm'
import { pickList } from './papers'
import type { Work } from './work'

type Props = { work: Work; location?: Schemas['Location']; locations: Schemas['Location'][] }

/** What is done with the work less often. */
export function More({ work, location, locations }: Props) {
  const { t } = useWords()
  const [moving, move] = useState(false)
  const others = locations.filter((l) => l.id !== work.location_id)
  const may = work.actions?.find((a) => a.name === 'fulfillment.reassign')
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Tooltip label={t('desk/moreToDo')}>
            <ActionIcon variant="default" size={44} aria-label={t('desk/moreToDo')}>
              <IconDots size={20} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component="a" href={pickList([work.id])} target="_blank" leftSection={<IconPrinter size={18} stroke={1.6} />}>
            {t('desk/pickListHere')}
          </Menu.Item>
          <Menu.Item leftSection={<IconArrowsExchange size={18} stroke={1.6} />} disabled={!may?.allowed || others.length === 0} onClick={() => move(true)}>
            {t('desk/reassign')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {moving && (
        <RecordForm
          title={t('desk/reassign')}
          lead={t('desk/reassignText', { location: location?.name ?? work.location_id })}
          inputs={[{ name: 'location_id', label: t('desk/location'), kind: 'choice', needed: true, options: others.map((l) => ({ value: l.id, label: l.name })) }]}
          submit={t('desk/reassignNow')}
          request={({ location_id }) => command('/v1/fulfillments/{id}/reassign', [work.id], { location_id: String(location_id) })}
          says={() => t('desk/reassigned')}
          close={() => move(false)}
        />
      )}
    </>
  )
}
