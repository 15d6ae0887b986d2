// The files that take longest begin first, so that none of them is left to run alone at the end. The rest as jest has it.
import Sequencer from '@jest/test-sequencer'

const longest = ['console/console', 'journeys/start', 'faults/', 'adapter/kafka-outage', 'adapter/process']

const place = ({ path }) => {
  const found = longest.findIndex(part => path.includes(`/${part}`))
  return found < 0 ? longest.length : found
}

export default class extends Sequencer {
  async sort(tests) {
    return [...(await super.sort(tests))].sort((one, other) => place(one) - place(other))
  }
}
