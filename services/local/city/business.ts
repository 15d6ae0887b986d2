/** Names and trades of businesses. Knows nothing of where it stands or whose it is, so that anybody may work there. */
import { usccOf } from './credit-code.ts'
import type { Employer } from './facts.ts'

const first = [...'申浦沪江华东海锦汇鼎远启同百盛恒瑞嘉隆泰兴宏达信诚德安康明辉天地中新金银龙凤云光']
const second = [...'昌港绣智航明济联源通宇程峰川泽润丰科创达利和顺成长立方正元亨拓海博奇美佳盈悦宝']
const third = ['', ...'一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑']
const trades = [
  { word: '信息技术', scope: '信息技术领域内的技术开发、技术咨询、技术服务；计算机软硬件销售。' },
  { word: '机械设备', scope: '机械设备及零部件的制造、销售；货物进出口。' },
  { word: '餐饮管理', scope: '餐饮服务；食品销售；餐饮企业管理。' },
  { word: '建筑工程', scope: '各类工程建设活动；建筑材料销售。' },
  { word: '物流', scope: '道路货物运输；仓储服务；国内货物运输代理。' },
  { word: '文化传播', scope: '组织文化艺术交流活动；广告设计、制作、代理；会务服务。' },
]

/** The business of the neighbourhood with this index; no two have the same name or code. */
export function businessAt(index: number): Employer & { scope: string } {
  const place = Math.floor(index / first.length)
  const name =
    first[index % first.length]! +
    second[place % second.length]! +
    third[Math.floor(place / second.length) % third.length]!
  const { word, scope } = trades[index % trades.length]!
  return {
    name: `上海${name}${word}有限公司`,
    scope,
    code: usccOf('91310000', `MA2${String(index + 1).padStart(5, '0')}`),
  }
}

export const employerAt = (index: number): Employer => {
  const { name, code } = businessAt(index)
  return { name, code }
}
