import { expect, test } from '@jest/globals'
import { neededImages } from './backend-containers.ts'

test('an engine is asked for every image that a test will start, those of testcontainers itself included', async () => {
  const always = ['postgres:18.4', 'apache/kafka:4.3.1', expect.stringMatching(/^testcontainers\/sshd:\d/)]
  expect(await neededImages({})).toEqual([...always, expect.stringMatching(/^testcontainers\/ryuk:\d/)])
  expect(await neededImages({ TESTCONTAINERS_RYUK_DISABLED: 'true' })).toEqual(always)
})
