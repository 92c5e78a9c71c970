exports.echo = (value) => value
