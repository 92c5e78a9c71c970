exports.spin = () => {
  for (;;);
}
