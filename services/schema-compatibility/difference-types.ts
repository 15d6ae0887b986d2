/**
 * The closed list of differences, named as Karapace and Confluent name them where they have a name for it, with a sentence
 * in both languages. `{was}` and `{is}` are the values in the old and the new schema.
 */
const limit = (base: string, en: string, zh: string): Record<string, Sentences> => ({
  [`${base}_added`]: [`${en} is now limited: {is}.`, `新增${zh}限制：{is}。`],
  [`${base}_removed`]: [`${en} is no longer limited (it was {was}).`, `取消${zh}限制（原为 {was}）。`],
  [`${base}_increased`]: [
    `The limit for ${en.toLowerCase()} went up from {was} to {is}.`,
    `${zh}限制由 {was} 提高到 {is}。`,
  ],
  [`${base}_decreased`]: [
    `The limit for ${en.toLowerCase()} went down from {was} to {is}.`,
    `${zh}限制由 {was} 降低到 {is}。`,
  ],
})

const limits = {
  ...limit('max_length', 'The longest text', '最大长度'),
  ...limit('min_length', 'The shortest text', '最小长度'),
  ...limit('maximum', 'The largest number', '最大值'),
  ...limit('minimum', 'The smallest number', '最小值'),
  ...limit('exclusive_maximum', 'The number to stay below', '上限（不含）'),
  ...limit('exclusive_minimum', 'The number to stay above', '下限（不含）'),
  ...limit('max_items', 'The longest list', '列表最大项数'),
  ...limit('min_items', 'The shortest list', '列表最小项数'),
  ...limit('max_properties', 'The largest number of members', '最大属性数'),
  ...limit('min_properties', 'The smallest number of members', '最小属性数'),
  ...limit('max_contains', 'The largest number of contained items', '所含项的最大数量'),
  ...limit('min_contains', 'The smallest number of contained items', '所含项的最小数量'),
} as Record<LimitType, Sentences>

type LimitBase =
  | `${'max' | 'min'}_${'length' | 'items' | 'properties' | 'contains'}`
  | `${'' | 'exclusive_'}${'maximum' | 'minimum'}`
export type LimitType = `${LimitBase}_${'added' | 'removed' | 'increased' | 'decreased'}`
type Sentences = readonly [en: string, zh: string]

const values = {
  type_extended: ['More types are allowed: {is} instead of {was}.', '允许的类型增加：由 {was} 变为 {is}。'],
  type_narrowed: ['Fewer types are allowed: {is} instead of {was}.', '允许的类型减少：由 {was} 变为 {is}。'],
  type_changed: ['The type changed from {was} to {is}.', '类型由 {was} 变为 {is}。'],
  schema_changed: ['The schema accepts less than before.', '数据标准接受的内容比原先少。'],
  enum_array_added: ['Only listed values are allowed now.', '新增取值范围限制。'],
  enum_array_removed: ['The list of allowed values is gone.', '取消取值范围限制。'],
  enum_array_extended: ['More values are allowed.', '允许的取值增加。'],
  enum_array_narrowed: ['Fewer values are allowed.', '允许的取值减少。'],
  enum_array_changed: ['Other values are allowed than before.', '允许的取值发生变化。'],
  const_added: ['Only one value is allowed now.', '新增固定值限制。'],
  const_removed: ['The fixed value is gone.', '取消固定值限制。'],
  const_changed: ['Another fixed value is asked for.', '固定值发生变化。'],
  pattern_added: ['Texts must match a pattern now: {is}.', '新增正则表达式限制：{is}。'],
  pattern_removed: ['Texts need not match {was} any more.', '取消正则表达式限制：{was}。'],
  pattern_changed: ['The pattern changed from {was} to {is}.', '正则表达式由 {was} 变为 {is}。'],
  format_added: ['Texts must have the format {is} now.', '新增格式要求：{is}。'],
  format_removed: ['Texts need not have the format {was} any more.', '取消格式要求：{was}。'],
  format_changed: ['The format changed from {was} to {is}.', '格式由 {was} 变为 {is}。'],
  multiple_of_added: ['Numbers must be multiples of {is} now.', '数值必须是 {is} 的倍数。'],
  multiple_of_removed: ['Numbers need not be multiples of {was} any more.', '数值不再必须是 {was} 的倍数。'],
  multiple_of_expanded: ['Numbers must be multiples of {is}, a multiple of {was}.', '倍数要求由 {was} 扩大为 {is}。'],
  multiple_of_reduced: ['Numbers must be multiples of {is}, which divides {was}.', '倍数要求由 {was} 缩小为 {is}。'],
  multiple_of_changed: ['Numbers must be multiples of {is} instead of {was}.', '倍数要求由 {was} 变为 {is}。'],
} as const

const objects = {
  required_attribute_added: ['The member {is} must be there now.', '属性 {is} 变为必填。'],
  required_attribute_with_default_added: [
    'The member {is} must be there now; its default does not fill it in when a record is validated.',
    '属性 {is} 变为必填；校验时不会自动填入默认值。',
  ],
  required_attribute_removed: ['The member {was} may be left out now.', '属性 {was} 变为选填。'],
  dependency_array_added: ['Members now depend on {is}.', '新增依赖于 {is} 的必填属性。'],
  dependency_array_removed: ['Nothing depends on {was} any more.', '取消依赖于 {was} 的必填属性。'],
  dependency_array_extended: ['More members are asked for beside {is}.', '依赖于 {is} 的必填属性增加。'],
  dependency_array_narrowed: ['Fewer members are asked for beside {is}.', '依赖于 {is} 的必填属性减少。'],
  dependency_array_changed: ['Other members are asked for beside {is}.', '依赖于 {is} 的必填属性变化。'],
  dependency_schema_added: ['Records that have {is} must meet one schema more.', '新增依赖于 {is} 的数据标准。'],
  dependency_schema_removed: [
    'Records that have {was} need not meet a further schema.',
    '取消依赖于 {was} 的数据标准。',
  ],
  additional_properties_added: ['Members without a name in the schema are allowed now.', '允许未列名的属性。'],
  additional_properties_removed: [
    'Members without a name in the schema are no longer allowed.',
    '不再允许未列名的属性。',
  ],
  additional_properties_extended: [
    'Members without a name in the schema may be more than before.',
    '未列名属性的要求放宽。',
  ],
  additional_properties_narrowed: [
    'Members without a name in the schema may be less than before.',
    '未列名属性的要求收紧。',
  ],
  unevaluated_properties_added: ['Members that nothing speaks of are allowed now.', '允许未评估的属性。'],
  unevaluated_properties_removed: ['Members that nothing speaks of are no longer allowed.', '不再允许未评估的属性。'],
  unevaluated_properties_extended: [
    'Members that nothing speaks of may be more than before.',
    '未评估属性的要求放宽。',
  ],
  unevaluated_properties_narrowed: [
    'Members that nothing speaks of may be less than before.',
    '未评估属性的要求收紧。',
  ],
  property_added_to_open_content_model: [
    'The member {is} has a schema now; before, records could hold anything under that name.',
    '属性 {is} 新增要求；此前该名称下可以是任何内容。',
  ],
  property_with_empty_schema_added_to_open_content_model: [
    'The member {is} is named now and may still be anything.',
    '属性 {is} 被列名，内容仍不受限制。',
  ],
  property_added_is_covered_by_partially_open_content_model: [
    'The member {is} is named now; what it could be before is still allowed.',
    '属性 {is} 被列名，原先允许的内容仍被允许。',
  ],
  property_added_not_covered_by_partially_open_content_model: [
    'The member {is} is named now; not all that it could be before is still allowed.',
    '属性 {is} 被列名，原先允许的部分内容不再被允许。',
  ],
  optional_property_added_to_unopen_content_model: ['The member {is} may be given now.', '新增选填属性 {is}。'],
  required_property_added_to_unopen_content_model: ['The member {is} is new and must be there.', '新增必填属性 {is}。'],
  required_property_with_default_added_to_unopen_content_model: [
    'The member {is} is new and must be there; its default does not fill it in when a record is validated.',
    '新增必填属性 {is}；校验时不会自动填入默认值。',
  ],
  property_removed_from_open_content_model: ['The member {was} has no schema any more.', '属性 {was} 不再有要求。'],
  property_removed_from_closed_content_model: ['The member {was} may not be given any more.', '不再允许属性 {was}。'],
  property_with_false_removed_from_closed_content_model: [
    'The member {was}, which could not be given, is no longer named.',
    '原本就不允许的属性 {was} 不再列名。',
  ],
  property_removed_is_covered_by_partially_open_content_model: [
    'The member {was} is no longer named; what it could be is still allowed.',
    '属性 {was} 不再列名，原先允许的内容仍被允许。',
  ],
  property_removed_not_covered_by_partially_open_content_model: [
    'The member {was} is no longer named; not all that it could be is still allowed.',
    '属性 {was} 不再列名，原先允许的部分内容不再被允许。',
  ],
  pattern_property_added: ['Members named like {is} must meet a schema now.', '名称匹配 {is} 的属性新增要求。'],
  pattern_property_removed: [
    'Members named like {was} have no schema of their own any more.',
    '名称匹配 {was} 的属性不再有专门要求。',
  ],
  property_names_added: ['The names of members must meet a schema now.', '新增属性名要求。'],
  property_names_removed: ['The names of members are free now.', '取消属性名要求。'],
} as const

const arrays = {
  item_added_to_open_content_model: ['Item {is} has a schema now.', '第 {is} 项新增要求。'],
  item_added_to_closed_content_model: ['Item {is} may be given now.', '允许第 {is} 项。'],
  item_added_is_covered_by_partially_open_content_model: [
    'Item {is} has a schema of its own now; what it could be is still allowed.',
    '第 {is} 项单独要求，原先允许的内容仍被允许。',
  ],
  item_added_not_covered_by_partially_open_content_model: [
    'Item {is} has a schema of its own now; not all that it could be is still allowed.',
    '第 {is} 项单独要求，原先允许的部分内容不再被允许。',
  ],
  item_removed_from_open_content_model: ['Item {was} has no schema of its own any more.', '第 {was} 项不再有要求。'],
  item_removed_from_closed_content_model: ['Item {was} may not be given any more.', '不再允许第 {was} 项。'],
  item_with_false_removed_from_closed_content_model: [
    'Item {was}, which could not be given, is no longer named.',
    '原本就不允许的第 {was} 项不再列出。',
  ],
  item_removed_is_covered_by_partially_open_content_model: [
    'Item {was} has no schema of its own any more; what it could be is still allowed.',
    '第 {was} 项不再单独要求，原先允许的内容仍被允许。',
  ],
  item_removed_not_covered_by_partially_open_content_model: [
    'Item {was} has no schema of its own any more; not all that it could be is still allowed.',
    '第 {was} 项不再单独要求，原先允许的部分内容不再被允许。',
  ],
  additional_items_added: ['Further items are allowed now.', '允许更多项。'],
  additional_items_removed: ['Further items are no longer allowed.', '不再允许更多项。'],
  additional_items_extended: ['Further items may be more than before.', '其余各项的要求放宽。'],
  additional_items_narrowed: ['Further items may be less than before.', '其余各项的要求收紧。'],
  unique_items_added: ['No two items may be equal now.', '各项不得重复。'],
  unique_items_removed: ['Items may be equal now.', '各项可以重复。'],
  contains_added: ['Lists must contain items of a certain kind now.', '列表必须包含特定项。'],
  contains_removed: ['Lists need not contain items of a certain kind any more.', '列表不再必须包含特定项。'],
  contains_changed: ['Lists must contain items of another kind.', '列表必须包含的项发生变化。'],
} as const

const combinations = {
  combined_type_changed: [
    'The alternatives are combined in another way (anyOf, oneOf).',
    '组合方式（anyOf、oneOf）发生变化。',
  ],
  combined_type_added: ['Records must fit one of several alternatives now.', '新增组合要求。'],
  combined_type_removed: ['Records need not fit one of several alternatives any more.', '取消组合要求。'],
  combined_type_subschemas_changed: ['The alternatives changed.', '组合中的分支发生变化。'],
  sum_type_extended: ['There are more alternatives.', '组合分支增加。'],
  sum_type_narrowed: ['There are fewer alternatives.', '组合分支减少。'],
  product_type_extended: ['Records must meet one schema more (allOf).', 'allOf 要求增加。'],
  product_type_narrowed: ['Records need to meet one schema less (allOf).', 'allOf 要求减少。'],
  not_type_extended: ['More is excluded (not).', '排除的范围扩大（not）。'],
  not_type_narrowed: ['Less is excluded (not).', '排除的范围缩小（not）。'],
  conditional_added: ['A condition was added (if, then, else).', '新增条件要求（if、then、else）。'],
  conditional_removed: ['A condition was removed (if, then, else).', '取消条件要求（if、then、else）。'],
  conditional_changed: ['A condition changed (if, then, else).', '条件要求变化（if、then、else）。'],
} as const

const silent = {
  id_changed: ['The name of the schema changed.', '数据标准标识变化。'],
  title_changed: ['The title changed.', '标题变化。'],
  description_changed: ['The description changed.', '说明变化。'],
  default_changed: ['The default changed.', '默认值变化。'],
  annotation_changed: ['A note changed.', '注释变化。'],
} as const

const table = { ...limits, ...values, ...objects, ...arrays, ...combinations, ...silent }
export type DifferenceType = keyof typeof table
export const differenceTypes = Object.keys(table) as DifferenceType[]

/** The two sentences of a difference; long values are cut, for they only remind. */
export function sentencesOf(type: DifferenceType, was: unknown, is: unknown): { en: string; zh: string } {
  const [en, zh] = table[type] as Sentences
  const fill = (text: string) => text.replaceAll('{was}', short(was)).replaceAll('{is}', short(is))
  return { en: fill(en), zh: fill(zh) }
}

const short = (value: unknown) => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
