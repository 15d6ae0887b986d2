/** Where people live and where they come from. */
import { divisionName } from '../../contract/formats/division-code.ts'

/** `sign` is the character that stands for the district in numbers of title certificates. */
export type District = { code: string; name: string; sign: string; streets: readonly string[] }

const district = (code: string, sign: string, ...streets: string[]): District => ({
  code,
  name: divisionName(code)!,
  sign,
  streets,
})

export const districts: readonly District[] = [
  district('310101', '黄', '复兴中路', '西藏南路', '斜土路'),
  district('310104', '徐', '天钥桥路', '漕宝路', '龙华路'),
  district('310105', '长', '仙霞路', '古北路', '天山路'),
  district('310106', '静', '江宁路', '共和新路', '万荣路'),
  district('310107', '普', '曹杨路', '真北路', '长寿路'),
  district('310109', '虹', '四平路', '大连西路', '凉城路'),
  district('310110', '杨', '控江路', '国权路', '殷行路'),
  district('310112', '闵', '七莘路', '沪闵路', '莘松路'),
  district('310113', '宝', '牡丹江路', '共富路', '聚丰园路'),
  district('310114', '嘉', '清河路', '墨玉南路', '曹安公路'),
  district('310115', '浦', '锦绣路', '张杨路', '成山路'),
  district('310116', '金', '卫清西路', '蒙山路', '龙胜路'),
  district('310117', '松', '人民北路', '新松江路', '九亭大街'),
  district('310118', '青', '公园路', '盈港路', '徐泾路'),
  district('310120', '奉', '解放中路', '望园路', '南桥路'),
  district('310151', '崇', '八一路', '人民路', '东门路'),
]

export const districtOf = (code: string): District => districts.find(place => place.code === code)!

/** Counties and districts elsewhere, as many as Shanghai has: where those who moved to the city were registered. */
export const origins: readonly string[] = [
  ...['340123', '340621', '341202', '320106', '320582', '320925', '330106', '330382'],
  ...['360111', '370102', '410105', '411503', '420106', '430104', '510107', '610113'],
]
