interface Order {
  total: number
  customer: { since: number }
}

/** One percent for every year as a customer, at most ten. */
export async function discount(order: Order, year: number): Promise<number> {
  const years = Math.min(year - order.customer.since, 10)
  return (order.total * years) / 100
}
