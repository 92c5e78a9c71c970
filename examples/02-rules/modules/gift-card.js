// Meant to spread the gift card over the lines; forgets that all of them may be paid before it is used up.
exports.decide = ({ giftCard, lines }) => {
  let left = giftCard
  let amount = 0
  while (left > 0) {
    for (const { price, quantity } of lines) {
      const paid = amount >= price * quantity ? 0 : Math.min(left, price * quantity - amount)
      left -= paid
      amount += paid
    }
  }
  return amount > 0 ? { action: 'discount', amount: Math.round(amount * 100) / 100 } : undefined
}
