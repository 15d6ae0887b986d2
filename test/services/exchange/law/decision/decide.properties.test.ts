import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { AgreementInForce } from '../../../../../services/exchange/law/agreement/agreement.ts'
import type { ConsentInForce } from '../../../../../services/exchange/law/consent/consent.ts'
import { decide } from '../../../../../services/exchange/law/decision/decide.ts'
import { now, type World, world } from './arbitraries.ts'

/** The whole law in twenty lines, written apart from the engine: may this field be used in one of these ways? */
function mayUse({ ask, agreements, consents }: World, pointer: string, uses: string[]): boolean {
  const within = (from: Date, until: Date) => from.getTime() <= now.getTime() && now.getTime() < until.getTime()
  const inForce = (a: AgreementInForce) =>
    a.dataset === ask.dataset &&
    a.department === ask.caller.department &&
    a.purpose === ask.purpose &&
    a.state === 'active' &&
    within(a.validFrom, a.validUntil) &&
    (!a.terms.matters || a.terms.matters.includes(ask.matter ?? '')) &&
    ((a.terms.demands?.case === false && !ask.confidentialUntil) || !!ask.case) &&
    ((a.terms.demands?.official === false && !ask.confidentialUntil) || !!ask.official) &&
    // Of the two days that are asked for, one lies within the thirty that may be agreed.
    (!ask.confidentialUntil ||
      (a.terms.basis.type === 'statutory-duty' && !!a.terms.confidentiality && ask.confidentialUntil === '2026-03-10'))
  const consented = (c: ConsentInForce) =>
    [c.subject.id, c.department, c.purpose].join() === [ask.subject.id, ask.caller.department, ask.purpose].join() &&
    c.state === 'active' &&
    within(c.validFrom, c.validUntil) &&
    !(c.lapsesAt && c.lapsesAt <= now) &&
    !(c.uses !== undefined && c.used >= c.uses) &&
    !(c.frequency && c.periodStart && c.periodUsed >= c.frequency.uses) &&
    c.datasets[ask.dataset]!.includes(pointer)
  const agreed = agreements.filter(
    a => inForce(a) && a.terms.fields.some(field => field.pointer === pointer && uses.includes(field.use)),
  )
  return agreed.some(a => a.terms.basis.type === 'statutory-duty' || consents.some(consented))
}

const run = (world: World) => decide(world.ask, world.dataset, world, now)

test('a field is released exactly where the twenty-line model allows it', () => {
  fc.assert(
    fc.property(world, world => {
      const { ask, dataset } = world
      const wanted = ask.fields ?? (ask.claims ? [] : dataset.fields.map(field => field.pointer))
      const expected = wanted.filter(pointer => mayUse(world, pointer, ['read', 'mask']))
      const claims = (ask.claims ?? []).filter(({ field }) => mayUse(world, field, ['read', 'verify']))
      const decision = run(world)
      if (expected.length + claims.length === 0) expect(decision.decision).toBe('refuse')
      else expect(decision).toMatchObject({ decision: 'permit', claims })
      if (decision.decision === 'permit') expect(decision.fields.map(field => field.pointer)).toEqual(expected)
    }),
    { numRuns: 3000 },
  )
})

test('every field asked for is released or withheld with a code, never dropped silently', () => {
  fc.assert(
    fc.property(world, world => {
      const decision = run(world)
      if (decision.decision === 'refuse') return
      const { ask, dataset } = world
      const wanted = [
        ...(ask.fields ?? (ask.claims ? [] : dataset.fields.map(field => field.pointer))),
        ...(ask.claims ?? []).map(claim => claim.field),
      ]
      const named = [...decision.fields, ...decision.withheldFields].map(({ pointer }) => pointer)
      expect([...named, ...decision.claims.map(claim => claim.field)].toSorted()).toEqual(wanted.toSorted())
    }),
  )
})

test('each basis named is in force, and unused ones are not named', () => {
  fc.assert(
    fc.property(world, world => {
      const decision = run(world)
      if (decision.decision === 'refuse') return
      expect(decision.basis).toBe(decision.bases[0])
      for (const basis of decision.bases) {
        if (basis.type === 'own-data') throw new Error('nothing here is own data')
        const agreement = world.agreements.find(({ id }) => id === basis.agreement)!
        expect(agreement.terms.basis.type).toBe(basis.type)
        const alone = { ...world, agreements: [agreement] }
        if (basis.type === 'consent') alone.consents = world.consents.filter(({ id }) => id === basis.consent)
        expect(run(alone).decision).toBe('permit')
      }
    }),
  )
})

test('without agreements nothing is ever released, whatever the consents say', () => {
  fc.assert(fc.property(world, world => expect(run({ ...world, agreements: [] }).decision).toBe('refuse')))
})
