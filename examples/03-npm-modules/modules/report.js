const _ = require('lodash')

exports.bySku = (lines) => _.mapValues(_.keyBy(lines, 'sku'), 'quantity')

exports.tries = (name) => {
  try {
    // Written out, so that they are looked for when the folder is packed.
    return name === 'events' ? require('events') : require('left-pad')
  } catch (error) {
    return error.message
  }
}
