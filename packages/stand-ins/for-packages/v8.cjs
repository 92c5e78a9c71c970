'use strict'

const names =
  'Deserializer Serializer deserialize getHeapSpaceStatistics getHeapStatistics serialize setFlagsFromString'

module.exports = require('../unavailable.cjs')('v8', names)
