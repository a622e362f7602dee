import { useMutation } from '@tanstack/react-query'
import { download } from '../api/download'
import { useFailed } from '../api/useFailed'
import { useWords } from '../language'

/** Loads files; what goes wrong is told. */
export function useDownload() {
  const { t } = useWords()
  const failed = useFailed()
  return useMutation({
    mutationFn: download,
    onError: (error) => failed(t('export/failed'), error),
  })
}
