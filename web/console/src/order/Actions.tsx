import { ActionIcon, Button, Group, Menu, Text, Tooltip } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '../api/me'
import type { Action } from '../api/problem'
import { useKeys } from '../frame/useKeys'
import { useWords } from '../language'
import { Explained } from '../part/Explained'
import { ChangePanel, type Editor } from '../change/ChangePanel'
import { TemplateForm } from '../templates/TemplateForm'
import { useRepeat } from '../wizard/useRepeat'
import { CommandForm } from './CommandForm'
import { type Spec, specOf, specs } from './commands'
import type { Whole } from './useOrder'

const atHand = 3 // buttons; what else there is stands in the menu

/** What can be done with the order now, the most likely first; and what can't, with the reason. */
export function Actions({ order }: { order: Whole }) {
  const { t } = useWords()
  const [open, setOpen] = useState<Spec>()
  const [naming, setNaming] = useState(false)

  // The server answers for what depends on the state of the order; a copy is always possible.
  const said = new Map((order.actions ?? []).map((a) => [a.name, a]))
  const may = useMay()
  const known = specs.filter((s) => said.has(s.name) || (s.name === 'order.clone' && may('order.draft')))
  const repeat = useRepeat(order.id)
  const go = useNavigate()
  const draft = order.status === 'draft' && may('order.draft')
  const goOn = () => void go({ to: '/orders/new', search: { draft: order.id } })
  useKeys({
    e: () => (draft ? goOn() : said.get('order.amend')?.allowed && setOpen(specOf('order.amend'))),
    r: () => may('order.draft') && repeat(),
  })
  const allowed = known.filter((s) => said.get(s.name)?.allowed !== false)
  const front = allowed.filter((s) => !s.final && s.name !== 'order.clone').slice(0, atHand)
  const rest = allowed.filter((s) => !front.includes(s))
  const refused = known.filter((s) => !allowed.includes(s)).map((s) => [s, said.get(s.name)!] as [Spec, Action])
  return (
    <Group gap="xs" wrap="wrap">
      {draft && <Button onClick={goOn}>{t('wizard/goOn')}</Button>}
      {front.map((spec, i) => (
        <Explained key={spec.name} variant={i === 0 && !draft ? 'filled' : 'default'} onClick={() => setOpen(spec)}>
          {t(`action/${spec.name}`)}
        </Explained>
      ))}
      <Menu position="bottom-end" width={330}>
        <Menu.Target>
          <Tooltip label={t('order/more')}>
            <ActionIcon variant="default" size={30} aria-label={t('order/more')}>
              <IconDots size={17} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown mah="70vh" style={{ overflowY: 'auto' }}>
          {rest.map((spec) => (
            <Menu.Item key={spec.name} c={spec.final ? 'var(--ordo-red)' : undefined} onClick={() => setOpen(spec)}>
              {t(`action/${spec.name}`)}
            </Menu.Item>
          ))}
          {may('template.save') && <Menu.Item onClick={() => setNaming(true)}>{t('orderTemplate/save')}</Menu.Item>}
          {refused.length > 0 && <Menu.Divider />}
          {refused.length > 0 && <Menu.Label>{t('order/cannot')}</Menu.Label>}
          {refused.map(([spec, action]) => (
            <Menu.Item key={spec.name} aria-disabled closeMenuOnClick={false} c="dimmed" style={{ cursor: 'default' }}>
              {t(`action/${spec.name}`)}
              <Text size="xs" c="dimmed">
                <bdi>{why(action, order)}</bdi>
              </Text>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {open && !open.beside && <CommandForm order={order} spec={open} close={() => setOpen(undefined)} />}
      {naming && <TemplateForm order={order.id} close={() => setNaming(false)} />}
      {open?.beside && <ChangePanel order={order} kind={open.name as Editor} close={() => setOpen(undefined)} />}
    </Group>
  )
}

/** The reason, without the order's name that stands above it already. */
function why(action: Action, order: Whole): string {
  return (action.reason ?? '').replace(`order ${order.number ?? order.id} is ${order.status}: `, '')
}
