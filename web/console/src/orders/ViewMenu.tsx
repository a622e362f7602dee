import { ActionIcon, Button, CopyButton, Menu, Tooltip } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconDots, IconPlus } from '@tabler/icons-react'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Explained } from '../part/Explained'
import { ExplainedItem } from '../part/ExplainedItem'
import classes from './OrderList.module.css'
import { isTeams, type View } from './useViews'

type Props = {
  view?: View
  changed: boolean
  add: () => void
  ask: (about: 'rename' | 'share' | 'remove') => void
  keep: () => void // saves what differs
  discard: () => void
}

/** What can be done with the view that is shown, and another one; what one may not do says why. */
export function ViewMenu({ view, changed, add, ask, keep, discard }: Props) {
  const { t } = useWords()
  const may = useMay()
  const narrow = useMediaQuery('(max-width: 48em)')
  const mayShare = may('view.share')
  const lack = t('state/lacks', { permission: 'view.share' })
  const whyNot = view && isTeams(view) && !mayShare ? lack : undefined
  return (
    <div className={classes.viewTools}>
      {view && changed && !narrow && (
        <>
          <Explained variant="light" size="compact-sm" why={whyNot} onClick={keep}>
            {t('view/keep')}
          </Explained>
          <Button variant="subtle" size="compact-sm" onClick={discard}>
            {t('view/discard')}
          </Button>
        </>
      )}
      {view && (
        <Menu position="bottom-end" width={280}>
          <Menu.Target>
            <Tooltip label={t('view/options')}>
              <ActionIcon variant="subtle" color="gray" aria-label={t('view/options')}>
                <IconDots size={17} />
              </ActionIcon>
            </Tooltip>
          </Menu.Target>
          <Menu.Dropdown>
            {changed && narrow && (
              <>
                <ExplainedItem label={t('view/keep')} why={whyNot} act={keep} />
                <ExplainedItem label={t('view/discard')} act={discard} />
              </>
            )}
            <ExplainedItem label={t('view/rename')} why={whyNot} act={() => ask('rename')} />
            {!isTeams(view) && <ExplainedItem label={t('view/share')} why={mayShare ? undefined : lack} act={() => ask('share')} />}
            <CopyButton value={`${window.location.origin}/console/orders?view=${view.id}`}>{({ copy }) => <ExplainedItem label={t('view/copyLink')} act={copy} />}</CopyButton>
            <Menu.Divider />
            <ExplainedItem label={t('view/remove')} why={whyNot} act={() => ask('remove')} final />
          </Menu.Dropdown>
        </Menu>
      )}
      <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={add} aria-label={t('view/save')}>
        {narrow ? '' : t('view/add')}
      </Button>
    </div>
  )
}
