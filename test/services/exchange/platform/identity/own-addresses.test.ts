import { expect, test } from '@jest/globals'
import { listeningAt, readAddresses } from '../../../../../services/exchange/platform/identity/own-addresses.ts'
import { readExchangeSettings } from '../../../../../services/exchange/settings.ts'

test('public addresses are read as URLs have them, without a slash at the end', () => {
  expect(readAddresses('https://Hub.Example:443/, http://gate.example:8080/share/ ,')).toEqual([
    'https://hub.example',
    'http://gate.example:8080/share',
  ])
})

test.each([
  'hub.example',
  '/share',
  'ftp://hub.example',
  'https://hub.example/?a=1',
  'https://hub.example/#a',
  'https://me@hub.example',
])('%s is no public address', text => {
  expect(readAddresses(text)).toHaveProperty('complaint')
})

test('without a setting the addresses are those of this machine, by name and number', () => {
  expect(listeningAt({ address: '127.0.0.1', family: 'IPv4', port: 8080 })).toEqual([
    'http://127.0.0.1:8080',
    'http://localhost:8080',
  ])
  expect(listeningAt({ address: '::', family: 'IPv6', port: 80 })).toEqual([
    'http://[::]',
    'http://127.0.0.1',
    'http://localhost',
  ])
  expect(listeningAt(null)).toEqual([])
})

test('in production the hub does not start without its public addresses', () => {
  const environment = {
    NODE_ENV: 'production',
    DATARUN_DATABASE_URL: 'postgres://hub',
    DATARUN_KAFKA_BROKERS: 'kafka:9092',
    DATARUN_SYSTEM_KEY_FILE: '/keys/exchange',
    DATARUN_ISSUERS: 'https://id.example||operator|*',
    DATARUN_LOG_ORIGIN: 'hub.example/log',
    DATARUN_LOG_KEY_FILE: '/keys/log',
    DATARUN_CHECKPOINT_FILE: '/checkpoints',
    DATARUN_METRICS_PORT: '9464',
  }
  expect(() => readExchangeSettings(environment)).toThrow('DATARUN_PUBLIC_URLS is missing')
  const settings = readExchangeSettings({ ...environment, DATARUN_PUBLIC_URLS: 'https://hub.example/' })
  expect(settings.publicUrls).toEqual(['https://hub.example'])
})
