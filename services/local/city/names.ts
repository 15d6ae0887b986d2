/** Common names. Surnames stand as often as they are frequent, roughly by the census of 2020. */
import type { Random } from './random.ts'

const surnames = [
  ...'王王王王李李李李张张张张刘刘刘陈陈陈杨杨黄黄赵赵吴吴周周徐徐孙孙马马朱朱胡胡郭郭何何林林高高罗罗郑郑梁梁',
  ...'谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛',
]
const compoundSurnames = ['欧阳', '上官', '司徒', '诸葛']
const male = [...'伟强磊军洋勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林轩晨昊毅峰建国志文博睿子泽嘉铭']
const female = [...'芳娜敏静丽艳娟霞秀英玲燕红梅兰慧婷雪琳倩颖洁萍莉丹蕾琴欣怡梦佳悦雨晴诗涵语桐一诺可思']

export function surname(random: Random): string {
  return random.chance(0.002) ? random.pick(compoundSurnames) : random.pick(surnames)
}

export function givenName(random: Random, sex: 'male' | 'female'): string {
  const characters = sex === 'male' ? male : female
  const first = random.pick(characters)
  return random.chance(0.15) ? first : first + random.pick(characters)
}
