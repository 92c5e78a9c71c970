exports.a = () => {
  global.a = 1
  return global.a
}
