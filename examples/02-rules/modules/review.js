// Of all the rules, this one is written as in the old days.
exports.decide = function (order) {
  if (order.channel === 'phone' && order.total > 300) return { action: 'hold', why: 'large order by phone' }
  if (order.customer.since === threshold.newSince && order.total > threshold.total)
    return { action: 'hold', why: 'large order of a new customer' }
}
