exports.spin = () => {
  while (true) {}
}
