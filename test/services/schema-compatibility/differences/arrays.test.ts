import { expect, test } from '@jest/globals'
import { compared, testRows, text, tuple, whole } from './comparing.ts'

testRows([
  ['additional items added', tuple([text], false), tuple([text], true), 'compatible', 'additional_items_added'],
  ['additional items removed', tuple([text], true), tuple([text], false), 'incompatible', 'additional_items_removed'],
  ['additional items narrowed', tuple([text], true), tuple([text], whole), 'incompatible', 'additional_items_narrowed'],
  ['additional items widened', tuple([text], whole), tuple([text], true), 'compatible', 'additional_items_extended'],

  [
    'item added to a closed list',
    tuple([text], false),
    tuple([text, whole], false),
    'compatible',
    'item_added_to_closed_content_model',
  ],
  [
    'item removed from an open list',
    tuple([text, whole], true),
    tuple([text], true),
    'compatible',
    'item_removed_from_open_content_model',
  ],
  [
    'item added to an open list',
    tuple([text], true),
    tuple([text, whole], true),
    'incompatible',
    'item_added_to_open_content_model',
  ],
  [
    'item removed from a closed list',
    tuple([text, whole], false),
    tuple([text], false),
    'incompatible',
    'item_removed_from_closed_content_model',
  ],
  [
    'item added and covered',
    tuple([text], whole),
    tuple([text, { type: 'number' }], whole),
    'compatible',
    'item_added_is_covered_by_partially_open_content_model',
  ],
  [
    'item removed and not covered',
    tuple([text, text], whole),
    tuple([text], whole),
    'incompatible',
    'item_removed_not_covered_by_partially_open_content_model',
  ],

  ['uniqueItems removed', { uniqueItems: true }, {}, 'compatible', 'unique_items_removed'],
  ['uniqueItems added', {}, { uniqueItems: true }, 'incompatible', 'unique_items_added'],
])

test('the schema under contains', () => {
  expect(compared({ contains: whole }, { contains: { type: 'number' } }).verdict).toBe('compatible')
  expect(compared({ contains: { type: 'number' } }, { contains: whole }).verdict).toBe('incompatible')
})
