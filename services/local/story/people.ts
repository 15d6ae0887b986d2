/** Who may sign in to the sample city: a steward in every department, an auditor, an operator, and its protagonists. */
import type { Person } from '../../identity/people.ts'
import { protagonists } from '../city/protagonists.ts'

type Department = { id: string; title: { zh: string; en: string } }

export const stewardOf = (department: string) => `steward-${department}`
/** The citizen whose flat is sold in the story. */
export const seller = { person: 'lin-xiaoyan', ...protagonists['real-estate-transfer'] }

export function samplePeople(departments: readonly Department[]): Person[] {
  return [
    citizen(seller.person, 'Lin Xiaoyan', seller, 'sells a flat', '出售住房'),
    citizen('he-junjie', 'He Junjie', protagonists['enterprise-establishment'], 'founds a company', '开办企业'),
    citizen('ma-lijuan', 'Ma Lijuan', protagonists['school-enrolment'], 'enrols a child at school', '为子女办理入学'),
    {
      id: 'auditor',
      name: { zh: '审计员', en: 'Auditor' },
      about: { zh: '查阅并核验调用日志', en: 'searches and verifies the access log' },
      roles: ['auditor'],
    },
    {
      id: 'operator',
      name: { zh: '平台运行员', en: 'Operator' },
      about: { zh: '登记部门与系统，查看运行状况', en: 'registers departments and systems, watches the hub' },
      roles: ['operator'],
    },
    ...departments.map(({ id, title }) => ({
      id: stewardOf(id),
      name: { zh: `${title.zh}数据专员`, en: `Steward of ${title.en}` },
      about: {
        zh: '管理本部门目录，答复共享申请',
        en: 'keeps the catalogue of the department, answers share requests',
      },
      roles: ['steward'] as const,
      department: id,
    })),
  ]
}

const citizen = (
  id: string,
  en: string,
  { name, id: residentId }: { name: string; id: string },
  doing: string,
  zh: string,
): Person => ({
  id,
  name: { zh: name, en },
  about: { zh, en: doing },
  roles: ['citizen'],
  subject: { type: 'person', id: residentId },
})
