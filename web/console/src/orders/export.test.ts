import { expect, test } from 'vitest'
import { exportPath } from './export'

test('a file has the filter, the sort and the columns of the list', () => {
  expect(exportPath('csv', 'status:draft total>5', '-placed', ['number', 'customer', 'total'])).toBe('/v1/orders/export.csv?sort=-placed&filter=status%3Adraft+total%3E5&columns=number%2Ccustomer%2Ccompany%2Ccurrency%2Ctotal')
  expect(exportPath('xlsx', '', 'number', [])).toBe('/v1/orders/export.xlsx?sort=number')
})
