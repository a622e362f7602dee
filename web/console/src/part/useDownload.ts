import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { download } from '../api/download'
import { useWords } from '../language'

/** Loads files; what goes wrong is told. */
export function useDownload() {
  const { t } = useWords()
  return useMutation({
    mutationFn: download,
    onError: (error) => notifications.show({ title: t('export/failed'), message: error.message, color: 'red' }),
  })
}
