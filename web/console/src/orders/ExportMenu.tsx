import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useWords } from '../language'
import { useDownload } from '../part/useDownload'
import type { Column } from './columns'
import { exportPath } from './export'

type Props = { filter: string; sort: string; shown: Column[] }

/** All that the filter finds as a file, in the list's order: the columns that are shown, or all there are. */
export function ExportMenu({ filter, sort, shown }: Props) {
  const { t } = useWords()
  const file = useDownload()
  const ids = shown.map((c) => c.id)
  return (
    <Menu position="bottom-end" width={210}>
      <Menu.Target>
        <Tooltip label={t('export/title')}>
          <ActionIcon variant="default" size={36} aria-label={t('export/title')} loading={file.isPending}>
            <IconDownload size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {(['shown', 'all'] as const).map((which) => (
          <div key={which}>
            <Menu.Label>{t(`export/${which}`)}</Menu.Label>
            {(['csv', 'xlsx'] as const).map((format) => (
              <Menu.Item key={format} onClick={() => file.mutate(exportPath(format, filter, sort, which === 'shown' ? ids : []))}>
                {t(`export/${format}`)}
              </Menu.Item>
            ))}
          </div>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
