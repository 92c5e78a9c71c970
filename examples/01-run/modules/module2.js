exports.b = () => global.a
