/** Topics are named after their dataset: `datarun.civil-affairs.marriage-certificate`. */
export const topicOf = (dataset: string) => `datarun.${dataset}`
export const datasetIdOf = (topic: string) => topic.slice('datarun.'.length)

/** Messages that could not become records, with the reason. */
export const rejectedTopicOf = (dataset: string) => `${topicOf(dataset)}.rejected`
