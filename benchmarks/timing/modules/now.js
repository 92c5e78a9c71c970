exports.now = () => Date.now()

exports.fail = () => {
  reportProgress(Date.now())
  throw new Error('Again')
}

exports.hold = async (ms) => {
  reportProgress(Date.now())
  await new Promise((resolve) => setTimeout(resolve, ms))
}
